"""A list enrols its people in the courses that were chosen for it, once; taking it back takes out
who did nothing there.
"""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from courses.editions import outline_of
from courses.models import ModulePage
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from operations.records import check_records
from roster.files import carrying_out
from roster.files.carrying_out import confirm_file, counts_of, go_on_with, go_on_with_all, undo_file
from roster.files.enrolling import (
    MOST_COURSES,
    choose_courses,
    counts_by_course,
    courses_to_choose,
)
from roster.management.commands.import_roster import keys_of
from tests.racing import at_once
from tests.roster.test_files import carried_out as brought_in
from tests.roster.test_files import line, list_of, staged, text_of, upload

pytestmark = pytest.mark.django_db
State = Enrolment.State


@pytest.fixture
def title(course) -> str:
    return outline_of(course.latest_edition_id).title


def with_course(actor, course, *lines: str):
    file = staged(actor, *lines)
    assert choose_courses(file=file, keys=[str(course.key)])
    confirm_file(file=file, actor=actor, now=timezone.now())
    return file


def carried_out(actor, course, *lines: str):
    file = with_course(actor, course, *lines)
    go_on_with(file, timezone.now())
    file.refresh_from_db()
    return file


def undone(file, actor):
    assert undo_file(file=file, actor=actor, now=timezone.now())
    go_on_with(file, timezone.now())
    file.refresh_from_db()
    assert file.state == "undone"


def states() -> list[str]:
    return list(Enrolment.objects.order_by("pk").values_list("state", flat=True))


def outcomes(file, course) -> list[str]:
    rows = file.rows.order_by("number").values_list("courses", flat=True)
    return [row.get(str(course.key), "") for row in rows]


def act_in(enrolment: Enrolment) -> None:
    activity = outline_of(enrolment.course.latest_edition_id).activities[0]
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=enrolment.learner,
        activity_key=activity.key,
        uuid=uuid4(),
        received_at=timezone.now(),
    )


def test_lists_may_be_taken_back_in_any_order(client, nora, course, organisations):
    """The first brought the people, the second enrolled them, and the first goes first."""
    first = brought_in(nora, line(41234567))
    second = carried_out(nora, course, line(41234567))
    undone(first, nora)
    assert counts_of(first) == {"stays": 1}
    undone(second, nora)
    client.force_login(nora)
    address = f"/personas/listas/{first.uuid}/"
    assert "Deshaz lo que se quedó" in text_of(client.get(address))
    undone(first, nora)
    assert counts_of(first) == {"undone": 1}
    assert not User.objects.filter(first_name="Ñusta").exists()
    assert "Deshaz lo que se quedó" not in text_of(client.get(address))
    assert not undo_file(file=first, actor=nora, now=timezone.now())


