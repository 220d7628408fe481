"""Draws documents as tagged PDF from plain values: every document of the site comes out of here."""

import io
import json
import threading
from pathlib import Path
from typing import Any, cast

import segno
import typst

from lib.texts import printable, printing_problem

_engines: dict[Path, typst.Compiler] = {}
_turn = threading.Lock()


def draw(values: dict[str, Any], source: Path) -> bytes:
    """Return the PDF/UA-1 of plain values, drawn as a source of ours says.

    Raises typst.TypstError when the engine cannot draw one of them.
    """
    inputs = {"facts": json.dumps(values, ensure_ascii=False)}
    with _turn:
        drawn = compiler(source).compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
    return cast(bytes, drawn)


def compiler(source: Path) -> typst.Compiler:
    """Return the engine of this process for a source: with its fonts loaded it draws several times
    faster, and it serves one at a time.
    """
    if source not in _engines:
        _engines[source] = typst.Compiler(source, root=source.parent, ignore_system_fonts=True)
    return _engines[source]


def as_printed(text: str) -> str:
    """Return a text as it is, or with a substitute for each character that cannot be printed."""
    return (printable(text) or "?") if printing_problem(text) else text


def in_basic_letters(text: str) -> str:
    """Return a text in the characters that every font has."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in printable(text))


def qr_svg(address: str) -> str:
    """Return the QR of an address as SVG, with the level of correction that survives a fold or a
    stamp.
    """
    buffer = io.BytesIO()
    segno.make(address, error="m", boost_error=False, micro=False).save(
        buffer, kind="svg", xmldecl=False, border=0
    )
    return buffer.getvalue().decode()
