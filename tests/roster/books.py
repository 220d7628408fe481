"""Makes workbooks as people send them."""

import io

from openpyxl import Workbook


def book_of(*rows, change=None) -> bytes:
    """Return a workbook of one sheet with these rows; `change` is given the sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