class TestEnrolling:
    def test_a_list_that_was_taken_back_is_brought_in_again(self, nora, nusta, course):
        """Nobody left: they were taken out again by who had put them in."""
        undone(carried_out(nora, course, line(40123678)), nora)
        again = carried_out(nora, course, line(40123678))
        assert outcomes(again, course) == ["enrolled"]
        assert states() == [State.WITHDRAWN, State.ACTIVE]

    def test_new_and_known_people_are_enrolled_where_they_serve(
        self, nora, nusta, course, title, organisations
    ):
        file = carried_out(nora, course, line(41234567), line(40123678), line(1, name="<b>"))
        assert counts_of(file) == {"new": 1, "known": 1, "wrong": 1}
        assert outcomes(file, course) == ["enrolled", "enrolled", ""]
        assert {each.organisation for each in Enrolment.objects.all()} == {organisations["puno"]}
        assert counts_by_course(file) == [(title, [("Inscrita", 2)])]
        entry = AuditEntry.objects.get(action="enrolled_by_list", object_key=str(nusta.learner_key))
        assert entry.actor_key == nora.learner_key
        assert entry.details == {"courses": [str(course.key)], "list": str(file.uuid)}
        assert AuditEntry.objects.get(action="roster_confirmed").details["courses"]
        assert not [finding for finding in check_records() if finding.violations]

    def test_who_is_there_or_left_stays_as_they_are(
        self, nora, nusta, person, course, organisations
    ):
        gone = person("Eva", organisation="puno")
        gone.set_document("dni", "40000009")
        gone.save()
        now = timezone.now()
        enrol_learner(user=nusta, course=course, received_at=now)
        left = enrol_learner(user=gone, course=course, received_at=now)
        act_in(left)
        withdraw_enrolment(enrolment=left, now=now)
        file = carried_out(nora, course, line(40123678), line(40000009))
        assert outcomes(file, course) == ["there", "left"]
        assert states() == [State.ACTIVE, State.WITHDRAWN]
        assert not AuditEntry.objects.filter(action="enrolled_by_list").exists()

    def test_a_course_that_is_being_prepared_is_no_choice(
        self, nora, course, organisations, django_capture_on_commit_callbacks
    ):
        assert courses_to_choose()
        file = with_course(nora, course, line(41234567))
        with django_capture_on_commit_callbacks(execute=True):
            for module in ModulePage.objects.all():
                module.unpublish()
        go_on_with(file, timezone.now())
        assert outcomes(file, course) == ["closed"]
        assert not courses_to_choose()
        with pytest.raises(CommandError, match="No hay un curso abierto en /cursos/curso/"):
            keys_of(["curso"])

    def test_a_course_that_closed_meanwhile_stops_nobody(self, nora, course, organisations):
        file = with_course(nora, course, line(41234567))
        type(course).objects.update(is_open=False)
        go_on_with(file, timezone.now())
        assert counts_of(file) == {"new": 1}
        assert outcomes(file, course) == ["closed"]
        assert not Enrolment.objects.exists()

    def test_an_account_that_is_switched_off_is_not_enrolled(
        self, nora, nusta, course, organisations
    ):
        User.objects.filter(pk=nusta.pk).update(is_active=False)
        file = carried_out(nora, course, line(40123678))
        assert outcomes(file, course) == ["inactive"]

    def test_who_was_killed_enrols_nobody_twice(self, nora, course, organisations):
        piece = carrying_out.PIECE // 2
        file = with_course(nora, course, *[line(number) for number in range(1, piece + 8)])
        assert carrying_out.carry_out_piece(file, timezone.now()) == piece
        assert Enrolment.objects.count() == piece
        go_on_with_all(timezone.now())
        go_on_with_all(timezone.now())
        assert Enrolment.objects.count() == piece + 7
        assert Statement.objects.count() == piece + 7

    def test_a_piece_that_fails_leaves_neither_people_nor_enrolments(
        self, nora, course, organisations, monkeypatch
    ):
        file = with_course(nora, course, line(1), line(2))

        def fail(*facts):
            raise RuntimeError("no disk")

        monkeypatch.setattr(carrying_out.RosterRow.objects, "bulk_update", fail)
        with pytest.raises(RuntimeError):
            go_on_with(file, timezone.now())
        assert not Enrolment.objects.exists()
        monkeypatch.undo()
        go_on_with(file, timezone.now())
        assert outcomes(file, course) == ["enrolled", "enrolled"]

    def test_more_courses_make_shorter_pieces(self, nora, organisations):
        file = staged(nora, line(1))
        sizes = []
        for count in range(MOST_COURSES + 1):
            file.courses = [str(uuid4()) for _each in range(count)]
            sizes.append(carrying_out.piece_of(file))
        assert sizes == [50, 25, 16, 12, 10, 8]

    def test_courses_are_chosen_before_it_is_confirmed(self, nora, course, organisations):
        file = with_course(nora, course, line(41234567))
        assert not choose_courses(file=file, keys=[])
        file.refresh_from_db()
        assert file.courses == [str(course.key)]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_enrol_each_person_once(self, nora, course, organisations):
        file = with_course(nora, course, *[line(number) for number in range(1, 30)])
        at_once([lambda: go_on_with(file, timezone.now())] * 2)
        assert Enrolment.objects.count() == 29
        assert Statement.objects.count() == 29


