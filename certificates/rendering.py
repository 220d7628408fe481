"""Draws one certificate as a tagged PDF; the same row always gives the same bytes."""

import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from certificates.codes import grouped
from certificates.durations import academic_duration, minutes_in_words
from certificates.models import Certificate
from lib.pdf import as_printed, draw, in_basic_letters, qr_svg
from lib.texts import printing_problem

LANGUAGE = "es"  # a certificate keeps the language in which it was issued
SOURCE = Path(__file__).parent / "typst" / "certificate.typ"

# What a certificate prints of what people wrote: fields of the row, and of each module of the
# syllabus.
WRITTEN_FIELDS = (
    "holder_name",
    "course_title",
    "edition_number",
    "provider",
    "issuer",
    "training_type",
    "modality",
    "cost",
)
WRITTEN_MODULE_FIELDS = ("module",)
WRITTEN_SIGNER_FIELDS = ("name", "post")

logger = logging.getLogger(__name__)


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
        return draw(facts(certificate), SOURCE)
    except typst.TypstError:
        # Another version of the engine, or of its fonts: the holder gets a document all the same.
        logger.exception("Certificate %s was drawn with substitutes", certificate.uuid)
        return draw(facts(certificate, substituted=in_basic_letters), SOURCE)


def written_texts(certificate: Certificate) -> list[str]:
    """Return every text of a certificate that people wrote and the document prints."""
    texts = [getattr(certificate, field) for field in WRITTEN_FIELDS]
    texts += [row[field] for row in certificate.syllabus for field in WRITTEN_MODULE_FIELDS]
    return texts + [row[field] for row in certificate.signers for field in WRITTEN_SIGNER_FIELDS]


def is_printable(certificate: Certificate) -> bool:
    """True when the document can print every text as it was written."""
    return not any(printing_problem(text) for text in written_texts(certificate))


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
        "issuer": substituted(certificate.issuer or certificate.provider),
        "signers": [
            {field: substituted(row[field]) for field in WRITTEN_SIGNER_FIELDS}
            for row in certificate.signers
        ],
        "holder": holder,
        "document": document_ending(certificate.document_last),
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


def document_ending(last: str) -> str:
    """Return the words for the last three characters of a document, never the number (CER-09).

    Which kind of document it is stays untold: a carné de extranjería tells every verifier that its
    holder is foreign.
    """
    return f"Documento que termina en {last}" if last else ""


def in_words(day: date) -> str:
    """Return a day as a document says it: 3 de octubre de 2026."""
    with override(LANGUAGE):
        return date_format(day, "DATE_FORMAT")
