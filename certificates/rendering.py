"""Draws one certificate as a tagged PDF; the same row always gives the same bytes."""

import io
import json
import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

import segno
import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from certificates.codes import grouped
from certificates.durations import academic_duration, minutes_in_words
from certificates.models import Certificate
from lib.texts import printable, printing_problem

LANGUAGE = "es"  # a certificate keeps the language in which it was issued
SOURCE = Path(__file__).parent / "typst" / "certificate.typ"

# What a certificate prints of what people wrote: fields of the row, and of each module of the
# syllabus.
WRITTEN_FIELDS = (
    "holder_name",
    "course_title",
    "edition_number",
    "provider",
    "training_type",
    "modality",
    "cost",
)
WRITTEN_MODULE_FIELDS = ("module",)

logger = logging.getLogger(__name__)
_engines = threading.local()


def verification_url(code: str) -> str:
    """Return the address behind the QR: the page that says whether the certificate is valid."""
    return f"{settings.BASE_URL}/verificar/{code}/"


def render_pdf(certificate: Certificate) -> bytes:
    """Return a numbered certificate as PDF/UA-1: tagged, with title, in Spanish of Peru.

    The date inside the document is that of the row and only the fonts of the engine are used, so
    that the same row gives the same bytes on every machine with the same version of the engine.
    """
    if certificate.number is None:
        raise ValueError("a certificate is drawn after it has its number")
    try:
        return draw(facts(certificate))
    except typst.TypstError:
        # Another version of the engine, or of its fonts: the holder gets a document all the same.
        logger.exception("Certificate %s was drawn with substitutes", certificate.uuid)
        return draw(facts(certificate, substituted=in_basic_letters))


def draw(values: dict[str, Any]) -> bytes:
    """Return the PDF of plain values.

    Raises typst.TypstError when the engine cannot draw one of them.
    """
    inputs = {"facts": json.dumps(values, ensure_ascii=False)}
    return cast(bytes, compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1"))


def compiler() -> typst.Compiler:
    """Return the engine of this thread: with its fonts loaded it draws several times faster, and it
    serves one at a time.
    """
    if not hasattr(_engines, "compiler"):
        _engines.compiler = typst.Compiler(SOURCE, root=SOURCE.parent, ignore_system_fonts=True)
    return _engines.compiler


def written_texts(certificate: Certificate) -> list[str]:
    """Return every text of a certificate that people wrote and the document prints."""
    texts = [getattr(certificate, field) for field in WRITTEN_FIELDS]
    return texts + [row[field] for row in certificate.syllabus for field in WRITTEN_MODULE_FIELDS]


def is_printable(certificate: Certificate) -> bool:
    """True when the document can print every text as it was written."""
    return not any(printing_problem(text) for text in written_texts(certificate))


def as_printed(text: str) -> str:
    """Return a text as it is, or with a substitute for each character that cannot be printed."""
    return (printable(text) or "?") if printing_problem(text) else text


def in_basic_letters(text: str) -> str:
    """Return a text in the characters that every font has."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in printable(text))


def facts(
    certificate: Certificate, substituted: Callable[[str], str] = as_printed
) -> dict[str, Any]:
    """Return what the document says, as plain values: copies made at completion, and the place to
    verify them.

    `is_whole` is False when a text has substitutes for what cannot be printed: the document says
    so.
    """
    created_on, address = (
        timezone.localdate(certificate.created_at),
        verification_url(certificate.code),
    )
    holder, course = substituted(certificate.holder_name), substituted(certificate.course_title)
    return {
        "title": f"Certificado N.º {certificate.number}: {course}",
        "description": f"Certificado de {holder}, código {grouped(certificate.code)}",
        "provider": substituted(certificate.provider),
        "holder": holder,
        "document": document_ending(certificate),
        "course": course,
        "edition": substituted(certificate.edition_number),
        "training": substituted(certificate.training_type),
        "modality": substituted(certificate.modality),
        "cost": substituted(certificate.cost),
        "duration": academic_duration(certificate.minutes),
        "started": in_words(certificate.started_on),
        "completed": in_words(certificate.completed_on),
        "issued": in_words(created_on),
        "created": {"year": created_on.year, "month": created_on.month, "day": created_on.day},
        "number": str(certificate.number),
        "code": grouped(certificate.code),
        "address": address,
        "place": settings.BASE_URL.partition("://")[2] + "/verificar/",
        "syllabus": [
            {"module": substituted(row["module"]), "minutes": minutes_in_words(row["minutes"])}
            for row in certificate.syllabus
        ],
        "qr": qr_svg(address),
        "is_whole": all(substituted(text) == text for text in written_texts(certificate)),
    }


def document_ending(certificate: Certificate) -> str:
    """Return the last three characters of the document, never the number (CER-09).

    Which kind of document it is stays untold: a carné de extranjería tells every verifier that its
    holder is foreign.
    """
    return (
        f"Documento que termina en {certificate.document_last}" if certificate.document_last else ""
    )


def in_words(day: date) -> str:
    """Return a day as a document says it: 3 de octubre de 2026."""
    with override(LANGUAGE):
        return date_format(day, "DATE_FORMAT")


def qr_svg(address: str) -> str:
    """Return the QR of an address as SVG, with the level of correction that survives a fold or a
    stamp.
    """
    buffer = io.BytesIO()
    segno.make(address, error="m", boost_error=False, micro=False).save(
        buffer, kind="svg", xmldecl=False, border=0
    )
    return buffer.getvalue().decode()
