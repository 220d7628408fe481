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


def sheets_of(*sheets) -> bytes:
    """Return a workbook of several sheets, each with its title, state and rows."""
    book = Workbook()
    book.remove(book.active)
    for title, state, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
