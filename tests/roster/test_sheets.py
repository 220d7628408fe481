"""Files as people send them: each is read as it was meant, or refused in words; none is a fault."""

import io
import struct
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from roster.files.checks import TooManyRows, Ubigeos, check_rows
from roster.files.columns import match_columns, plain_heading, refusal_of
from roster.files.institutions import Institution, Institutions, Place
from roster.files.sheets import LARGEST_FILE, UnreadableSheet, read_sheet
from roster.files.template import template
from roster.files.workbooks import MOST_MEMORY, column_number
from tests.architecture.sources import ROOT
from tests.roster.books import book_of, sheets_of

HEADINGS = ["DNI", "Nombres", "Apellidos", "Entidad", "Ubigeo", "Cargo", "Correo"]
GOOD = ["41234567", "Ñusta", "Q'orianka", "Municipalidad Distrital de Ácora", "", "Tesorera", ""]
ACORA = Place("210102", "200102", "Ácora")
SAN_JUAN = "Municipalidad Distrital de San Juan"
PUNO = Institutions(
    [
        Institution(1, "Municipalidad Distrital de Ácora", ACORA),
        Institution(2, "UGEL Puno", Place("210101", "200101", "Puno")),
        Institution(
            3, "Municipalidad Distrital de San Juan", Place("210105", "200105", "San Juan")
        ),
        Institution(4, "Municipalidad Distrital de San Juan", Place("210106", "200106", "Otro")),
    ]
)
UBIGEOS = Ubigeos({"210101": "210101", "210102": "210102", "210105": "210105"}, "INEI")


def csv_of(*rows, sign=";", encoding="utf-8") -> bytes:
    return "\n".join(sign.join(row) for row in rows).encode(encoding)


def row_of(**changes) -> list[str]:
    names = ("dni", "first", "last", "place", "ubigeo", "post", "email")
    return [changes.get(name, GOOD[at]) for at, name in enumerate(names)]


def checked(data: bytes, ubigeos=UBIGEOS):
    sheet = read_sheet(data)
    return check_rows(sheet, match_columns(sheet.rows), PUNO, ubigeos)


def slips(data: bytes, **more) -> list[str]:
    return [text for row in checked(data, **more) for text in row.slips]


READABLE = {
    "semicolons": csv_of(HEADINGS, GOOD),
    "commas": csv_of(HEADINGS, GOOD, sign=","),
    "tabs": csv_of(HEADINGS, GOOD, sign="\t"),
    "a sign before the text": csv_of(HEADINGS, GOOD, encoding="utf-8-sig"),
    "UTF-16": csv_of(HEADINGS, GOOD, sign="\t", encoding="utf-16"),
    "Latin-1": csv_of(HEADINGS, GOOD, encoding="cp1252"),
    "lines of Windows": csv_of(HEADINGS, GOOD).replace(b"\n", b"\r\n"),
    "lines of old Macs": csv_of(HEADINGS, GOOD).replace(b"\n", b"\r"),
    "empty lines": csv_of([""], HEADINGS, [""], GOOD, ["", "", ""], [""]),
    "a title above": csv_of(["Lista de personas 2027"], [""], HEADINGS, GOOD),
    "quotes around a semicolon": csv_of(HEADINGS, row_of(post='"Tesorera; contadora"')),
    "a workbook": book_of(HEADINGS, GOOD),
    "a workbook with numbers": book_of(HEADINGS, [41234567, *GOOD[1:]]),
    "a workbook with a title": book_of(["Lista"], [], HEADINGS, GOOD),
    "headings in capitals": csv_of([text.upper() for text in HEADINGS], GOOD),
    "headings with signs": csv_of(
        ["N.º de DNI", "Nombres:", "Apellidos", "Entidad *", "Ubigeo", "Cargo", "E-mail"], GOOD
    ),
    "surnames in two columns": csv_of(
        ["Nro. Documento", "Nombres", "Apellido paterno", "Apellido materno", "Institución"],
        ["41234567", "Ñusta", "Q'orianka", "", "Municipalidad Distrital de Ácora"],
    ),
    "surnames and names in one column": csv_of(
        ["N°", "DNI", "Apellidos y Nombres", "Entidad"],
        ["1", "41234567", "Q'orianka,  Ñusta", "Municipalidad Distrital de Ácora"],
    ),
    "other order": csv_of(
        ["Entidad", "Apellidos", "Nombres", "Documento"],
        ["Municipalidad Distrital de Ácora", "Q'orianka", "Ñusta", "41234567"],
    ),
    "spaces and dots in the number": csv_of(HEADINGS, row_of(dni=" 41.234 567 ")),
    "the number with its name": csv_of(HEADINGS, row_of(dni="DNI 41234567")),
    "an institution in short": csv_of(HEADINGS, row_of(place="M.D. Ácora")),
    "an institution without accents": csv_of(
        HEADINGS, row_of(place="MUNICIPALIDAD DISTRITAL ACORA")
    ),
    "a code": csv_of(HEADINGS, row_of(ubigeo="210102")),
    "a line within a cell": csv_of(HEADINGS, row_of(post='"Tesorera\nContadora"')),
}