class TestUndoing:
    def test_who_did_nothing_is_taken_out_and_goes(self, nora, nusta, course, organisations):
        file = carried_out(nora, course, line(41234567), line(40123678))
        undone(file, nora)
        assert counts_of(file) == {"undone": 1, "known": 1}
        assert outcomes(file, course) == ["withdrawn", "withdrawn"]
        assert set(states()) == {State.WITHDRAWN}
        assert not User.objects.filter(last_name="Quispe Mamani").exists()
        assert User.objects.filter(pk=nusta.pk).exists()
        assert not [finding for finding in check_records() if finding.violations]

    def test_who_began_stays(self, nora, nusta, course, organisations):
        file = carried_out(nora, course, line(41234567), line(40123678))
        for enrolment in Enrolment.objects.select_related("course"):
            act_in(enrolment)
        undone(file, nora)
        assert counts_of(file) == {"stays": 1, "known": 1}
        assert outcomes(file, course) == ["kept", "kept"]
        assert states() == [State.ACTIVE, State.ACTIVE]

    def test_what_others_gave_stays(self, nora, nusta, course, organisations):
        file = carried_out(nora, course, line(40123678))
        withdraw_enrolment(enrolment=Enrolment.objects.get(), now=timezone.now())
        later = timezone.now() + timedelta(minutes=1)
        enrol_learner(user=nusta, course=course, received_at=later)
        undone(file, nora)
        assert outcomes(file, course) == ["kept"]
        assert states() == [State.WITHDRAWN, State.ACTIVE]

    def test_who_left_the_reach_of_whoever_takes_it_back_stays(
        self, nora, nusta, course, organisations
    ):
        file = carried_out(nora, course, line(41234567), line(40123678))
        nora.grants.update(area_codes=["24"])
        undone(file, nora)
        assert counts_of(file) == {"stays": 1, "known": 1}
        assert outcomes(file, course) == ["kept", "kept"]

    def test_a_long_list_is_taken_back_in_pieces(self, nora, course, organisations):
        file = carried_out(nora, course, *[line(number) for number in range(1, 60)])
        undone(file, nora)
        assert counts_of(file) == {"undone": 59}
        assert set(states()) == {State.WITHDRAWN}


class TestScreen:
    def test_courses_are_chosen_seen_confirmed_and_told(
        self, as_nora, course, title, organisations
    ):
        address = upload(as_nora, list_of(line(41234567), line(41234568)))["Location"]
        assert "Inscríbelas también en cursos" in text_of(as_nora.get(address))
        told = as_nora.post(f"{address}cursos/", {"courses": [str(course.key)]}, follow=True)
        assert "todavía no inscribimos a nadie" in text_of(told)
        assert "Al importarla las inscribimos en" in text_of(told)
        assert title in text_of(told)
        assert not Enrolment.objects.exists()
        as_nora.post(f"{address}importar/")
        page = text_of(as_nora.get(address))
        assert f"{title} · Inscrita: 2" in page
        assert "retiramos a quien no hizo nada todavía" in page
        rows = list(
            csv.reader(
                io.StringIO(as_nora.get(f"{address}resultado.csv").content.decode("utf-8-sig"))
            )
        )
        assert rows[0] == ["Fila", "Resultado", "Detalle", title]
        assert [row[3] for row in rows[1:]] == ["Inscrita", "Inscrita"]

    def test_a_list_of_known_people_alone_is_taken_back_too(
        self, as_nora, nusta, course, organisations
    ):
        address = upload(as_nora, list_of(line(40123678)))["Location"]
        as_nora.post(f"{address}cursos/", {"courses": [str(course.key)]})
        as_nora.post(f"{address}importar/")
        assert "Deshaz la lista" in text_of(as_nora.get(address))
        as_nora.post(f"{address}deshacer/")
        assert states() == [State.WITHDRAWN]
        result = as_nora.get(f"{address}resultado.csv").content.decode()
        assert "Retirada al deshacer la lista" in result

    def test_a_course_that_is_none_is_refused_in_words(self, as_nora, course, organisations):
        address = upload(as_nora, list_of(line(41234567)))["Location"]
        told = as_nora.post(f"{address}cursos/", {"courses": [str(uuid4())]}, follow=True)
        assert "ya está cerrado" in text_of(told)

    def test_a_list_without_courses_says_nothing_of_them(self, as_nora, course, organisations):
        address = upload(as_nora, list_of(line(41234567)))["Location"]
        as_nora.post(f"{address}importar/")
        assert "Sus cursos" not in text_of(as_nora.get(address))
        assert not Enrolment.objects.exists()


