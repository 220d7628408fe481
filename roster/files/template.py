"""Writes the template of a list: a workbook whose columns are text, so that no spreadsheet drops a
0 in front of a number.
"""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from roster.files.columns import FIELDS

TEXT = "@"
FORMATTED_ROWS = 500
WIDTHS = {"document_type": 18, "document": 14, "ubigeo": 10}


def template() -> bytes:
    """Return the workbook: the headings, a sheet that says what each holds, and nobody."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Personas")
    sheet.append([str(title) for title in FIELDS.values()])
    for place, name in enumerate(FIELDS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, 34)
        sheet.cell(1, place).font = Font(bold=True)
        for number in range(2, FORMATTED_ROWS + 2):
            sheet.cell(number, place).number_format = TEXT
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(_("Ayuda"))
    for title, text in explained().items():
        guide.append([title, text])
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 20, 90
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def explained() -> dict[str, str]:
    """Return what each column holds, by its heading."""
    texts = {
        "document_type": _("DNI o CE (carné de extranjería). Vacía: la del DNI."),
        "document": _("El número, como texto: 8 cifras el DNI, con sus ceros."),
        "first_name": _("Todos sus nombres, como en su documento."),
        "last_name": _("Sus apellidos; basta uno."),
        "organisation": _("El nombre de la entidad donde trabaja, de tu ámbito."),
        "ubigeo": _("El del distrito de la entidad, de INEI o de RENIEC. Puede ir vacía."),
        "post": _("Puede ir vacía."),
        "email": _("El suyo, no uno compartido. Puede ir vacía: ingresará con su documento."),
    }
    return {str(FIELDS[name]): text for name, text in texts.items()}