def test_a_document_that_is_none_of_ours_is_named():
    headings = ["Tipo de documento", *HEADINGS]
    assert slips(csv_of(headings, ["Pasaporte", *row_of(dni="AB12345")])) == [
        'Fila 2, Tipo de documento: "Pasaporte" no sirve para ingresar. Escribe DNI o CE, y su '
        "número."
    ]
    assert "solo números" in slips(csv_of(headings, ["D.N.I.", *row_of(dni="AB12345")]))[0]


@pytest.mark.parametrize("name", READABLE)
def test_is_read_as_it_was_meant(name):
    row = checked(READABLE[name])[0]
    assert row.slips == []
    person = row.candidate
    assert (person.number, person.first_name, person.last_name, person.organisation) == (
        "41234567",
        "Ñusta",
        "Q'orianka",
        1,
    )


def formula(sheet):
    sheet["B2"] = '="Ñ"&"usta"'


def merge(sheet):
    sheet.merge_cells("D2:D3")


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))
    return buffer.getvalue()


def sheet_of(rows: str) -> bytes:
    """Return a workbook whose first sheet is written by hand."""
    buffer, plain = io.BytesIO(), zipfile.ZipFile(io.BytesIO(book_of(HEADINGS)))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in plain.namelist():
            is_first = name == "xl/worksheets/sheet1.xml"
            parts.writestr(name, text if is_first else plain.read(name))
    return buffer.getvalue()


def cell_at(place: str) -> str:
    return f'<row><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'


def shared(count: int, size: int) -> bytes:
    """Return a workbook with so many megabytes of shared strings, and a first sheet that shows the
    first of them.
    """
    buffer, plain = io.BytesIO(), zipfile.ZipFile(io.BytesIO(book_of(HEADINGS)))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in plain.namelist():
            if name != "xl/sharedStrings.xml":
                parts.writestr(name, plain.read(name))
        with parts.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            strings.write(b'<sst xmlns="' + space + b'">')
            for _each in range(count):
                strings.write(b"<si><t>" + b"x" * size + b"</t></si>")
            strings.write(b"</sst>")
    return buffer.getvalue()


def lying(size: int) -> bytes:
    """Return a bomb whose parts say that they are small: only who unpacks them finds out."""
    whole, true = bomb(), struct.pack("<L", 70 * 1024 * 1024)
    return whole.replace(true, struct.pack("<L", size))


def wide(columns: int) -> str:
    cells = "".join(f'<c r="{letters_of(at)}1"><v>1</v></c>' for at in range(columns))
    return f'<row r="1">{cells}</row>'


def letters_of(place: int) -> str:
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


