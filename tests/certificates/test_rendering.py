"""Checks the document: whole, accessible, repeatable, without grade or document number."""

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from certificates.models import Certificate
from certificates.rendering import SOURCE, facts, render_pdf, verification_url
from lib.pdf import compiler, qr_svg

CODE = "7K2M9QXA4TBC81DENF3H"
MODULES = [
    {"module": "Perú, país de origen y destino", "minutes": 68},
    {"module": "Ley de Migraciones en 60 minutos", "minutes": 93},
]


def a_certificate(**facts) -> Certificate:
    """Return a row that is not in any database: drawing needs none."""
    known = {
        "code": CODE,
        "number": 1234,
        "state": "issued",
        "holder_name": "María d'Ángelo #1 Ñahui Quispe",
        "document_type": "dni",
        "document_cipher": "cipher-of-40123678",
        "document_last": "678",
        "course_title": "Migración y territorio: datos, aportes y reglas básicas",
        "edition_number": "3.1",
        "minutes": 161,
        "syllabus": MODULES,
        "score_scaled": 0.85,
        "started_on": date(2026, 10, 3),
        "completed_on": date(2026, 11, 12),
        "provider": "Puriq",
        "training_type": "Formación laboral",
        "modality": "Virtual, a su ritmo",
        "cost": "Gratuito",
        "created_at": datetime(2026, 11, 13, 2, 0, tzinfo=UTC),  # still the 12th in Lima
    }
    return Certificate(**(known | facts))


def read(certificate: Certificate) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(certificate)))


def picture(certificate: Certificate) -> Image.Image:
    """Return the first page in grey, two dots a millimetre."""
    inputs = {"facts": json.dumps(facts(certificate))}
    drawn = compiler(SOURCE).compile(format="png", ppi=50.8, sys_inputs=inputs)
    first = drawn[0] if isinstance(drawn, list) else drawn
    return Image.open(io.BytesIO(first)).convert("L")


def is_white(drawn: Image.Image, millimetres: tuple[float, float, float, float]) -> bool:
    """True when nothing stands in a rectangle: left, top, right, bottom."""
    return drawn.crop(tuple(round(2 * edge) for edge in millimetres)).getextrema()[0] > 250


def is_within_its_columns(certificate: Certificate) -> bool:
    """True when nothing stands between the text and the panel, and nothing in the margins."""
    drawn = picture(certificate)
    between, right, bottom = (206, 45, 209.5, 210), (280, 0, 297, 210), (0, 198, 297, 210)
    return all(is_white(drawn, part) for part in (between, right, bottom))


