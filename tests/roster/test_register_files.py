"""Lists of institutions: each slip with its row and remedy, nothing before it is confirmed, and the
same list twice changes nothing.
"""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Headcount, Organisation, OrganisationChange, RegisterEntry
from accounts.services import import_organisations
from roster.files.carrying_out import confirm_file, go_on_with, undo_file
from roster.files.staging import opened, stage_file
from roster.models import RosterFile
from tests.roster.test_register import RUC

pytestmark = pytest.mark.django_db
HEADINGS = "Código;RUC;Tipo;Nombre;Ubigeo;Depende de;Correo;Todo el personal;Fuente;Fecha"
NEW = "300-1;;UGEL;UGEL Zorritos;240201;;mesa@ugel.gob.pe;40;CAP 2026;31/03/2026"
SAME = ";;Municipalidad distrital;M.D. de Ácora;210101;;;;;"


def staged(actor, *lines, **more) -> RosterFile:
    """Return a list that somebody uploaded."""
    facts = {"name": "entidades.csv", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
    data = "\n".join([HEADINGS, *lines]).encode()
    return stage_file(data=data, actor=actor, subject="institutions", **{**facts, **more})


def slips_of(file) -> list[str]:
    return [text for row in file.rows.order_by("number") for text in opened(row)["slips"]]


def hints_of(file) -> list[str]:
    return [text for row in file.rows.order_by("number") for text in opened(row)["hints"]]


def outcomes(file) -> list[str]:
    return list(file.rows.order_by("number").values_list("outcome", flat=True))


def imported(actor, *lines) -> RosterFile:
    """Return a list that was carried out."""
    file = staged(actor, *lines)
    confirm_file(file=file, actor=actor, now=timezone.now())
    go_on_with(file, timezone.now())
    file.refresh_from_db()
    assert file.state == "finished"
    return file


def test_a_list_adds_and_changes_and_the_same_again_changes_nothing(oscar, organisations):
    acora = organisations["puno"]
    RegisterEntry.objects.create(organisation=acora, code="7")
    name = "Municipalidad Distrital de Nueva Ácora"
    line = f"7;{RUC};Municipalidad distrital;{name};210101;;;12;X;01/02/2026"
    file = staged(oscar, NEW, line)
    assert (slips_of(file), outcomes(file)) == ([], ["added", "mended"])
    assert any("pasa a llamarse" in text for text in hints_of(file))
    assert not OrganisationChange.objects.exists()
    imported(oscar, NEW, line)
    made = Organisation.objects.get(name="UGEL Zorritos")
    assert (made.told.code, made.told.email) == ("300-1", "mesa@ugel.gob.pe")
    assert Headcount.objects.get(organisation=made).count == 40
    acora.refresh_from_db()
    assert (acora.name, acora.told.ruc) == (name, RUC)
    before = OrganisationChange.objects.count(), Organisation.objects.count()
    again = imported(oscar, NEW, line)
    assert outcomes(again) == ["known", "known"]
    assert (OrganisationChange.objects.count(), Organisation.objects.count()) == before


def test_a_shortened_name_is_the_same_name(oscar, organisations):
    assert outcomes(staged(oscar, SAME)) == ["known"]


def test_what_has_another_district_kind_or_name_by_now_is_not_added_again(oscar):
    import_organisations()
    ugel = Organisation.objects.get(name="UGEL Tumbes")
    imported(oscar, "9;;UGEL;UGEL Tumbes;240101;;;;;")
    imported(oscar, "9;;Otra entidad;UGEL Tumbes y Zarumilla;240301;;;;;")
    ugel.refresh_from_db()
    assert (ugel.kind, ugel.name, ugel.district_id) == (
        "other",
        "UGEL Tumbes y Zarumilla",
        "240301",
    )
    count = Organisation.objects.count()
    file = staged(oscar, ";;UGEL;UGEL Tumbes;240101;;;;;")
    assert outcomes(file) == ["mended"]
    assert Organisation.objects.count() == count
    elsewhere = staged(oscar, ";;UGEL;UGEL Puno;210201;;;;;")
    assert "Si cambió de distrito" in slips_of(elsewhere)[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (";;UGEL;;240201;;;;;", "Fila 2, Nombre: está vacía"),
        (";;Colegio;Colegio 1;240201;;;;;", 'Fila 2, Tipo: "Colegio" no es un tipo'),
        (";;UGEL;UGEL X;;;;;;", "Fila 2, Ubigeo: está vacía"),
        (";;UGEL;UGEL X;249999;;;;;", "no existe en la lista INEI"),
        (";20131312956;UGEL;UGEL X;240201;;;;;", "Fila 2, RUC: Un número de este RUC"),
        (";;UGEL;UGEL X;240201;Nadie;;;;", "no está en la lista de entidades"),
        (";;UGEL;UGEL X;240201;;mesa;;;", "Fila 2, Correo"),
        (";;UGEL;UGEL X;240201;;;muchas;X;01/01/2026", "no es un número de personas"),
        (";;UGEL;UGEL X;240201;;;4;;01/01/2026", "Fila 2, Fuente: está vacía"),
        (";;UGEL;UGEL X;240201;;;4;X;", "Fila 2, Fecha del dato: escribe la fecha"),
        (";;UGEL;=1+1;240201;;;;;", "la celda es una fórmula"),
    ],
)
def test_each_slip_has_its_row_its_column_and_a_remedy(oscar, organisations, line, told):
    file = staged(oscar, line)
    assert told in slips_of(file)[0]
    assert outcomes(file) == ["wrong"]


