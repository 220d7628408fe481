"""What nobody sees in a list is stored nowhere, and a row or a list that cannot be stored holds up
no other.
"""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts import documents
from accounts.models import Membership, Organisation, User
from roster.files.carrying_out import confirm_file, counts_of, go_on_with, go_on_with_all
from roster.files.staging import opened, stage_file
from roster.models import RosterFile
from tests.roster.books import book_of
from tests.roster.test_files import ACORA, line, list_of, slips_of, staged, upload

pytestmark = pytest.mark.django_db
HEADINGS = ["DNI", "Nombres", "Apellidos", "Entidad", "Cargo", "Correo"]
# Workbooks write a character that XML has no place for so.
NUL = "_x0000_"


def row_of(**changes) -> list[str]:
    facts = {"dni": "41234567", "first": "Ana", "last": "Quispe", "place": ACORA}
    return list((facts | {"post": "Tesorera", "email": ""} | changes).values())


def brought_in(actor, data: bytes, subject="people") -> RosterFile:
    """Return a list that was uploaded, confirmed and carried out."""
    facts = {"name": "lista.xlsx", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
    file = stage_file(data=data, actor=actor, subject=subject, **facts)
    confirm_file(file=file, actor=actor, now=timezone.now())
    go_on_with(file, timezone.now())
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("unseen", [NUL, "_x0007_", "\u202e", "\u200b", "\ue000"])
def test_what_nobody_sees_in_a_post_and_a_heading_is_left_out(nora, organisations, unseen):
    headings = [*HEADINGS, f"Ot{unseen}ra"]
    row = [*row_of(post=f"Teso{unseen}rera", place=f"{ACORA}{unseen}"), ""]
    file = brought_in(nora, book_of(headings, row))
    assert slips_of(file) == []
    assert file.headings[-1] == "Otra"
    assert Membership.objects.get(user__last_name="Quispe").post == "Tesorera"


def test_a_name_with_a_character_that_nobody_sees_is_told(client, nora, organisations):
    client.force_login(nora)
    answer = upload(client, book_of(HEADINGS, row_of(first=f"A{NUL}na")), name="lista.xlsx")
    assert answer.status_code == 302
    (slip,) = slips_of(RosterFile.objects.get())
    assert slip.startswith("Fila 2, Nombres: Después de «A» hay un carácter que no se ve.")


@pytest.mark.parametrize("post", ["<b>Jefa</b>", "http://x.pe", "a@x.pe"])
def test_a_post_is_no_markup_and_no_address(nora, organisations, post):
    (slip,) = slips_of(staged(nora, line(41234567).replace("Asistente", post)))
    assert slip.startswith("Fila 2, Cargo: Aquí no va «")


def test_what_nobody_sees_is_left_out_of_an_institution(oscar, organisations):
    headings = ["Código", "Tipo", "Nombre", "Ubigeo", "Teléfono", "Todo el personal", "Fuente"]
    row = [f"30{NUL}1", "UGEL", f"UGEL Zo{NUL}rritos", "240201", f"05{NUL}1", "4", f"C{NUL}AP"]
    data = book_of([*headings, "Fecha"], [*row, "31/03/2026"])
    file = brought_in(oscar, data, subject="institutions")
    assert (slips_of(file), counts_of(file)) == ([], {"added": 1})
    made = Organisation.objects.get(name="UGEL Zorritos")
    assert (made.told.code, made.told.telephone) == ("301", "051")
    assert made.headcounts.get().source == "CAP"


@pytest.mark.parametrize("field", ["Código", "Nombre", "Teléfono", "Fuente"])
def test_lines_of_an_institution_are_no_markup(oscar, organisations, field):
    cells = {"Código": "301", "Tipo": "UGEL", "Nombre": "UGEL Z", "Ubigeo": "240201"}
    cells |= {"Teléfono": "1", "Todo el personal": "4", "Fuente": "CAP", "Fecha": "31/03/2026"}
    cells[field] = "<b>UGEL</b>"
    facts = {"name": "entidades.xlsx", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
    data = book_of(list(cells), list(cells.values()))
    file = stage_file(data=data, actor=oscar, subject="institutions", **facts)
    assert slips_of(file) == [f"Fila 2, {field}: Aquí no va «<». Quítalo."]


def test_a_list_that_fails_holds_up_no_other(nora, max_, organisations):
    broken, other = staged(nora, line(41234567)), staged(nora, line(41234568))
    for file in (broken, other):
        confirm_file(file=file, actor=nora, now=timezone.now())
    broken.rows.update(sealed="of another key")
    with pytest.raises(ExceptionGroup) as told:
        go_on_with_all(timezone.now())
    assert [str(broken.uuid) in str(fault.__notes__) for fault in told.value.exceptions] == [True]
    assert counts_of(other) == {"new": 1}


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite stores a text of any length and letters"
)
@pytest.mark.parametrize("post", ["Teso\x00rera", "x" * 200])
def test_a_row_that_the_database_refuses_holds_up_no_other(nora, organisations, caplog, post):
    """As one may wait that was checked by other rules."""
    file = staged(nora, *[line(number) for number in range(1, 8)])
    row = file.rows.get(number=4)
    facts = json.loads(documents.decrypt(row.sealed))
    facts["candidate"]["post"] = post
    row.sealed = documents.encrypt(json.dumps(facts))
    row.save()
    confirm_file(file=file, actor=nora, now=timezone.now())
    go_on_with_all(timezone.now())
    file.refresh_from_db()
    assert file.state == "finished"
    assert counts_of(file) == {"new": 6, "wrong": 1}
    row.refresh_from_db()
    assert opened(row)["slips"][0].startswith("Fila 4: no se pudo guardar lo que dice.")
    assert User.objects.filter(last_name="Quispe Mamani").count() == 6
    assert "Quispe" not in caplog.text


def test_a_heading_that_nobody_sees_needs_no_column(client, nora, organisations):
    client.force_login(nora)
    data = list_of(line(41234567) + ";x").replace(b"Correo", "Correo;\u202e".encode(), 1)
    address = upload(client, data)["Location"]
    assert client.get(address).status_code == 200