def words(reader: PdfReader) -> str:
    """Return the text of every page on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture(scope="module")
def document() -> PdfReader:
    return read(a_certificate())


@pytest.mark.parametrize(
    "printed",
    [
        "María d'Ángelo #1 Ñahui Quispe",
        "Documento que termina en 678",
        "Migración y territorio: datos, aportes y reglas básicas",
        "Edición del curso 3.1",
        "3 horas académicas y 26 minutos (161 minutos; 1 hora académica = 45 minutos)",
        "Tipo de capacitación Formación laboral",
        "Modalidad Virtual, a su ritmo",
        "Costo Gratuito",
        "Empezó 3 de octubre de 2026",
        "Terminó 12 de noviembre de 2026",
        "Emitido el 12 de noviembre de 2026",
        "Proveedor Puriq",
        "1. Perú, país de origen y destino (68 minutos)",
        "2. Ley de Migraciones en 60 minutos (93 minutos)",
        "N.º 1234",
        "7K2M-9QXA-4TBC-81DE-NF3H",
        f"Verifica en {settings.BASE_URL.removeprefix('http://')}/verificar/",
    ],
)
def test_document_says(document, printed):
    assert printed in words(document)


def test_document_is_accessible(document):
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - the reader's own kind of boolean
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "es-PE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert (
        document.metadata.title
        == "Certificado N.º 1234: Migración y territorio: datos, aportes y reglas básicas"
    )
    assert document.metadata.author == "Puriq"
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()


def test_document_is_one_landscape_page(document):
    (page,) = document.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)


def test_qr_and_link_lead_to_the_verification(document, settings):
    links = [note.get_object()["/A"]["/URI"] for note in document.pages[0]["/Annots"]]
    assert links == [f"{settings.BASE_URL}/verificar/{CODE}/"] == [verification_url(CODE)]
    assert qr_svg(verification_url(CODE)).startswith("<svg")


def test_document_tells_neither_grade_nor_document_number():
    raw = render_pdf(a_certificate())
    reader = PdfReader(io.BytesIO(raw))
    told = (
        words(reader)
        + str(reader.metadata)
        + reader.trailer["/Root"]["/Metadata"].get_data().decode()
    )
    assert not re.search(r"40123678|4012|0\.85|17 de 20|\bnota\b|@", told)
    assert b"40123678" not in raw
    assert render_pdf(a_certificate(score_scaled=None, document_cipher="")) == raw


def test_same_row_gives_the_same_bytes():
    certificate = a_certificate()
    assert render_pdf(certificate) == render_pdf(certificate) == render_pdf(a_certificate())
    assert render_pdf(a_certificate(number=1235)) != render_pdf(certificate)


def test_many_at_once_draw_the_same():
    certificate = a_certificate()
    with ThreadPoolExecutor(8) as threads:
        drawn = set(threads.map(lambda _turn: render_pdf(certificate), range(24)))
    assert len(drawn) == 1


HARD_NAMES = [
    "Ñahui Quispe, María d'Ángelo #1",
    '#panic("x") *a* _b_ \\ $x$ <tag> [x] @ref `c` // no /* c */',
    "= Título - lista + otra / término: {x}",
    "José “Pepe” Ñúñez-Güemes O’Higgins",
    "Wayra",
    "Å",
]


@pytest.mark.parametrize("name", HARD_NAMES)
def test_names_are_printed_as_they_are_written(name):
    assert name in words(read(a_certificate(holder_name=name, course_title=name)))


@pytest.mark.parametrize("length", [120, 240])
def test_long_names_are_whole_and_stay_on_the_page(length):
    name = (
        "María de los Ángeles Guadalupe Ñusta Wayra Túpac Yupanqui Quispe Condori de la Cruz " * 4
    )[:length].strip()
    title = ("Protección internacional, niñez migrante y servicios municipales, edición para " * 4)[
        :255
    ].strip()
    reader = read(a_certificate(holder_name=name, course_title=title))
    assert name in words(reader)
    assert title in words(reader)
    assert len(reader.pages) == 1


@pytest.mark.parametrize(("modules", "pages"), [(0, 1), (1, 1), (5, 1), (8, 1), (40, 2)])
def test_syllabus_is_whole(modules, pages):
    rows = [
        {"module": f"Módulo de prueba con un título corriente {place}", "minutes": 40 + place}
        for place in range(1, modules + 1)
    ]
    reader = read(a_certificate(syllabus=rows))
    assert len(reader.pages) == pages
    for row in rows:
        assert f"{row['module']} ({row['minutes']} minutos)" in words(reader)


@pytest.mark.parametrize(
    "field", ["holder_name", "course_title", "provider", "training_type", "modality", "cost"]
)
@pytest.mark.parametrize("length", [34, 35, 60, 200])
def test_a_word_wider_than_its_column_stays_on_the_page(field, length):
    word = ("Huayhuacondorimamanichallco" * 8)[:length]
    certificate = a_certificate(**{field: word})
    assert word in re.sub(r"[\s\u200b]", "", words(read(certificate)))
    assert is_within_its_columns(certificate)


@pytest.mark.parametrize("modules", [1, 3, 12])
def test_a_module_with_a_word_wider_than_its_column(modules):
    assert is_within_its_columns(
        a_certificate(syllabus=[{"module": "W" * 255, "minutes": 5}] * modules)
    )


def test_pictures_show_what_leaves_its_column():
    """The check itself: a line drawn where nothing may stand is noticed."""
    assert is_within_its_columns(a_certificate())
    assert not is_white(picture(a_certificate()), (0, 0, 297, 210))


def test_kind_of_document_is_told_nowhere():
    """A carné de extranjería would tell every verifier that its holder is foreign."""
    told = [render_pdf(a_certificate(document_type=kind)) for kind in ("dni", "ce")]
    assert told[0] == told[1]
    assert not re.search("DNI|Carné|extranjer", words(PdfReader(io.BytesIO(told[0]))))


def test_without_document_the_line_is_left_out():
    assert "termina en" not in words(
        read(a_certificate(document_type="", document_cipher="", document_last=""))
    )


def test_document_stays_light():
    """docs/requirements.md, speed and weight: at most 40 KB."""
    assert len(render_pdf(a_certificate())) <= 40 * 1024


def test_nothing_is_drawn_without_a_number():
    with pytest.raises(ValueError, match="number"):
        render_pdf(a_certificate(number=None, state="waiting"))