def test_two_rows_of_one_institution_and_numbers_of_two_are_slips(oscar, organisations):
    assert slips_of(staged(oscar, NEW, NEW))[0] == (
        "Filas 2 y 3 son la misma entidad. Deja solo una."
    )
    imported(oscar, NEW, f";{RUC};Municipalidad distrital;M.D. de Ácora;210101;;;;;")
    both = staged(oscar, f"300-1;{RUC};UGEL;UGEL Zorritos;240201;;;;;")
    assert "el código es de «UGEL Zorritos»" in slips_of(both)[0]


def test_an_operator_of_one_region_brings_nothing_elsewhere(person, organisations):
    regional = person("Iris", role="operator", areas=["21"])
    assert "está fuera de tu ámbito" in slips_of(staged(regional, NEW))[0]


def test_what_was_closed_meanwhile_is_told_in_the_result(as_oscar, oscar, organisations):
    file = staged(oscar, NEW)
    imported(oscar, NEW)
    made = Organisation.objects.get(name="UGEL Zorritos")
    made.entry.closed_on = timezone.localdate()
    made.entry.save()
    confirm_file(file=file, actor=oscar, now=timezone.now())
    go_on_with(file, timezone.now())
    assert outcomes(file) == ["wrong"]
    result = as_oscar.get(reverse("roster:result", args=[file.uuid])).content.decode()
    assert "está cerrada. Ábrela en su página" in result


def test_the_screens_upload_show_confirm_and_tell(as_oscar, oscar, organisations):
    address = reverse("roster:register_files")
    assert "Sube una lista de entidades" in as_oscar.get(address).content.decode()
    data = SimpleUploadedFile("e.csv", "\n".join([HEADINGS, NEW, SAME + ";"]).encode())
    page = as_oscar.post(address, {"file": data, "system": "inei"}, follow=True)
    body = page.content.decode()
    assert "Importa 2 entidades" in body
    assert "Entidad nueva" in body
    file = RosterFile.objects.get()
    answer = as_oscar.post(reverse("roster:confirm", args=[file.uuid]), follow=True)
    assert "Tu lista está importada" in answer.content.decode()
    assert Organisation.objects.filter(name="UGEL Zorritos").exists()
    assert not undo_file(file=file, actor=oscar, now=timezone.now())
    people = as_oscar.get(reverse("roster:files")).content.decode()
    assert "e.csv" not in people


def test_the_template_can_be_filled_in(as_oscar, oscar, organisations):
    data = as_oscar.get(reverse("roster:register_template")).content
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    values = {"Tipo": "UGEL", "Nombre": "UGEL Zorritos", "Ubigeo": "240201"}
    for place, title in enumerate(titles, start=1):
        sheet.cell(2, place).value = values.get(title)
    saved = io.BytesIO()
    book.save(saved)
    file = stage_file(
        data=saved.getvalue(),
        name="e.xlsx",
        system="inei",
        uuid=uuid4(),
        actor=oscar,
        now=timezone.now(),
        subject="institutions",
    )
    assert (slips_of(file), outcomes(file)) == ([], ["added"])


def test_a_name_without_letters_and_a_day_long_ago_are_slips(oscar, organisations):
    lines = (NEW.replace("UGEL Zorritos", "-"), NEW.replace("31/03/2026", "31/03/0226"))
    first, second = (slips_of(staged(oscar, line)) for line in lines)
    assert first == ["Fila 2, Nombre: Escribe el nombre con letras."]
    assert second == ["Fila 2, Fecha del dato: Esa fecha es muy antigua: revisa el año."]
