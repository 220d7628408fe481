"""Writes the template of a list: a workbook whose columns are text, so that no spreadsheet drops a
0 in front of a number.
"""

import io

from django.utils.translation import gettext as _

from accounts.models import Organisation
from roster.files.columns import PEOPLE, Shape
from roster.files.registered import COUNTED

TEXT = "@"
FORMATTED_ROWS = 500
WIDTHS = {"document_type": 18, "document": 14, "ubigeo": 10}


def template(shape: Shape = PEOPLE) -> bytes:
    """Return the workbook: the headings, a sheet that says what each holds, and no rows."""
    # Few processes ever write a workbook, and reading the library takes a start 60 ms.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title = _("Personas") if shape is PEOPLE else _("Entidades")
    sheet.append([str(title) for title in shape.fields.values()])
    for place, name in enumerate(shape.fields, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, 34)
        sheet.cell(1, place).font = Font(bold=True)
        for number in range(2, FORMATTED_ROWS + 2):
            sheet.cell(number, place).number_format = TEXT
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(_("Ayuda"))
    for title, text in explained(shape).items():
        guide.append([title, text])
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 20, 90
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def explained(shape: Shape) -> dict[str, str]:
    """Return what each column holds, by its heading."""
    texts = of_people() if shape is PEOPLE else of_institutions()
    return {str(shape.fields[name]): text for name, text in texts.items()}


def of_institutions() -> dict[str, str]:
    """Return what each column of a list of institutions holds."""
    kinds = ", ".join(str(label) for label in Organisation.Kind.labels)
    return {
        "code": _("El del registro oficial. Puede ir vacía."),
        "ruc": _("11 números. Puede ir vacía; con él la reconocemos aunque cambie de nombre."),
        "kind": _("Uno de estos: %(kinds)s.") % {"kinds": kinds},
        "name": _("El nombre completo, como en su ficha RUC."),
        "ubigeo": _("El del distrito de su sede, de INEI o de RENIEC."),
        "parent": _("RUC, código o nombre de la entidad de la que depende. Puede ir vacía."),
        "email": _("El de la entidad, no el de una persona. Puede ir vacía."),
        "telephone": _("El de la entidad. Puede ir vacía."),
        **dict.fromkeys(COUNTED, _("Cuántas personas son. Puede ir vacía.")),
        "source": _("De dónde es el dato del personal, por ejemplo CAP 2026."),
        "counted_on": _("La fecha de ese dato, como 31/03/2026."),
    }


def of_people() -> dict[str, str]:
    """Return what each column of a list of people holds."""
    return {
        "document_type": _("DNI o CE (carné de extranjería). Vacía: la del DNI."),
        "document": _("El número, como texto: 8 cifras el DNI, con sus ceros."),
        "first_name": _("Todos sus nombres, como en su documento."),
        "last_name": _("Sus apellidos; basta uno."),
        "organisation": _("El nombre de la entidad donde trabaja, de tu ámbito."),
        "ubigeo": _("El del distrito de la entidad, de INEI o de RENIEC. Puede ir vacía."),
        "post": _("Puede ir vacía."),
        "email": _("El suyo, no uno compartido. Puede ir vacía: ingresará con su documento."),
    }
