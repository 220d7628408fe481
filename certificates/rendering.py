"""Draws one certificate as a tagged PDF; the same row always gives the same bytes."""

import io
import json
import threading
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

LANGUAGE = "es"  # a certificate keeps the language in which it was issued
SOURCE = Path(__file__).parent / "typst" / "certificate.typ"

_kept = threading.local()


def verification_url(code: str) -> str:
    """Return the address behind the QR: the page that says whether the certificate is valid."""
    return f"{settings.BASE_URL}/verificar/{code}/"


def render_pdf(certificate: Certificate) -> bytes:
    """Return a numbered certificate as PDF/UA-1: tagged, with title, in Spanish of Peru.

    The date inside the document is that of the row and only the fonts of the engine are used, so that the same row gives
    the same bytes on every machine with the same version of the engine.
    """
    if certificate.number is None:
        raise ValueError("a certificate is drawn after it has its number")
    values = json.dumps(facts(certificate), ensure_ascii=False)
    return cast(bytes, compiler().compile(format="pdf", sys_inputs={"facts": values}, pdf_standards="ua-1"))


def compiler() -> typst.Compiler:
    """Return the engine of this thread: with its fonts loaded it draws several times faster, and it serves one at a time."""
    if not hasattr(_kept, "compiler"):
        _kept.compiler = typst.Compiler(SOURCE, root=SOURCE.parent, ignore_system_fonts=True)
    return _kept.compiler


def facts(certificate: Certificate) -> dict[str, Any]:
    """Return what the document says, as plain values: copies made at completion, and the place to verify them."""
    created, address = timezone.localdate(certificate.created_at), verification_url(certificate.code)
    return {
        "title": f"Certificado N.º {certificate.number}: {certificate.course_title}",
        "description": f"Certificado de {certificate.holder_name}, código {grouped(certificate.code)}",
        "provider": certificate.provider,
        "holder": certificate.holder_name,
        "document": document_ending(certificate),
        "course": certificate.course_title,
        "edition": certificate.edition_number,
        "training": certificate.training_type,
        "modality": certificate.modality,
        "cost": certificate.cost,
        "duration": academic_duration(certificate.minutes),
        "started": in_words(certificate.started_on),
        "completed": in_words(certificate.completed_on),
        "issued": in_words(created),
        "created": {"year": created.year, "month": created.month, "day": created.day},
        "number": str(certificate.number),
        "code": grouped(certificate.code),
        "address": address,
        "place": settings.BASE_URL.partition("://")[2] + "/verificar/",
        "syllabus": [{"module": row["module"], "minutes": minutes_in_words(row["minutes"])} for row in certificate.syllabus],
        "qr": qr_svg(address),
    }


def document_ending(certificate: Certificate) -> str:
    """Return the kind of document and its last three characters; never the number (reliability.md CER-09)."""
    if not certificate.document_last:
        return ""
    names = {"dni": "DNI", "ce": "Carné de extranjería"}
    return f"{names.get(certificate.document_type, 'Documento')} que termina en {certificate.document_last}"


def in_words(day: date) -> str:
    """Return a day as a document says it: 3 de octubre de 2026."""
    with override(LANGUAGE):
        return date_format(day, "DATE_FORMAT")


def qr_svg(address: str) -> str:
    """Return the QR of an address as SVG, with the level of correction that survives a fold or a stamp."""
    buffer = io.BytesIO()
    segno.make(address, error="m", boost_error=False, micro=False).save(buffer, kind="svg", xmldecl=False, border=0)
    return buffer.getvalue().decode()
