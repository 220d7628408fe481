"""Checks that no text promises what nobody can do: who is sent to somebody, or to a place, finds a
screen there.
"""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.architecture.sources import ROOT, modules, templates, tracked

# Texts of the editor and of figures speak to those who work here, of coordinators as such.
EDITORS = {"questions", "reporting", "wagtailadmin", "wagtailusers"}


def is_for_learners(path: Path) -> bool:
    """Say whether a template speaks to learners; those of the kinds of questions do."""
    parts = set(path.relative_to(ROOT).parts)
    return "kinds" in parts or not EDITORS & parts


LEARNERS = [path for path in templates() if is_for_learners(path)]
TRANSLATED = re.compile(
    r"""(?:translate|_t?)\(?\s*(["'])(.*?)\1"""
    r"""|\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}""",
    re.DOTALL,
)
# Where a long text goes on in the next line of the source.
JOINT = re.compile(r'"\n\s*"')
SOMEBODY = re.compile(
    (
        r"coordinador|coordina la capacit|persona operadora|quien(?:es)? opera|equipo de "
        r"Puriq|escríbenos|avísanos"
    ),
    re.IGNORECASE,
)
# What a text says that somebody does, and the screen where that person does it.
DONE_AT = {
    "las ve solo quien opera todo el país": "roster:unplaced",
    "la atienden donde trabaja ahora": "roster:search",
    "te da un código": "accounts:help_person",
    "te da el código": "accounts:help_person",
    "ve si terminaste cada curso y qué te falta": "learning:requirements",
    "ve qué te falta en cada curso": "learning:requirements",
    "Lo lee quien coordina la capacitación": "roster:requests",
    "lo lee una persona operadora": "roster:requests",
    "Quien coordina la capacitación en tu entidad": "roster:requests",
    "Ayuda": "support:help",
    "/ayuda/": "support:help",
    "al final de esta página": "support:help",
    "revisa tu pedido y borra": "privacy:erasure_requests",
    "Si lo resuelve mejor quien coordina": "support:help_requests",
    "Lo lee una persona del equipo": "support:help_requests",
    "ven lo necesario para atenderte": "support:help_requests",
    "puede publicarla con un motivo": "wagtailadmin_home",
    "lo arregla en Flujos de trabajo": "wagtailadmin_workflows:index",
}
# A text that speaks of who coordinates stands in a template that names them, by one of these.
COORDINATES = re.compile(r"\bcoordin(?:a|an|e|en)\b|coordinador", re.IGNORECASE)
NAMING = ("accounts/_coordinators.html", "roster/_who_answers.html")
# The others, and why they name nobody.
NAMES_NOBODY = {
    # Nobody is signed in: where they serve is not known.
    "te da un código": "visitors",
    "te da el código": "visitors",
    # The privacy notice is the same for everybody, and has versions.
    "coordina la capacitación en tu entidad, ve si": "notice",
    "Quien coordina la capacitación en tu entidad, que ve": "notice",
    "Quien coordina, que ve": "notice",
    "quienes la coordinan ven": "notice",
    # What is kept of whoever coordinated at the time.
    "Las llamadas que te hizo quien coordina": "kept",
    "Llamadas de quien coordina": "kept",
    # It speaks to those who work here.
    "nadie que coordine las ve": "stewards",
    "Lo tiene quien coordina": "stewards",
    "pasada a quien coordina": "stewards",
    "confirmada por quien coordina": "stewards",
    "Nadie coordina donde trabaja esa persona": "stewards",
    "Se lo pasaste a quien coordina": "stewards",
    "Hecho: hay quien coordina": "operators",
    "Falta que quien coordina": "operators",
    "Todavía nadie coordina una región": "operators",
    "Añade a quien coordina": "operators",
    "Quien coordina ve las cifras": "operators",
    "Si coordina las dos": "operators",
    "Quien coordina u opera": "operators",
    "no coordina ni opera": "operators",
    "quien coordina le da un código": "operators",
}
# Places that texts name between «».
PLACES = {
    "Personas": "roster:search",
    "Traslados": "roster:transfers",
    "Ayuda": "support:help",
    "Avisos": "notices:notices",
    "Mi cuenta": "accounts:account",
    "Mis pedidos": "roster:own_requests",
    "Mis preguntas": "support:own_help",
    "Mis datos": "privacy:own_data",
    "Certificados": "certificates:mine",
    "Verifica un certificado": "certificates:verify",
    "Recupera tu contraseña": "account_reset_password",
    "¿Qué me falta?": "learning:requirements",
}
NAMED = re.compile(r"(?:[Ee]n|pulsa|usa|Mira) «([^»{%]+)»")
BUTTONS = {"Salir", "Envía otra vez", "Descarga"}
ROLES = re.compile(r"^(?:Coordinador(?:a de \w+| de \w+|a|es)?|Operador(?:a|es)?)$")