# Files that ask for much more than they weigh; each is read, or refused in words.
HUNGRY = {
    "shared strings of 500 MB": lambda: shared(500, 1024**2),
    "a bomb that says it is small": lambda: lying(1000),
    "a million columns": lambda: sheet_of(wide(1_000_000)),
    "a dimension that lies": lambda: sheet_of('<dimension ref="A1:XFD1048576"/>' + cell_at("A1")),
    "cells over every row": lambda: sheet_of(
        "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 60_000))
    ),
    "two million empty lines": lambda: b"\n" * 2_000_000,
    "two million lines of nothing": lambda: b",\n" * 2_000_000,
    "five million cells in a line": lambda: b"," * (LARGEST_FILE - 1),
    "short cells everywhere": lambda: b"12,34,56,78,90\n" * (LARGEST_FILE // 16),
    "signs of four bytes": lambda: ("\U0001f600," * 600_000).encode(),
    "one long word": lambda: b"x" * LARGEST_FILE,
    "a long word in another encoding": lambda: ("x" * 2_000_000 + "Ã±" + "x" * 2_000_000).encode(),
}
MEASURED = """
import resource, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from roster.files.sheets import UnreadableSheet, read_sheet
data = sys.stdin.buffer.read()
def used(who):
    return resource.getrusage(who).ru_maxrss
before = used(resource.RUSAGE_SELF)
try:
    read_sheet(data)
except UnreadableSheet as refusal:
    print(refusal, file=sys.stderr)
print(used(resource.RUSAGE_SELF) - before, used(resource.RUSAGE_CHILDREN))
"""


@pytest.mark.parametrize("name", HUNGRY)
def test_memory_is_bounded_whatever_a_file_asks_for(name):
    data = HUNGRY[name]()
    assert len(data) <= LARGEST_FILE
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=data, capture_output=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    here, apart = (int(kilobytes) // 1024 for kilobytes in done.stdout.split())
    assert here <= 160
    assert apart <= MOST_MEMORY // 1024**2


REFUSED = {
    "few cells over a whole sheet": (
        sheet_of(cell_at("A1") + cell_at("XFD1048576")),
        "ocupa demasiado",
    ),
    "a row beyond every sheet": (sheet_of(cell_at(f"A{'9' * 20}")), "El archivo"),
    "a column beyond every sheet": (sheet_of(cell_at("ZZZZZZZZ3")), "El archivo"),
    "cells that never close": (sheet_of("<c " * 5_000_000), "El archivo"),
    "lines without an end": (b"a;b\n" * 60_000, "ocupa demasiado"),
    "nothing": (b"", "no tiene personas"),
    "spaces": (b"  \n ", "no tiene personas"),
    "a cut workbook": (book_of(HEADINGS, GOOD)[:-400], "incompleto o dañado"),
    "half a workbook": (book_of(HEADINGS, GOOD)[:2000], "incompleto o dañado"),
    "a workbook of another kind": (b"PK\x03\x04" + b"x" * 400, "incompleto o dañado"),
    "an old workbook that is none": (b"\xd0\xcf\x11\xe0" + b"x" * 900, "incompleto o dañado"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<< /Type /Catalog >>\n", "Es un PDF. Copia"),
    "a web page": (b"\xef\xbb\xbf\r\n<HTML><body><table>", "Es una página web. Ábrela en Excel"),
    "a table of a web page": (b"<table><tr><td>DNI</td></tr></table>", "Es una página web"),
    "a page with its kind": ("<!DOCTYPE html><html>".encode("utf-16"), "Es una página web"),
    "a page kept in one file": (b"MIME-Version: 1.0\nX: y", "Es una página web"),
    "XML": (b'<?xml version="1.0"?>\n<Workbook>', "Es un archivo XML. Ábrelo en Excel"),
    "a text of a word processor": (
        b"{\\rtf1\\ansi DNI;Nombres}",
        "Es un documento de texto. Copia",
    ),
    "a text cut within quotes": (
        csv_of(HEADINGS, ['41234567;"Ñusta']),
        "falta cerrar unas comillas",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "no es una hoja de cálculo"),
    "words read in another encoding": (
        csv_of(HEADINGS, row_of(last="Núñez".encode().decode("latin-1"))),
        'se ve "NÃºÃ±ez"',
    ),
    "too much": (b"x" * (LARGEST_FILE + 1), "pesa más de 5 MB"),
    "a bomb": (bomb(), "ocupa demasiado"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_in_words(name):
    data, words = REFUSED[name]
    with pytest.raises(UnreadableSheet, match=words):
        read_sheet(data)


FORMULA = "la celda es una fórmula. Pega solo el valor."
SLIPS = {
    "no zero in front": (
        {"dni": "7654321"},
        'Fila 2, DNI: "7654321" tiene 7 números. Si empieza con 0, Excel pudo borrarlo. Pon la '
        "columna como Texto.",
    ),
    "scientific": (
        {"dni": "1.23E+07"},
        'Fila 2, DNI: Excel cambió el número a "1.23E+07". Escribe los 8 números como Texto.',
    ),
    "scientific with a comma": (
        {"dni": "1,23E+07"},
        'Fila 2, DNI: Excel cambió el número a "1,23E+07". Escribe los 8 números como Texto.',
    ),
    "nine digits": ({"dni": "123456789"}, "Fila 2, DNI: El DNI tiene 8 números. Escribiste 9."),
    "letters": ({"dni": "ABC"}, "Fila 2, DNI: El DNI tiene 8 números. Escribe solo números."),
    "zeros": (
        {"dni": "00000000"},
        "Fila 2, DNI: Ningún documento tiene solo ceros. Revisa lo que escribiste.",
    ),
    "no number": ({"dni": ""}, "Fila 2, DNI: está vacía. Escribe su documento."),
    "no name": ({"first": ""}, "Fila 2, Nombres: está vacía. Escribe sus nombres."),
    "no institution": ({"place": ""}, "Fila 2, Entidad: está vacía. Escribe dónde trabaja."),
    "an institution out of reach": (
        {"place": "Ministerio de Nada"},
        'Fila 2, Entidad: "Ministerio de Nada" no está en tu ámbito, o se llama de otro modo.',
    ),
    "an institution with a slip": (
        {"place": "Municipalidad Distrital de Acoraa"},
        'Fila 2, Entidad: "Municipalidad Distrital de Acoraa" no está en tu ámbito, o se llama de '
        "otro modo. ¿Quisiste decir «Municipalidad Distrital de Ácora»?",
    ),
    "two institutions of one name": (
        {"place": SAN_JUAN},
        "Fila 2, Entidad: hay varias con ese nombre (Otro, San Juan). Agrega la columna Ubigeo.",
    ),
    "an unknown code": (
        {"ubigeo": "220105"},
        'Fila 2: el ubigeo "220105" no existe en la lista INEI. ¿Quisiste decir 210105?',
    ),
    "a code of another place": (
        {"ubigeo": "210101"},
        "Fila 2: el código y el nombre no corresponden al mismo lugar. Mira si los ubigeos son de "
        "INEI o de RENIEC, y elígelo al subir el archivo.",
    ),
    "a formula": (
        {"first": "=A1"},
        "Fila 2, Nombres: la celda es una fórmula. Pega solo el valor.",
    ),
    "a command": (
        {"post": "@SUM(A1)"},
        "Fila 2, Cargo: la celda es una fórmula. Pega solo el valor.",
    ),
    "half an e-mail": (
        {"email": "rosa@"},
        "Fila 2, Correo: Escribe el correo completo: nombre@ejemplo.pe.",
    ),
    "an e-mail that a space parts": (
        {"email": "rosa quispe@x.pe"},
        "Fila 2, Correo: Un correo no lleva espacios. Si es rosaquispe@x.pe, escríbelo así.",
    ),
    "a document as post": (
        {"post": "DNI 45678912"},
        "Fila 2, Cargo: parece el número de un documento. Bórralo.",
    ),
    "a long post": ({"post": "x" * 121}, "Fila 2, Cargo: Lleva hasta 120 letras."),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_names_row_column_and_remedy(name):
    changes, words = SLIPS[name]
    assert slips(csv_of(HEADINGS, row_of(**changes))) == [words]


@pytest.mark.parametrize(
    "name", ["<b>Ana</b>", "ana@x.pe", "12345678", "Ana\x07", "😀", "\u202eAna"]
)
def test_a_name_that_is_none_is_refused(name):
    told = slips(csv_of(HEADINGS, row_of(first=name)))
    assert [text.startswith("Fila 2, Nombres: ") for text in told] == [True]


@pytest.mark.parametrize("name", ["Ñ", "O", "D’Angelo-Huamán", "José  María", "Q'orianka"])
def test_names_are_taken_as_people_are_called(name):
    assert slips(csv_of(HEADINGS, row_of(last=name))) == []


def test_a_person_may_have_no_surname_and_it_is_told():
    (row,) = checked(csv_of(HEADINGS, row_of(last="")))
    assert (row.slips, row.candidate.last_name) == ([], "")
    assert row.hints == [
        "Fila 2, Apellidos: está vacía. Si tiene apellidos, escríbelos: salen en su certificado."
    ]


def test_a_formula_and_joined_cells_of_a_workbook_are_told():
    told = slips(book_of(HEADINGS, GOOD, change=formula))
    assert told == ["Fila 2, Nombres: la celda es una fórmula. Pega solo el valor."]
    told = slips(book_of(HEADINGS, GOOD, row_of(dni="41234568"), change=merge))
    assert told == [
        f"Fila {row}, Entidad: hay celdas unidas. Sepáralas y escribe el valor en cada fila."
        for row in (2, 3)
    ]


def filtered(sheet):
    sheet.row_dimensions[3].hidden = True


def open_document(*tables: str) -> bytes:
    names = ("office", "table", "text", "style")
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in names
    )
    body = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f'<manifest xmlns="{manifest}"/>')
        text = f"<office:document-content {spaces}>{body}</office:document-content>"
        parts.writestr("content.xml", text)
    return buffer.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_nobody_sees_is_not_read(state):
    old, new = [HEADINGS, row_of(first="Vieja")], [HEADINGS, GOOD]
    sheet = read_sheet(sheets_of(("Base", state, old), ("Lista 2026", "visible", new)))
    assert [cells for _number, cells in sheet.rows] == new
    assert sheet.title == "Lista 2026"


def test_formulas_and_hidden_rows_are_those_of_the_sheet_that_is_read():
    rows = [HEADINGS, [*GOOD[:1], '="Ñ"', *GOOD[2:]], GOOD]
    marked = sheets_of(("Base", "hidden", [HEADINGS]), ("Lista", "visible", rows))
    assert read_sheet(marked).formulas == {(2, 1)}
    marked = sheets_of(("Lista", "visible", [HEADINGS, GOOD]), ("Base", "hidden", rows))
    assert read_sheet(marked).formulas == frozenset()


def test_the_only_sheet_needs_no_title():
    assert read_sheet(book_of(HEADINGS, GOOD)).title == ""


def test_rows_that_a_filter_hides_are_told_and_read():
    sheet = read_sheet(book_of(HEADINGS, GOOD, row_of(dni="41234568"), change=filtered))
    assert sheet.hidden == {3}
    assert [number for number, _cells in sheet.rows] == [1, 2, 3]


def test_rows_that_a_filter_hides_in_an_open_document_are_told():
    def row(text, more=""):
        return (
            f'<table:table-row{more}><table:table-cell office:value-type="string">'
            f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
        )

    empty = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    rows = row("DNI") + empty + row("41234567", ' table:visibility="filter"') + row("41234568")
    unseen = row("x", ' table:visibility="collapse"')
    other = f'<table:table table:name="B">{unseen}</table:table>'
    data = open_document(f'<table:table table:name="A">{rows}</table:table>', other)
    sheet = read_sheet(data)
    assert [number for number, _cells in sheet.rows] == [1, 5, 6]
    assert (sheet.hidden, sheet.title) == ({5}, "A")


def test_what_comes_twice_is_told_in_both_rows():
    told = slips(csv_of(HEADINGS, GOOD, row_of(first="Otra")))
    assert set(told) == {"Filas 2 y 3 tienen el mismo DNI (termina en 567). Deja solo una."}
    emails = (row_of(email="a@x.pe"), row_of(dni="41234568", email="A@X.pe"))
    told = slips(csv_of(HEADINGS, *emails))
    assert set(told) == {"Filas 2 y 3 tienen el mismo correo. Deja a cada persona el suyo."}


def test_a_host_that_is_a_slip_is_told_and_stops_nothing():
    row = checked(csv_of(HEADINGS, row_of(email="maria@gmial.com")))[0]
    assert row.candidate.email == "maria@gmial.com"
    assert row.hints == ["Fila 2, Correo: ¿quisiste decir maria@gmail.com?"]


def test_a_second_table_is_told_and_not_read():
    told = slips(csv_of(HEADINGS, GOOD, [""], HEADINGS, row_of(dni="4")))
    assert told == ["Fila 4: aquí empieza otra tabla. Deja una sola lista por hoja."]


def test_codes_of_reniec_lead_to_the_same_place():
    reniec = Ubigeos({"200102": "210102"}, "RENIEC")
    assert slips(csv_of(HEADINGS, row_of(ubigeo="200102")), ubigeos=reniec) == []


def test_a_code_without_its_zero_is_understood():
    amazonas = Ubigeos({"010101": "210102"}, "INEI")
    assert slips(csv_of(HEADINGS, row_of(ubigeo="10101")), ubigeos=amazonas) == []


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    headings = ["DNI", '"Nombres\ncompletos"', *HEADINGS[2:]]
    data = csv_of(headings, row_of(post='"Jefa\r\nde\nÁrea"'), [""], row_of(first=""))
    assert [row.number for row in checked(data)] == [2, 4]
    assert slips(data)[-1].startswith("Fila 4, Nombres: está vacía")


def test_a_carne_is_told_from_a_dni():
    data = csv_of(["Tipo de documento", *HEADINGS], ["C.E.", *row_of(dni="001234567")])
    person = checked(data)[0].candidate
    assert (person.document_type, person.number) == ("ce", "001234567")


def test_a_missing_column_is_named_with_those_found():
    sheet = read_sheet(csv_of(["DNI", "Nombres", "Apellidos"], GOOD[:3]))
    assert refusal_of(match_columns(sheet.rows)).startswith(
        'Falta la columna "Entidad". Encontramos: DNI, Nombres, Apellidos. Descarga la plantilla'
    )


@pytest.mark.parametrize("text", ["Quispe Mamani Ana", "Quispe, Mamani, Ana", ""])
def test_names_in_one_column_that_nobody_can_part_are_told(text):
    headings = ["DNI", "Apellidos y nombres", "Entidad"]
    told = slips(csv_of(headings, ["41234567", f'"{text}"', GOOD[3]]))
    assert told == [
        "Fila 2, Apellidos y nombres: no sabemos dónde terminan los apellidos. Pon ahí una coma "
        "(Quispe Mamani, Ana), o sepáralos en dos columnas."
    ]


def test_a_missing_name_says_how_to_part_one_column():
    sheet = read_sheet(csv_of(["DNI", "Nombres y apellidos", "Entidad"], GOOD[:3]))
    told = refusal_of(match_columns(sheet.rows))
    assert told.startswith('Falta la columna "Nombres". Encontramos: DNI, Nombres y apellidos')
    assert "sepáralos en dos" in told


def test_a_column_without_a_heading_is_named_by_its_letters():
    rows = [["Nº", "DNI", "Apellidos y nombres", "", "Entidad", ""]]
    rows += [["1", "41234567", "Quispe", "Ana", GOOD[3], "", "x"]]
    columns = match_columns(read_sheet(csv_of(*rows)).rows)
    assert columns.headings == [*rows[0][:3], "Columna D", "Entidad", "", "Columna G"]
    assert columns.missing == ["first_name", "last_name"]


def test_a_heading_is_known_as_it_was_chosen_before():
    heading = plain_heading("Código personal")
    sheet = read_sheet(csv_of(["Código personal", *HEADINGS[1:]], GOOD))
    assert match_columns(sheet.rows).missing == ["document"]
    assert match_columns(sheet.rows, {heading: "document"}).missing == []


def test_more_than_ten_thousand_people_are_too_many():
    rows = [row_of(dni=f"{number:08}") for number in range(1, 10_002)]
    with pytest.raises(TooManyRows, match=r"tiene 10,001 filas; el máximo es 10,000"):
        checked(csv_of(HEADINGS, *rows))


def test_a_date_is_read_as_it_is_shown():
    sheet = read_sheet(book_of(HEADINGS, [date(2027, 1, 2), *GOOD[1:]]))
    assert sheet.rows[1][1][0] == "02/01/2027"


def test_the_template_is_read_again_and_its_columns_are_text():
    sheet = read_sheet(template())
    assert match_columns(sheet.rows).missing == []


@pytest.mark.parametrize(("letters", "number"), [("A", 0), ("Z", 25), ("AA", 26), ("AMJ", 1023)])
def test_columns_are_counted_as_spreadsheets_name_them(letters, number):
    assert column_number(letters) == number


def test_what_is_near_is_said_of_the_first_different_texts_alone():
    """A list whose columns are swapped would take minutes."""
    rows = [
        row_of(dni=f"4123{n:04}", ubigeo=f"{210111 + n}", place=f"Ácora {n}") for n in range(60)
    ]
    told = slips(csv_of(HEADINGS, *rows))
    assert len(told) == 60
    assert "¿Quisiste decir" in told[0]
    assert "¿Quisiste decir" not in told[-1]