class TestCommand:
    def test_it_enrols_and_says_so(self, tmp_path, nora, course, title, organisations, capsys):
        path = tmp_path / "lista.csv"
        path.write_bytes(list_of(line(41234567)))
        names = [str(path), "--as", nora.email, "--course", course.slug]
        call_command("import_roster", *names, "--dry-run")
        assert f"Se inscribirían en: {title}" in capsys.readouterr().out
        assert not Enrolment.objects.exists()
        call_command("import_roster", *names)
        assert f"{title}: Inscrita: 1" in capsys.readouterr().out
        assert Enrolment.objects.count() == 1

    def test_a_course_that_is_not_open_stops_it_first(self, tmp_path, nora, course, organisations):
        path = tmp_path / "lista.csv"
        path.write_bytes(list_of(line(41234567)))
        with pytest.raises(CommandError, match="/cursos/ninguno/"):
            call_command("import_roster", str(path), "--as", nora.email, "--course", "ninguno")
        assert not User.objects.filter(last_name="Quispe Mamani").exists()


class TestOnePage:
    """What is ticked and chosen on the page of a list comes along, whichever button is pressed."""

    @pytest.fixture
    def pressed(self, client, nora, course, organisations):
        client.force_login(nora)
        file = staged(nora, line(41234567))
        address = f"/personas/listas/{file.uuid}/"

        def sent(**changes):
            body = BeautifulSoup(client.get(address).content, "html.parser")
            form = body.find("form", action=f"{address}importar/")
            columns = {
                field["name"]: field.find("option", selected=True)["value"]
                for field in form.find_all("select")
            }
            marks = dict.fromkeys(("has_courses", "has_columns"), "1")
            client.post(f"{address}importar/", {**marks, **columns, **changes})
            file.refresh_from_db()
            return file

        return sent

    def test_ticked_courses_are_those_of_the_import(self, pressed, course):
        file = pressed(courses=[str(course.key)])
        assert file.courses == [str(course.key)]
        assert file.state == "finished"

    def test_changed_columns_are_looked_at_first(self, pressed):
        file = pressed(c4="")
        assert file.state == "staged"
        assert pressed().state == "finished"

    def test_a_course_that_closed_is_told(self, pressed):
        assert pressed(courses=[str(uuid4())]).state == "staged"

    def test_what_comes_after_the_import_is_told(self, pressed, client, course):
        file = pressed()
        address = f"/personas/listas/{file.uuid}/"
        late = client.post(f"{address}cursos/", {"courses": [str(course.key)]}, follow=True)
        assert "Esta lista ya se importó: no guardamos los cursos." in text_of(late)
        late = client.post(f"{address}columnas/", {"c0": ""}, follow=True)
        assert "Esta lista ya se importó: no la leímos otra vez." in text_of(late)
        client.post(f"{address}deshacer/")
        late = client.post(f"{address}deshacer/", follow=True)
        assert "Esta lista ya se deshizo" in text_of(late)