def sentences() -> dict[str, str]:
    """Return every sentence that the site says to learners, with where it stands."""
    found = {}
    for path in [*LEARNERS, *modules()]:
        source = JOINT.sub("", path.read_text())
        for _quote, plain, block in TRANSLATED.findall(source):
            found[" ".join((plain or block).split())] = str(path.relative_to(ROOT))
    for path in [path for path in tracked() if path.match("courses/starter/site.toml")]:
        found |= {
            body: str(path.relative_to(ROOT))
            for body in re.findall(r'^body = "(.*)"$', path.read_text(), re.MULTILINE)
        }
    return found


# A letter leaves later, when a worker takes it, or never: the page that says it was sent may be
# untrue.
SENT = re.compile(
    (
        r"(?:enviamos|mandamos) (?:ya )?(?:un|el|otro) (?:enlace|correo|código|mensaje)|correo "
        r"enviado|que te enviamos"
    ),
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("text", "is_sent"),
    [("ya te enviamos un enlace", True), ("Te llegará un enlace", False)],
    ids=["sent", "will"],
)
def test_what_was_sent_is_known(text, is_sent):
    assert bool(SENT.search(text)) is is_sent


def test_no_text_says_that_a_letter_was_sent():
    assert not {text: place for text, place in sentences().items() if SENT.search(text)}


def test_there_are_sentences():
    assert len(sentences()) > 300
    assert any("site.toml" in place for place in sentences().values())


def test_who_is_sent_to_somebody_finds_the_screen():
    said = {
        text: place
        for text, place in sentences().items()
        if SOMEBODY.search(text) and not ROLES.match(text)
    }
    promised = {
        text: place for text, place in said.items() if not any(act in text for act in DONE_AT)
    }
    assert promised == {}


def test_who_is_sent_to_who_coordinates_reads_their_name():
    unnamed = {
        text: place
        for text, place in sentences().items()
        if COORDINATES.search(text)
        and not ROLES.match(text)
        and not any(part in text for part in NAMES_NOBODY)
        and not any(part in (ROOT / place).read_text() for part in NAMING)
    }
    assert unnamed == {}


def test_what_names_nobody_is_still_said():
    texts = "\n".join(sentences())
    assert [part for part in NAMES_NOBODY if part not in texts] == []


def test_every_act_that_is_promised_is_still_promised():
    texts = "\n".join(sentences())
    assert [act for act in DONE_AT if act not in texts] == []


@pytest.mark.parametrize("name", sorted({*DONE_AT.values(), *PLACES.values()}))
def test_the_screens_exist(name):
    assert reverse(name, args=["curso"] if name == "learning:requirements" else [])


def test_every_place_that_a_text_names_is_a_screen():
    named = {name: place for text, place in sentences().items() for name in NAMED.findall(text)}
    assert {name: place for name, place in named.items() if name not in {*PLACES, *BUTTONS}} == {}


def test_nothing_says_that_it_can_be_downloaded_without_a_network():
    assert {
        text: place
        for text, place in sentences().items()
        if re.search(r"lo que descargaste|sin conexión, sigue", text)
    } == {}
