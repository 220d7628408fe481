"""Tries the mail server, and says in one sentence why no letter leaves, and which variable mends
it.
"""

import smtplib
import socket
import ssl

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from provider.queries import letter_signature, the_provider

SECONDS = 15  # one who asks on a page waits no longer
REFUSED_FOR_NOW = 4


def leaves_the_machine() -> bool:
    """True when EMAIL_URL names a mail server."""
    return settings.LETTER_BACKEND.endswith("smtp.EmailBackend")


def mail_in_words() -> str:
    """Say where letters go, without the password."""
    if not leaves_the_machine():
        return _("Los correos no salen de esta máquina: EMAIL_URL no nombra un servidor.")
    facts = {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "cipher": _("cifrado") if is_ciphered() else _("sin cifrar"),
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return _("%(host)s, puerto %(port)s, %(cipher)s. Remitente: %(sender)s.") % facts


def is_ciphered() -> bool:
    """True when what is sent to the server cannot be read on the way."""
    return settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL


def refusal_of_mail() -> str:
    """Return why the mail server lets nobody in; empty when it does, or when there is none."""
    if not leaves_the_machine():
        return ""
    connection = get_connection(settings.LETTER_BACKEND, timeout=SECONDS)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return reason_of(error)
    finally:
        connection.close()
    return ""


def send_test_letter(email: str) -> str:
    """Send one letter, and return why it did not leave; empty when the server took it."""
    words = _("Si lees esto, los correos de %(address)s salen.") % {"address": settings.BASE_URL}
    limit = {"timeout": SECONDS} if leaves_the_machine() else {}
    letter = EmailMessage(
        _("Carta de prueba de Puriq"),
        f"{words}\n\n{letter_signature(the_provider())}\n",
        settings.DEFAULT_FROM_EMAIL,
        [email],
        # Not by the queue: this asks the mail server now.
        connection=get_connection(settings.LETTER_BACKEND, **limit),
    )
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        return reason_of(error)
    return ""


def is_for_now(error: Exception) -> bool:
    """Say whether a mail server refuses for now alone: 4xx (RFC 5321, 4.2.1)."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    return bool(codes) and all(code // 100 == REFUSED_FOR_NOW for code in codes)


def reason_of(error: Exception) -> str:
    """Return what happened and which variable to look at."""
    place = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    if is_for_now(error):
        return (
            _(
                "El servidor %(host)s pide probar más tarde. Espera unos minutos y envíala otra "
                "vez; las demás cartas se reintentan solas."
            )
            % place
        )
    for kind, sentence in (
        (
            smtplib.SMTPAuthenticationError,
            _("El servidor %(host)s no acepta el usuario o la clave. Corrígelos en EMAIL_URL."),
        ),
        (
            smtplib.SMTPSenderRefused,
            _("El servidor %(host)s no acepta el remitente. Corrige DEFAULT_FROM_EMAIL."),
        ),
        (
            smtplib.SMTPRecipientsRefused,
            _("El servidor %(host)s no acepta esa dirección. Prueba con otra."),
        ),
        (
            smtplib.SMTPNotSupportedError,
            _("El servidor %(host)s no cifra en el puerto %(port)s. Revisa EMAIL_URL: smtp+tls "
              "usa el 587 y smtp+ssl el 465."),
        ),
        (
            socket.gaierror,
            _("No existe el servidor «%(host)s», o desde aquí no hay red. Corrígelo en EMAIL_URL."),
        ),
        (
            ConnectionRefusedError,
            _("En %(host)s, puerto %(port)s, nadie atiende. Corrige el puerto en EMAIL_URL."),
        ),
        (
            TimeoutError,
            _("%(host)s, puerto %(port)s, no responde. Corrige EMAIL_URL, o pide que el "
              "cortafuegos deje salir por ese puerto."),
        ),
        (
            ssl.SSLError,
            _("No se pudo cifrar con %(host)s, puerto %(port)s. Revisa EMAIL_URL: smtp+tls usa el "
              "587 y smtp+ssl el 465."),
        ),
        (
            smtplib.SMTPServerDisconnected,
            _("%(host)s cortó la conexión en el puerto %(port)s. Revisa EMAIL_URL: smtp+tls usa el "
              "587 y smtp+ssl el 465."),
        ),
    ):  # fmt: skip
        if isinstance(error, kind):
            return sentence % place
    told = str(error) or type(error).__name__
    return _("el servidor dijo «%(told)s». Revisa EMAIL_URL, y que desde aquí se llegue a él.") % {
        "told": told
    }
