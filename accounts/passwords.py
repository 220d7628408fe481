"""Hashes few passwords at a time, and refuses those that everybody knows, in words that help."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from string import digits, punctuation
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher, ScryptPasswordHasher
from django.contrib.auth.password_validation import (
    CommonPasswordValidator as DjangoCommonPasswordValidator,
)
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.composing import composed
from lib.folding import compared


class LengthValidator:
    """The shortest password that is taken, said with what is missing."""

    def __init__(self, min_length: int):
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a short password. Raises ValidationError with the text for the person."""
        missing = self.min_length - len(password)
        if missing > 0:
            words = (
                "Usa al menos %(least)d letras o números. Te falta %(missing)d.",
                "Usa al menos %(least)d letras o números. Te faltan %(missing)d.",
            )
            text = ngettext(*words, missing) % {"least": self.min_length, "missing": missing}
            raise ValidationError(text, code="password_too_short")

    def get_help_text(self) -> str:
        """Return the rule, as Django asks for it."""
        return _("Al menos %(least)d letras o números.") % {"least": self.min_length}


# What people of Peru's local governments would try first, in small letters without accents: alone,
# or with digits around.
KNOWN_WORDS = """
contrasena contrasenas contrasenia clave claves micontrasena miclave secreto secreta password
usuario bienvenido bienvenida bienvenidos
administrador administracion admin invitado prueba pruebas hola holamundo teamo tequiero miamor
familia jesus jesucristo dios diosesamor
peru peruano peruana elperu arribaperu vivaelperu vivaperu limaperu lima cusco arequipa puno tumbes
tacna piura trujillo machupicchu
alianzalima universitario cristal sportingcristal
municipalidad municipio muni alcalde alcaldesa alcaldia regidor regidora tesorera tesorero gobierno
gobiernolocal gobiernoregional
region provincia distrito funcionario funcionaria servidor servidora trabajador trabajadora
capacitacion ministerio ugel
migracion migraciones migrante migrantes extranjeria extranjero extranjera cancilleria frontera
puriq
"""


class CommonPasswordValidator(DjangoCommonPasswordValidator):
    """Django's list and the words of this country, with our text (docs/requirements.md, M19)."""

    def validate(self, password, user=None):
        try:
            if bare_word(password) in KNOWN_WORDS.split():
                raise ValidationError("")
            super().validate(password, user)
        except ValidationError:
            message = _("Esta contraseña es muy conocida. Usa una frase de tres o más palabras.")
            raise ValidationError(message, code="password_too_common") from None


def bare_word(password: str) -> str:
    """Return the letters of a password without accents and without the digits and signs at its
    ends.
    """
    return compared(password).strip(punctuation + digits + " ")


SECRET_LETTERS = 8
SHORTEST_OWN_WORD = 3
LONGEST_OWN_TEXT = 1000  # forms give it as it was typed


class OwnWordsValidator:
    """What others know of a person, and try first: document, e-mail and name."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password that is little more than that. Raises ValidationError."""
        names = ("document_number", "email", "first_name", "last_name")
        refuse_own_words(password, (getattr(user, name, "") for name in names))

    def get_help_text(self) -> str:
        """Return the rule, as Django asks for it."""
        return _("Ni tu documento, ni tu correo, ni tu nombre.")


def refuse_own_words(password: str, own_texts: Iterable[str]) -> None:
    """Refuse a password of which less than eight letters and digits are left without what its
    person is known by. Raises ValidationError with the text for the person.
    """
    before = left = _letters(password)
    for word in sorted(_own_words(own_texts), key=len, reverse=True):
        left = left.replace(word, "")
    if left != before and len(left) < SECRET_LETTERS:
        message = _(
            "Otra persona probaría primero tu documento, tu correo o tu nombre. Usa una frase de "
            "tres o más palabras."
        )
        raise ValidationError(message, code="password_too_similar")


def _own_words(own_texts: Iterable[str]) -> set[str]:
    words = set()
    for text in (text[:LONGEST_OWN_TEXT] for text in own_texts):
        words |= {_letters(part) for part in (text, text.partition("@")[0], *text.split())}
    return {word for word in words if len(word) >= SHORTEST_OWN_WORD}


def _letters(text: str) -> str:
    plain = compared(composed(text, "NFKC"))
    return "".join(letter for letter in plain if letter.isalnum())


HASHED_AT_ONCE = BoundedSemaphore(2)


@contextmanager
def turn_to_hash() -> Iterator[None]:
    """Let two hashes be computed at a time in each process: a class that signs in together leaves
    processors to who reads.

    Nobody is refused: the others wait, and give their connection to the database back meanwhile.
    """
    if not HASHED_AT_ONCE.acquire(blocking=False):
        if not connection.in_atomic_block:
            connection.close()
        HASHED_AT_ONCE.acquire()
    try:
        yield
    finally:
        HASHED_AT_ONCE.release()


class PatientArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with what OWASP's Password Storage Cheat Sheet asks at least: 19 MiB, two passes,
    one lane; in turn.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password, salt):
        with turn_to_hash():
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with turn_to_hash():
            return super().verify(password, encoded)


class PatientScryptHasher(ScryptPasswordHasher):
    """Opens the door to hashes made before Argon2id, in turn; the next sign-in makes them anew."""

    def encode(self, password, salt, n=None, r=None, p=None):
        with turn_to_hash():
            return super().encode(password, salt, n, r, p)
