"""Refuses settings with which people could be harmed; one sentence each for the operator."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from notices.short_messages import short_messages
from operations.checks.rules import Sentences, answered, refused
from web.readiness import existing
from web.security import directives

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
KNOWN_SECRETS = ("django-insecure-", "changeme", "cambiame", "secret", "tests-only-")


def is_public() -> bool:
    """True when the site is meant to be reached from other machines."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return bool({host, settings.HOST, *settings.ALLOWED_HOSTS} - LOOPBACK)


def is_real() -> bool:
    """True for a public site that is no demonstration: people trust it with their data."""
    return is_public() and not (settings.DEMO and settings.DEMO_PUBLIC)


@refused("E001")
def debug_in_public() -> Sentences:
    """Error pages with details show settings and data."""
    if settings.DEBUG and is_public():
        yield _("DEBUG está activado en producción. Cambia a DEBUG=0 en el archivo de entorno.")


@refused("E002")
def weak_secret() -> Sentences:
    """Who knows the secret signs in as anybody."""
    secret = settings.SECRET_KEY
    if is_public() and (
        len(secret) < 50 or len(set(secret)) < 5 or secret.lower().startswith(KNOWN_SECRETS)
    ):
        yield _(
            "SECRET_KEY es corta o conocida y cualquiera podría falsificar sesiones. Usa 50 "
            "caracteres al azar o más."
        )


@refused("E003")
def any_host() -> Sentences:
    """Links in letters are built from the host that the request names."""
    if "*" in settings.ALLOWED_HOSTS:
        yield _(
            'ALLOWED_HOSTS acepta cualquier nombre ("*") y permite enlaces falsos en los '
            "correos. Escribe los nombres de tu sitio."
        )


@refused("E004")
def plain_http() -> Sentences:
    """Passwords would travel readable."""
    if (
        is_real()
        and settings.BASE_URL.startswith("http://")
        and (urlsplit(settings.BASE_URL).hostname or "") not in LOOPBACK
    ):
        yield _(
            "BASE_URL usa http y las contraseñas viajarían sin cifrar. Pon un certificado y usa "
            "BASE_URL=https://…"
        )


@refused("E005")
def public_demonstration() -> Sentences:
    """Everybody knows the password of the demonstration people: what counts are the people, not the
    setting alone.
    """
    if settings.DEMO and is_public() and not settings.DEMO_PUBLIC:
        yield _(
            "Hay personas de demostración con una contraseña conocida en un sitio público. Usa "
            "DEMO=0, o DEMO_PUBLIC=1 si lo quieres."
        )
    if not settings.DEMO and answered(User, User.objects.filter(is_demo=True).exists):
        yield _(
            "La base tiene personas de demostración, con una contraseña publicada, y DEMO=0. "
            "Para un sitio real usa una base nueva; para la demostración, DEMO=1."
        )


@refused("E010")
def cache_that_is_not_shared() -> Sentences:
    """Several machines would each count failed sign-ins alone."""
    if (
        is_real()
        and connection.vendor == "postgresql"
        and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    ):
        yield _(
            "Con PostgreSQL puede haber varias máquinas, y cada una contaría por su lado los "
            "intentos de ingreso. Pon CACHE_URL=redis://…"
        )


@refused("E011")
def letters_to_nobody() -> Sentences:
    """A person who forgot the password would wait for a letter that never leaves."""
    if is_real() and settings.LETTER_BACKEND.rsplit(".", 2)[-2] in {
        "console",
        "dummy",
        "locmem",
        "filebased",
    }:
        yield _(
            "Los correos no salen de esta máquina y nadie podría recuperar su contraseña. Pon "
            "EMAIL_URL=smtp+tls://…"
        )


@refused("E012")
def media_in_the_wrong_place() -> Sentences:
    """Uploads must not be served as our own static files, and must have a place."""
    media, static = Path(settings.MEDIA_ROOT).absolute(), Path(settings.STATIC_ROOT).absolute()
    if media.is_relative_to(static) or static.is_relative_to(media):
        yield _(
            "La carpeta de archivos subidos (%(name)s) está mezclada con los archivos del sitio. "
            "Sepáralas."
        ) % {"name": media}
    folder = existing(media)
    if not os.access(folder, os.W_OK):
        yield _(
            "No se puede escribir en %(name)s y los archivos subidos se perderían. Da permiso al "
            "usuario del servicio."
        ) % {"name": folder}


@refused("E013")
def no_content_policy() -> Sentences:
    """The policy is what stops a script that somebody smuggled into a text."""
    policy = directives(settings.CONTENT_SECURITY_POLICY)
    has_middleware = "web.security.ContentSecurityMiddleware" in settings.MIDDLEWARE
    scripts = policy.get("script-src") or policy.get("default-src") or ["'unsafe-inline'"]
    if not has_middleware or {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(scripts):
        yield _(
            "Falta la política de contenidos (CSP) o permite scripts ajenos. Restaura "
            "CONTENT_SECURITY_POLICY y su middleware."
        )


@refused("E015")
def open_network_without_proxy() -> Sentences:
    """Connections that send slowly hold a thread each: the proxy waits for them, the web server
    does not.
    """
    if is_real() and settings.HOST not in LOOPBACK and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield _(
            "HOST abre el servidor a la red sin un proxy delante y unas pocas conexiones lentas "
            "lo detendrían. "
            "Usa HOST=127.0.0.1 detrás de un proxy (deploy/nginx.conf), o TRUSTED_PROXIES=1 si "
            "ya lo hay."
        )


@refused("E019")
def no_carrier_of_short_messages() -> Sentences:
    """Each reminder would fail, long after the setting was written."""
    try:
        short_messages()
    except Exception as error:  # whatever a module of somebody else does when it is read
        yield _(
            "No se puede usar %(name)s para enviar mensajes (%(why)s). Corrige SHORT_MESSAGES, o "
            "quítala y nadie recibe mensajes."
        ) % {"name": settings.SHORT_MESSAGES, "why": type(error).__name__}
