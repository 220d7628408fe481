"""A list is staged, looked at, carried out and taken back; nothing changes before its button."""

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.services import create_person, grant_role
from audit.models import AuditEntry
from learning.services import enrol_learner
from operations.records import check_records
from privacy.data_copy import copy_of
from roster.files import carrying_out
from roster.files.carrying_out import (
    confirm_file,
    counts_of,
    go_on_with,
    go_on_with_all,
    undo_file,
    undo_piece,
)
from roster.files.staging import columns_of, opened, stage_file
from roster.models import RosterFile, RosterRow
from roster.personal_data import forget_rows
from tests.roster.books import book_of, sheets_of

pytestmark = pytest.mark.django_db
FILES = "/personas/listas/"
# The line in the trail, and their letters and notices.
STATEMENTS_OF_PERSON = 8
HEADINGS = "DNI;Nombres;Apellidos;Entidad;Cargo;Correo"
ACORA = "Municipalidad Distrital de Ácora"
ZORRITOS = "Municipalidad Distrital de Zorritos"


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


# Of people who are there already: a document of theirs beside another name is no row of theirs.
NAMES = {40123678: "Ñusta", 40000009: "Eva"}


def line(number: int, *, name: str | None = None, place=ACORA, email="") -> str:
    name = NAMES.get(number, "Ana") if name is None else name
    return f"{number:08};{name};Quispe Mamani;{place};Asistente;{email}"


def list_of(*lines: str) -> bytes:
    return "\n".join([HEADINGS, *lines]).encode()


def staged(actor, *lines: str, **more) -> RosterFile:
    facts = {"name": "lista.csv", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
    return stage_file(data=list_of(*lines), actor=actor, **{**facts, **more})


def carried_out(actor, *lines: str) -> RosterFile:
    file = staged(actor, *lines)
    confirm_file(file=file, actor=actor, now=timezone.now())
    go_on_with(file, timezone.now())
    file.refresh_from_db()
    return file


def slips_of(file) -> list[str]:
    return [text for row in file.rows.order_by("number") for text in opened(row)["slips"]]


def upload(client, data: bytes, name="lista.csv", **more):
    form = {"file": SimpleUploadedFile(name, data), "system": "inei", "uuid": uuid4()}
    return client.post(FILES, {**form, **more})


class TestStaging:
    def test_nothing_changes_before_it_is_confirmed(self, nora, organisations):
        file = staged(nora, line(41234567), line(41234568, name=""))
        assert counts_of(file) == {"new": 1, "wrong": 1}
        assert not User.objects.exclude(pk=nora.pk).exists()
        go_on_with(file, timezone.now())
        assert not User.objects.exclude(pk=nora.pk).exists()

    def test_what_a_row_says_is_sealed(self, nora, organisations):
        file = staged(nora, line(41234567, name="Ñusta"))
        stored = file.rows.get().sealed
        assert "Ñusta" not in stored
        assert "41234567" not in stored
        assert opened(file.rows.get())["candidate"].first_name == "Ñusta"
        assert "41234567" not in str(AuditEntry.objects.values_list("details", flat=True))

    def test_the_same_upload_twice_is_one(self, nora, organisations):
        uuid = uuid4()
        assert staged(nora, line(1), uuid=uuid).pk == staged(nora, line(1), uuid=uuid).pk

    def test_another_file_from_the_same_page_is_another_list(self, nora, organisations):
        uuid = uuid4()
        first, mended = (staged(nora, line(n), uuid=uuid) for n in (41234567, 41234568))
        assert mended.pk != first.pk
        assert staged(nora, line(41234568), uuid=uuid).pk == mended.pk
        assert staged(nora, line(41234567), uuid=uuid).pk == first.pk
        assert staged(nora, line(41234567), uuid=uuid, system="reniec").pk not in {
            first.pk, mended.pk
        }  # fmt: skip

    def test_the_identifier_of_a_list_of_somebody_else_opens_nothing(
        self, client, nora, max_, organisations
    ):
        other = staged(nora, line(41234567))
        client.force_login(max_)
        answer = upload(client, list_of(line(41234568)), uuid=other.uuid)
        assert answer.status_code == 302
        own = RosterFile.objects.get(by_key=max_.learner_key)
        assert answer["Location"] == f"{FILES}{own.uuid}/"
        assert own.uuid != other.uuid

    def test_who_is_there_already_is_told_apart(self, oscar, nusta, omar, lina, organisations):
        for person, number in ((omar, "41000001"), (lina, "41000002")):
            person.set_document("dni", number)
            person.save()
        Membership.objects.filter(user=omar).update(ended_on=timezone.localdate())
        file = staged(oscar, line(40123678), line(41000001), line(41000002), line(41000003))
        outcomes = list(file.rows.order_by("number").values_list("outcome", flat=True))
        assert outcomes == ["known", "joins", "moves", "new"]

    def test_an_e_mail_of_somebody_else_stops_a_row(self, nora, nusta, organisations):
        file = staged(nora, line(41234567, email="NUSTA@demo.example"))
        assert slips_of(file) == [
            "Fila 2, Correo: ese correo ya está en otra cuenta. Compruébalo con la persona, o deja "
            "la celda vacía."
        ]

    def test_who_holds_a_role_is_not_moved_by_a_list(self, nora, nusta, organisations):
        grant_role(user=nusta, role="author", is_national=True, now=timezone.now())
        (slip,) = slips_of(staged(nora, line(40123678, place="UGEL Puno")))
        assert slip.startswith("Fila 2: su cuenta no se cambia con una lista.")
        assert "Ñusta" not in slip

    def test_an_institution_of_another_region_is_not_named(self, nora, organisations):
        place = "Municipalidad Distrital de Zorritos"
        (slip,) = slips_of(staged(nora, line(1, place=place)))
        assert "no está en tu ámbito" in slip
        assert "¿Quisiste" not in slip

    def test_columns_are_chosen_and_remembered(self, client, nora, organisations):
        client.force_login(nora)
        data = list_of(line(41234567)).replace(b"DNI;", "Código;".encode())
        address = upload(client, data)["Location"]
        page = text_of(client.get(address))
        assert "Falta la columna &quot;DNI&quot;" in page
        choice = dict(enumerate(("document", "first_name", "last_name", "organisation", "post")))
        client.post(f"{address}columnas/", {f"c{at}": name for at, name in choice.items()})
        assert "Importa 1 persona" in text_of(client.get(address))
        client.post(f"{address}importar/")
        assert User.objects.filter(last_name="Quispe Mamani").exists()
        data = data.replace(b"41234567", b"41234568")
        assert "Importa 1 persona" in text_of(client.get(upload(client, data)["Location"]))

    def test_formulas_and_joined_cells_are_told_with_columns_chosen_anew(
        self, client, nora, organisations
    ):
        def marked(sheet):
            sheet["B2"] = '="A"&"na"'
            sheet.merge_cells("D3:D4")

        client.force_login(nora)
        rows = [line(41234567 + number).split(";") for number in range(3)]
        data = book_of(["Código", *HEADINGS.split(";")[1:]], *rows, change=marked)
        address = upload(client, data, "lista.xlsx")["Location"]
        choice = ("document", "first_name", "last_name", "organisation", "post", "email")
        form = {f"c{place}": name for place, name in enumerate(choice)}
        for _time in range(2):
            client.post(f"{address}columnas/", form)
            assert [slip.partition(".")[0] for slip in slips_of(RosterFile.objects.get())] == [
                "Fila 2, Nombres: la celda es una fórmula",
                "Fila 3, Entidad: hay celdas unidas",
                "Fila 4, Entidad: hay celdas unidas",
            ]


class TestHeadingsThatReadAlike:
    """The first is read, the page says so, and the other can be chosen."""

    def uploaded(self, client, *rows: str) -> str:
        return upload(client, "\n".join(rows).encode())["Location"]

    @pytest.mark.parametrize(
        "headings", ["Correo;Cargo;Correo;Cargo", "Correo (trabajo);Cargo;Correo (propio);Cargo"]
    )
    def test_the_first_is_read_and_told(self, as_nora, organisations, headings):
        row = f"41234567;Ana;Ruiz;{ACORA};ana@demo.example;Jefa;otra@demo.example;Guarda"
        address = self.uploaded(as_nora, f"DNI;Nombres;Apellidos;Entidad;{headings}", row)
        page = text_of(as_nora.get(address))
        assert f"Varias columnas dicen &quot;{headings.partition(';')[0]}&quot;" in page
        assert "Leímos solo una: Columna E" in page
        assert "· Columna G" in page
        as_nora.post(f"{address}importar/")
        go_on_with_all(timezone.now())
        ana = User.objects.get(first_name="Ana")
        assert ana.email == "ana@demo.example"
        assert ana.memberships.get().post == "Jefa"

    def test_the_other_one_can_be_chosen(self, as_nora, organisations):
        row = f"1;41234567;Ana;Ruiz;{ACORA}"
        address = self.uploaded(as_nora, "DNI;DNI;Nombres;Apellidos;Entidad", row)
        assert "Falta la columna" not in text_of(as_nora.get(address))
        choice = ("", "document", "first_name", "last_name", "organisation")
        form = {f"c{place}": name for place, name in enumerate(choice)}
        page = text_of(as_nora.post(f"{address}columnas/", form, follow=True))
        assert "Importa 1 persona" in page
        assert "Leímos solo una: Columna B" in page

    def test_surnames_parted_in_brackets_are_both_read(self, as_nora, organisations):
        headings = "DNI;Nombres;Apellido (paterno);Apellido (materno);Entidad"
        address = self.uploaded(as_nora, headings, f"41234567;Ana;Ruiz;Rojas;{ACORA}")
        page = text_of(as_nora.get(address))
        assert "Varias columnas" not in page
        assert "Ruiz Rojas" in page


class TestNoHeadings:
    """A list that begins with a person loses nobody."""

    @pytest.mark.parametrize("row_count", [1, 3])
    def test_its_first_row_is_read_too(self, as_nora, organisations, row_count):
        rows = [f"4123456{n};Ana;Ruiz;{ACORA};Funcion" for n in range(row_count)]
        address = upload(as_nora, "\n".join(rows).encode())["Location"]
        page = text_of(as_nora.get(address))
        assert "Falta la columna &quot;DNI&quot;: tu lista no tiene una fila de títulos" in page
        assert "En la primera fila: 41234560" in page
        choice = ("document", "first_name", "last_name", "organisation", "post")
        form = {f"c{place}": name for place, name in enumerate(choice)}
        page = text_of(as_nora.post(f"{address}columnas/", form, follow=True))
        assert f"Importa {row_count} persona" in page
        as_nora.post(f"{address}importar/")
        go_on_with_all(timezone.now())
        assert User.objects.filter(first_name="Ana").count() == row_count

    def test_a_letterhead_is_no_person(self, nora, organisations):
        head = f"RUC;20123456789\nEmitido;;;31-12-2026\n{HEADINGS}\n".encode()
        facts = {"name": "lista.csv", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
        file = stage_file(data=head + line(41234567).encode(), actor=nora, **facts)
        assert (file.header_row, file.row_count) == (3, 1)

    def test_institutions_without_headings(self, oscar, organisations):
        data = f"municipality;{ACORA};210102".encode()
        facts = {"name": "lista.csv", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
        file = stage_file(data=data, actor=oscar, subject="institutions", **facts)
        assert (file.header_row, file.row_count) == (0, 1)


class TestUnsealedWords:
    """What is stored of a list beside its rows holds no document."""

    def kept(self) -> str:
        facts = RosterFile.objects.values("name", "sheet", "headings", "chosen", "fields")
        return json.dumps(list(facts), ensure_ascii=False)

    @pytest.mark.parametrize("number", ["41234567", "41 234 567", "CE 001234567", "4.12E+07"])
    def test_the_first_row_of_a_list_without_headings(self, as_nora, organisations, number):
        rows = [f"{number};Ñusta;Ruiz;{ACORA}", f"41234568;Eva;Rojas;{ACORA}"]
        assert upload(as_nora, "\n".join(rows).encode()).status_code == 302
        assert "Columna A" in self.kept()
        assert number not in self.kept()
        assert "Ñusta" not in self.kept()

    def test_a_heading_the_sheet_and_the_name_of_the_file(self, as_nora, organisations):
        headings = [*HEADINGS.split(";"), "Jefe: DNI 41234567"]
        data = sheets_of(
            ("41234567 Ana", "visible", [headings, [*line(41234568).split(";"), "x"]]),
            ("Otra", "visible", [["x"]]),
        )
        assert upload(as_nora, data, "DNI 41234567 Ana.xlsx").status_code == 302
        assert "41234567" not in self.kept()
        file = RosterFile.objects.get()
        assert (file.name, file.sheet) == ("DNI … Ana.xlsx", "… Ana")
        assert file.headings == [*HEADINGS.split(";"), "Columna G"]

    def test_lists_of_before_lose_theirs_and_keep_their_columns(self, nora, organisations):
        file = staged(nora, line(41234567))
        file.headings = ["41234567", "Ñusta", "Quispe", "Municipalidad", "Jefa", ""]
        file.fields = {"41234567": "document", "nusta": "first_name"}
        file.name = "41234567.csv"
        file.save()
        migration = import_module("roster.migrations.0012_headings_hold_no_document")
        migration.clear_numbers(apps, None)
        assert "41234567" not in self.kept()
        assert "nusta" not in self.kept()
        assert "Ñusta" not in self.kept()
        file.refresh_from_db()
        assert file.headings[-2:] == ["Columna E", ""]
        assert file.fields["columna b"] == "first_name"
        assert columns_of(file).places["document"] == (0,)


class TestNamesInOneHeading:
    def test_a_heading_over_two_columns_is_parted_below(self, client, nora, organisations):
        def over_two(sheet):
            sheet.merge_cells("B1:C1")

        client.force_login(nora)
        headings = ["DNI", "Apellidos y nombres", None, "Entidad"]
        data = book_of(headings, ["41234567", "Quispe", "Ana", ACORA], change=over_two)
        address = upload(client, data, "lista.xlsx")["Location"]
        page = text_of(client.get(address))
        assert "Falta la columna &quot;Nombres&quot;" in page
        assert "Columna C" in page
        choice = ("document", "last_name", "first_name", "organisation")
        form = {f"c{place}": name for place, name in enumerate(choice)}
        assert "Importa 1 persona" in text_of(client.post(f"{address}columnas/", form, follow=True))
        client.post(f"{address}importar/")
        assert User.objects.get(first_name="Ana").last_name == "Quispe"

    def test_one_column_can_be_chosen_for_both(self, client, nora, organisations):
        client.force_login(nora)
        data = f"DNI;Persona;Entidad\n41234567;Quispe Mamani, Ana;{ACORA}".encode()
        address = upload(client, data)["Location"]
        form = {"c0": "document", "c1": "full_name", "c2": "organisation"}
        page = text_of(client.post(f"{address}columnas/", form, follow=True))
        assert "Importa 1 persona" in page
        assert "Quispe Mamani, Ana" in page
        client.post(f"{address}importar/")
        assert User.objects.get(last_name="Quispe Mamani").first_name == "Ana"


class TestHints:
    def test_those_of_rows_far_below_are_shown(self, client, nora, organisations):
        client.force_login(nora)
        emails = {350: "jo@gmial.com"}
        lines = [line(41000000 + n, email=emails.get(n, "")) for n in range(352)]
        address = upload(client, list_of(*lines))["Location"]
        told = "Fila 352, Correo: ¿quisiste decir jo@gmail.com?"
        page = text_of(client.get(address))
        assert told in page
        assert "Ves las primeras" not in page
        assert told in text_of(client.get(f"{address}resultado.csv"))

    def test_many_are_counted_and_all_are_in_the_result(self, client, nora, organisations):
        client.force_login(nora)
        lines = [line(41000000 + n, email=f"a{n}@gmial.com") for n in range(103)]
        address = upload(client, list_of(*lines))["Location"]
        page = text_of(client.get(address))
        assert "Ves las primeras 100 de 103." in page
        assert f'href="{address}resultado.csv"' in page
        assert "Fila 104, Correo" not in page
        assert "Fila 104, Correo" in text_of(client.get(f"{address}resultado.csv"))


class TestWhatASpreadsheetDoesNotShow:
    def test_hidden_rows_are_told_with_their_numbers(self, client, nora, organisations):
        def filtered(sheet):
            for number in (1, 3, 4, 6):
                sheet.row_dimensions[number].hidden = True

        client.force_login(nora)
        rows = [line(41234567 + number).split(";") for number in range(5)]
        data = book_of(HEADINGS.split(";"), *rows, change=filtered)
        address = upload(client, data, "lista.xlsx")["Location"]
        told = "Tu archivo tiene 3 filas ocultas, quizá por un filtro: 3 a 4 y 6."
        assert told in text_of(client.get(address))
        choice = ("document", "first_name", "last_name", "organisation", "post", "email")
        form = {f"c{place}": name for place, name in enumerate(choice)}
        page = text_of(client.post(f"{address}columnas/", form, follow=True))
        assert told in page
        assert "Importa 5 personas" in page
        assert "Fila oculta." in text_of(client.get(f"{address}resultado.csv"))

    def test_the_sheet_that_was_read_is_named_where_there_are_others(
        self, client, nora, organisations
    ):
        old, new = line(41234567).split(";"), line(41234568).split(";")
        data = sheets_of(
            ("Base antigua", "hidden", [HEADINGS.split(";"), old, old]),
            ("Lista 2026", "visible", [HEADINGS.split(";"), new]),
        )
        client.force_login(nora)
        page = text_of(client.get(upload(client, data, "lista.xlsx")["Location"]))
        assert "Leímos la hoja «Lista 2026»." in page
        assert "Importa 1 persona" in page
        data = book_of(HEADINGS.split(";"), new)
        page = text_of(client.get(upload(client, data, "lista.xlsx")["Location"]))
        assert "Leímos la hoja" not in page


class TestCarryingOut:
    def test_new_people_serve_where_the_list_says(self, nora, organisations):
        file = carried_out(nora, line(41234567, name="Ñusta", email="n@x.pe"), line(7, name="O"))
        assert file.state == "finished"
        person = User.objects.get(first_name="Ñusta")
        post = person.memberships.get()
        assert (post.organisation, post.post) == (organisations["puno"], "Asistente")
        assert post.confirmed_at
        assert (person.document_number, person.email) == ("41234567", "n@x.pe")
        assert not person.has_usable_password()
        entry = AuditEntry.objects.get(action="person_added", object_key=str(person.learner_key))
        assert entry.actor_key == nora.learner_key
        assert User.objects.get(first_name="O").document_number == "00000007"

    def test_who_is_there_keeps_name_document_and_e_mail(self, nora, nusta, organisations):
        Membership.objects.update(confirmed_at=None)
        carried_out(nora, line(40123678, name="Ñusta María", email="otra@x.pe"))
        nusta.refresh_from_db()
        assert (nusta.first_name, nusta.email) == ("Ñusta", "nusta@demo.example")
        assert nusta.memberships.get().confirmed_at

    @pytest.mark.parametrize("name", ["Nusta", "ÑUSTHA", "María Ñusta"])
    def test_a_name_written_otherwise_is_the_same_person(self, nora, nusta, name):
        assert counts_of(carried_out(nora, line(40123678, name=name))) == {"known": 1}

    def test_a_document_beside_another_name_moves_nobody(self, nora, nusta, organisations):
        """One wrong digit would enrol, and move, whoever has that number."""
        Membership.objects.filter(user=nusta).update(organisation=organisations["ugel"])
        file = carried_out(nora, line(40123678, name="Pedro"), line(41234567))
        assert counts_of(file) == {"wrong": 1, "new": 1}
        assert slips_of(file) == [
            f"Fila 2: ese documento es de {nusta}, y la fila nombra a otra persona. Revisa el "
            "número. Si es ella, corrige antes su nombre en su ficha."
        ]
        assert nusta.memberships.get().organisation == organisations["ugel"]

    def test_nobody_is_taken_from_another_region(self, client, nora, lina, omar, organisations):
        """Whoever looks after a person may give a code: a list must not hand accounts over."""
        Membership.objects.filter(user=omar).delete()  # serves nowhere, so only operators move him
        for person, number in ((lina, "41000002"), (omar, "41000001")):
            person.set_document("dni", number)
            person.save()
        file = carried_out(nora, line(41000002), line(41000001), line(41000003))
        assert counts_of(file) == {"wrong": 2, "new": 1}
        assert "ya tiene cuenta fuera de tu ámbito" in slips_of(file)[0]
        assert "Lina" not in " ".join(slips_of(file))
        assert lina.memberships.get().organisation == organisations["tumbes"]
        client.force_login(nora)
        assert client.get(f"/personas/{lina.username}/").status_code == 404

    def test_who_leaves_the_reach_before_it_is_carried_out_stays(self, nora, nusta, organisations):
        Membership.objects.filter(user=nusta).update(organisation=organisations["ugel"])
        file = staged(nora, line(40123678))
        assert counts_of(file) == {"moves": 1}
        Membership.objects.filter(user=nusta).update(organisation=organisations["tumbes"])
        confirm_file(file=file, actor=nora, now=timezone.now())
        go_on_with(file, timezone.now())
        assert counts_of(file) == {"wrong": 1}
        assert nusta.memberships.get().organisation == organisations["tumbes"]

    def test_who_serves_elsewhere_is_moved_today(self, oscar, lina, organisations):
        lina.set_document("dni", "41000002")
        lina.save()
        carried_out(oscar, line(41000002))
        now = lina.memberships.get(ended_on=None)
        assert now.organisation == organisations["puno"]
        assert lina.memberships.exclude(ended_on=None).get().ended_on == timezone.localdate()

    def test_the_same_list_twice_changes_nothing_more(self, nora, organisations):
        lines = [line(number) for number in range(1, 30)]
        carried_out(nora, *lines)
        before = User.objects.count()
        again = carried_out(nora, *lines)
        assert counts_of(again) == {"known": 29}
        assert User.objects.count() == before

    def test_rows_with_slips_stay_out_and_the_others_come_in(self, nora, organisations):
        file = carried_out(nora, line(41234567), line(41234568, name="<b>"), line(41234569))
        assert counts_of(file) == {"new": 2, "wrong": 1}

    def test_who_was_killed_goes_on_where_it_stopped(self, nora, organisations, monkeypatch):
        count = carrying_out.PIECE + 5
        file = staged(nora, *[line(number) for number in range(1, count + 1)])
        confirm_file(file=file, actor=nora, now=timezone.now())
        assert carrying_out.carry_out_piece(file, timezone.now())
        assert User.objects.filter(last_name="Quispe Mamani").count() == carrying_out.PIECE
        carrying_out.go_on_with_all(timezone.now())
        file.refresh_from_db()
        assert file.state == "finished"
        assert User.objects.filter(last_name="Quispe Mamani").count() == count
        assert not [finding for finding in check_records() if finding.violations]

    def test_a_piece_that_fails_leaves_nothing(self, nora, organisations, monkeypatch):
        file = staged(nora, line(1), line(2), line(3))
        confirm_file(file=file, actor=nora, now=timezone.now())
        real, count = carrying_out.carried_out, iter(range(9))

        def fail_at_the_third(*facts):
            if next(count) == 2:
                raise RuntimeError("no disk")
            return real(*facts)

        monkeypatch.setattr(carrying_out, "carried_out", fail_at_the_third)
        with pytest.raises(RuntimeError):
            go_on_with(file, timezone.now())
        assert not User.objects.filter(last_name="Quispe Mamani").exists()
        monkeypatch.undo()
        go_on_with(file, timezone.now())
        assert User.objects.filter(last_name="Quispe Mamani").count() == 3

    def test_who_lost_the_role_meanwhile_brings_nobody_in(self, nora, organisations):
        file = staged(nora, line(41234567))
        confirm_file(file=file, actor=nora, now=timezone.now())
        RoleGrant.objects.filter(user=nora).update(ends_on=timezone.localdate())
        go_on_with(file, timezone.now())
        assert counts_of(file) == {"wrong": 1}
        assert "ya no está en el ámbito de quien subió la lista" in slips_of(file)[0]

    def test_a_list_of_who_is_gone_brings_nobody_in_and_holds_up_no_other(
        self, nora, max_, organisations
    ):
        orphan, other = staged(max_, line(41234567, place=ZORRITOS)), staged(nora, line(41234568))
        for file, actor in ((orphan, max_), (other, nora)):
            confirm_file(file=file, actor=actor, now=timezone.now())
        max_.delete()
        go_on_with_all(timezone.now())
        assert counts_of(orphan) == {"wrong": 1}
        assert counts_of(other) == {"new": 1}

    def test_who_came_meanwhile_by_another_list_is_not_doubled(self, nora, organisations):
        first, second = staged(nora, line(41234567)), staged(nora, line(41234567))
        for file in (first, second):
            confirm_file(file=file, actor=nora, now=timezone.now())
            go_on_with(file, timezone.now())
        assert User.objects.filter(last_name="Quispe Mamani").count() == 1
        assert counts_of(second) == {"known": 1}

    def test_an_e_mail_that_was_taken_meanwhile_stops_its_row_alone(self, nora, organisations):
        file = staged(nora, line(41234567, email="a@x.pe"), line(41234568))
        confirm_file(file=file, actor=nora, now=timezone.now())
        create_person(first_name="Eva", email="a@x.pe", now=timezone.now())
        go_on_with(file, timezone.now())
        assert counts_of(file) == {"new": 1, "wrong": 1}


class TestUndoing:
    def undone(self, file, actor):
        assert undo_file(file=file, actor=actor, now=timezone.now())
        go_on_with(file, timezone.now())
        file.refresh_from_db()
        assert file.state == "undone"

    def test_who_never_came_in_goes(self, nora, organisations):
        file = carried_out(nora, *[line(number) for number in range(1, 26)])
        self.undone(file, nora)
        assert not User.objects.filter(last_name="Quispe Mamani").exists()
        assert counts_of(file) == {"undone": 25}
        assert not [finding for finding in check_records() if finding.violations]

    def test_a_piece_costs_little_more_however_many_people_go(self, nora, organisations):
        costs = []
        for first, count in ((100, 5), (200, 25)):
            file = carried_out(nora, *[line(first + number) for number in range(count)])
            assert undo_file(file=file, actor=nora, now=timezone.now())
            with CaptureQueriesContext(connection) as statements:
                assert undo_piece(file, timezone.now()) == count
            costs.append(len(statements))
        few, many = costs
        assert many - few <= 20 * STATEMENTS_OF_PERSON

    def test_who_came_in_has_a_course_or_a_role_stays(self, nora, course, organisations, nusta):
        file = carried_out(nora, *[line(number) for number in range(1, 5)], line(40123678))
        came, studies, holds, other = (
            User.objects.get(learner_key=row.learner) for row in file.rows.order_by("number")[:4]
        )
        User.objects.filter(pk=came.pk).update(last_login=timezone.now())
        enrol_learner(user=studies, course=course, received_at=timezone.now())
        grant_role(user=holds, role="author", is_national=True, now=timezone.now())
        self.undone(file, nora)
        assert not User.objects.filter(pk=other.pk).exists()
        assert User.objects.filter(pk__in=[came.pk, studies.pk, holds.pk, nusta.pk]).count() == 4
        assert counts_of(file) == {"stays": 3, "undone": 1, "known": 1}

    def test_who_serves_elsewhere_by_now_stays(self, nora, oscar, organisations):
        file = carried_out(nora, line(41234567), line(41234568))
        moved = User.objects.get(learner_key=file.rows.order_by("number").first().learner)
        carried_out(oscar, line(41234567, place=ZORRITOS))
        self.undone(file, nora)
        assert User.objects.filter(pk=moved.pk).exists()
        assert counts_of(file) == {"stays": 1, "undone": 1}

    def test_who_left_the_reach_of_whoever_takes_it_back_stays(self, nora, organisations):
        file = carried_out(nora, line(41234567))
        nora.grants.update(area_codes=["24"])
        self.undone(file, nora)
        assert counts_of(file) == {"stays": 1}

    def test_only_a_finished_list_is_undone_and_once(self, nora, organisations):
        waiting = staged(nora, line(1))
        assert not undo_file(file=waiting, actor=nora, now=timezone.now())
        file = carried_out(nora, line(2))
        self.undone(file, nora)
        assert not undo_file(file=file, actor=nora, now=timezone.now())


class TestScreens:
    def test_a_coordinator_goes_from_the_file_to_the_people(self, client, nora, organisations):
        client.force_login(nora)
        assert "Sube una lista de personas" in text_of(client.get("/personas/"))
        answer = upload(client, list_of(line(41234567), f"0{line(7654321)[2:]}", line(41234568)))
        page = text_of(client.get(answer["Location"]))
        assert "Importa 2 personas" in page
        assert "1 fila con error" in page
        assert "Fila 3, DNI" in page
        client.post(f"{answer['Location']}importar/")
        page = text_of(client.get(answer["Location"]))
        assert "Tu lista está importada" in page

    def test_a_slip_keeps_the_page_and_says_what_to_do(self, client, nora):
        client.force_login(nora)
        page = text_of(upload(client, b""))
        assert "El archivo no tiene personas." in page
        page = text_of(client.post(FILES, {"system": "inei"}))
        assert "Elige el archivo de tu lista." in page

    def test_confirming_twice_imports_once(self, client, nora, organisations):
        client.force_login(nora)
        address = upload(client, list_of(line(41234567)))["Location"]
        for _again in range(2):
            client.post(f"{address}importar/")
        assert User.objects.filter(last_name="Quispe Mamani").count() == 1
        assert AuditEntry.objects.filter(action="roster_confirmed").count() == 1

    def test_a_list_of_slips_alone_cannot_be_imported(self, client, nora, organisations):
        client.force_login(nora)
        address = upload(client, list_of(line(41234567, name="")))["Location"]
        assert "Sube la lista corregida" in text_of(client.get(address))
        page = client.post(f"{address}importar/", follow=True)
        assert "Ninguna fila se puede importar" in text_of(page)

    def test_the_result_says_each_row_and_no_document(self, client, nora, organisations):
        client.force_login(nora)
        address = upload(client, list_of(line(41234567), line(41234568, name="")))["Location"]
        client.post(f"{address}importar/")
        text = client.get(f"{address}resultado.csv").content.decode()
        assert '"2","Persona nueva",""' in text
        assert '"3","Con error","Fila 3, Nombres: está vacía. Escribe sus nombres."' in text
        assert "4123456" not in text

    def test_a_list_is_its_uploaders_alone(self, client, nora, oscar, organisations):
        client.force_login(nora)
        address = upload(client, list_of(line(41234567)))["Location"]
        client.force_login(oscar)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}importar/").status_code == 404

    def test_latin_1_is_told_before_anything_is_imported(self, client, nora, organisations):
        client.force_login(nora)
        data = list_of(line(41234567, name="Ñusta")).decode().encode("cp1252")
        page = text_of(client.get(upload(client, data)["Location"]))
        assert "El archivo no está en UTF-8: lo leímos como Latin-1" in page
        assert "Ñusta" in page

    def test_the_template_comes_as_a_workbook(self, client, nora):
        client.force_login(nora)
        answer = client.get(f"{FILES}plantilla.xlsx")
        assert answer.content.startswith(b"PK")
        assert "plantilla-personas.xlsx" in answer["Content-Disposition"]


class TestKeeping:
    def test_rows_are_forgotten_after_their_term(self, nora, organisations):
        file = carried_out(nora, line(41234567))
        forget_rows(file.uploaded_at)
        assert RosterRow.objects.count() == 1
        forget_rows(file.uploaded_at + timedelta(seconds=1))
        assert RosterRow.objects.count() == 0
        assert RosterFile.objects.get().row_count == 1

    def test_a_person_reads_which_list_brought_them(self, nora, organisations):
        carried_out(nora, line(41234567))
        person = User.objects.get(last_name="Quispe Mamani")
        rows = copy_of(person, now=timezone.now())["holdings"]["roster_rows"]["rows"]
        assert [row["file.name"] for row in rows] == ["lista.csv"]


class TestCommand:
    def test_a_list_without_slips_is_imported(self, tmp_path, capsys, nora, organisations):
        path = tmp_path / "lista.csv"
        path.write_bytes(list_of(line(41234567), line(41234568)))
        call_command("import_roster", str(path), "--as", nora.email, "--dry-run")
        assert not User.objects.filter(last_name="Quispe Mamani").exists()
        assert "Persona nueva: 2" in capsys.readouterr().out
        call_command("import_roster", str(path), "--as", nora.email)
        assert User.objects.filter(last_name="Quispe Mamani").count() == 2

    def test_one_slip_imports_nobody_and_each_has_a_line(self, tmp_path, nora, organisations):
        path = tmp_path / "lista.csv"
        path.write_bytes(list_of(line(41234567), line(41234568, name=""), line(3, place="")))
        with pytest.raises(CommandError) as told:
            call_command("import_roster", str(path), "--as", nora.email)
        assert str(told.value).splitlines() == [
            "Fila 3, Nombres: está vacía. Escribe sus nombres.",
            "Fila 4, Entidad: está vacía. Escribe dónde trabaja.",
        ]
        assert not User.objects.filter(last_name="Quispe Mamani").exists()
        assert not RosterFile.objects.exists()

    @pytest.mark.parametrize("email", ["lina@demo.example", "nadie@x.pe"])
    def test_only_who_looks_after_people_imports(self, tmp_path, lina, email):
        path = tmp_path / "lista.csv"
        path.write_bytes(list_of(line(1)))
        with pytest.raises(CommandError, match=r"no coordina|Nadie tiene"):
            call_command("import_roster", str(path), "--as", email)

    def test_a_file_that_is_not_there_is_told(self, nora):
        with pytest.raises(CommandError, match="No encontramos el archivo"):
            call_command("import_roster", "nada.csv", "--as", nora.email)


def test_institutions_of_two_lists_are_those_of_today(nora, organisations):
    Organisation.objects.filter(pk=organisations["puno"].pk).update(name="MD de Ácora Nueva")
    assert "¿Quisiste decir" in slips_of(staged(nora, line(1, place="MD de Ácora Nuevo")))[0]
