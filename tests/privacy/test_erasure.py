"""Erasure: what identifies a person goes, from everywhere and for good; what was done stays with an
opaque key.
"""

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts import documents
from accounts.models import Membership, User
from accounts.services import grant_role
from accounts.tasks import send_email_change_letter
from audit.models import AuditEntry
from audit.sealing import seal_pending_entries
from certificates.models import Certificate
from certificates.services import issue_missing_certificates, revoke_certificate
from learning.models import Enrolment, Statement
from operations.records import check_records
from privacy.erasure import (
    AlreadyDecided,
    StillHoldsRole,
    ask_for_erasure,
    carry_out,
    decline_request,
    reapply_erasures,
    withdraw_request,
)
from privacy.erasure_list import DamagedList, listed_keys
from privacy.models import ErasureRequest
from privacy.retention import forget_what_is_over
from quizzes.models import Attempt, ResponseEvent
from reporting.services import fold_differences, kept_figures, recount
from support.help_requests import ask_for_help

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def erasure_list(tmp_path, settings) -> Path:
    settings.ERASURE_LIST = str(tmp_path / "erasures.jsonl")
    return Path(settings.ERASURE_LIST)


def erase(user, operator):
    carry_out(
        request=ask_for_erasure(user=user, now=timezone.now()),
        operator=operator,
        now=timezone.now(),
    )


def everything_in_the_database():
    """Yield (table, text) of every value of every table; what our keys can read is read."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # The name of a table.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    yield table, str(value)
                    for hidden in re.findall(r"gAAAA[\w=-]+", str(value)):
                        yield table, documents.decrypt(hidden)


def where(*needles: str) -> set[str]:
    """Return the tables in which any of these texts stands."""
    return {
        table
        for table, text in everything_in_the_database()
        if any(needle.lower() in text.lower() for needle in needles)
    }


def test_a_picture_that_a_backup_brought_back_goes_with_its_file(history, oscar):
    omar = history("Omarcito", "Condori", "41234567").user
    avatar = UserProfile.get_for_user(omar).avatar
    avatar.save("cara.jpg", ContentFile(b"a face"))
    path = Path(avatar.path)
    assert path.exists()
    erase(omar, oscar)
    assert not path.exists()


def test_erasure_takes_the_person_and_leaves_the_record(history, oscar):
    omar = history("Omarcito", "Condori", "41234567")
    key, before = omar.user.learner_key, recount()
    operator_saw = {
        "content_type": ContentType.objects.get_for_model(User),
        "object_id": str(omar.user.pk),
    }
    ModelLogEntry.objects.create(
        label=str(omar.user), action="wagtail.edit", timestamp=timezone.now(), **operator_saw
    )
    certificate = Certificate.objects.get(learner=key)
    learned = {certificate.learner, certificate.uuid, certificate.created_at, certificate.issued_at}
    statements = Statement.objects.filter(learner=key).count()
    erase(omar.user, oscar)
    assert where("omarcito@", "41234567", "Cargo de", "Oficio de", "Puesto de") == set()
    assert where("omarcito", "condori") == {"certificates_certificate"}
    assert not User.objects.filter(learner_key=key).exists()
    assert not Membership.objects.filter(user__learner_key=key).exists()
    assert Enrolment.objects.filter(learner=key).count() == 1
    assert Statement.objects.filter(learner=key).count() == statements > 0
    kept = Certificate.objects.get(pk=certificate.pk)
    assert (kept.holder_name, kept.document_last, kept.minutes) == (
        "Omarcito Condori",
        "567",
        certificate.minutes,
    )
    assert (kept.document_cipher, kept.score_scaled) == ("", None)
    assert not learned & {kept.learner, kept.uuid, kept.created_at, kept.issued_at}
    assert kept.enrolment is None
    assert not Statement.objects.filter(learner=kept.learner).exists()
    assert recount() == before == kept_figures()
    assert [finding for finding in check_records() if finding.violations] == []


def test_no_row_of_an_erased_person_holds_a_name_beside_a_key(history, oscar):
    """Whoever holds the key finds nothing that somebody wrote, and whoever holds the name finds no
    key.
    """
    omar = history("Omarcito", "Condori", "41234567")
    key = omar.user.learner_key
    request = ask_for_erasure(user=omar.user, now=timezone.now())
    decline_request(
        request=request,
        operator=oscar,
        reason="Omarcito debe devolver un equipo",
        now=timezone.now(),
    )
    ask_for_help(
        learner=key, text="Soy Omarcito", contact="omarcito@example.org", now=timezone.now()
    )
    erase(omar.user, oscar)
    assert where("omarcito", "condori") == {"certificates_certificate"}
    assert "certificates_certificate" not in where(str(key), key.hex)


def test_a_revoked_certificate_of_an_erased_person_stays_revoked_and_can_be_revoked_later(
    history, oscar
):
    omar, lina = history("Omarcito", "Condori", "41234567"), history("Lina", "Atoche", "40123678")
    first, second = (
        Certificate.objects.get(learner=person.user.learner_key) for person in (omar, lina)
    )
    revoke_certificate(
        certificate=first, reason="Error de persona", actor=oscar, now=timezone.now()
    )
    fold_differences()
    for person in (omar, lina):
        erase(person.user, oscar)
    first.refresh_from_db()
    assert first.state == Certificate.State.REVOKED
    second.refresh_from_db()
    assert (
        revoke_certificate(
            certificate=second, reason="Otro error", actor=oscar, now=timezone.now()
        ).state
        == "revoked"
    )
    seal_pending_entries()
    assert issue_missing_certificates(now=timezone.now()) == 0
    assert [finding.name for finding in check_records() if finding.violations] == []


def test_answers_go_and_scores_stay(history, oscar):
    omar = history("Omarcito", "Condori", "41234567")
    scores = sorted(
        Attempt.objects.exclude(score_scaled=None).values_list("number", "score_scaled", "passed")
    )
    erase(omar.user, oscar)
    assert not ResponseEvent.objects.exists()
    assert not Attempt.objects.exclude(evidence=[]).exists()
    assert not Attempt.objects.filter(state=Attempt.State.OPEN).exists()
    assert (
        sorted(
            Attempt.objects.exclude(score_scaled=None).values_list(
                "number", "score_scaled", "passed"
            )
        )
        == scores
    )


def test_answers_go_after_two_years_and_the_record_holds(history):
    omar = history("Omarcito", "Condori", "41234567")
    Attempt.objects.filter(number=1).update(submitted_at=timezone.now() - timedelta(days=731))
    scores = list(Attempt.objects.order_by("number").values_list("score_scaled", "passed"))
    forget_what_is_over(timezone.now())
    emptied = Attempt.objects.get(learner=omar.user.learner_key, number=1)
    assert (emptied.evidence, emptied.events.count()) == ([], 0)
    assert Attempt.objects.get(number=2).evidence
    assert ResponseEvent.objects.filter(attempt__number__in=[2, 3]).count() == 8
    assert list(Attempt.objects.order_by("number").values_list("score_scaled", "passed")) == scores
    assert [finding for finding in check_records() if finding.violations] == []


def test_others_are_left_alone_and_the_records_hold(history, oscar):
    omar, lina = history("Omarcito", "Condori", "41234567"), history("Lina", "Atoche", "40123678")
    answers = ResponseEvent.objects.filter(attempt__learner=lina.user.learner_key).count()
    erase(omar.user, oscar)
    lina.user.refresh_from_db()
    assert lina.user.document_number == "40123678"
    assert (
        ResponseEvent.objects.filter(attempt__learner=lina.user.learner_key).count() == answers > 0
    )
    assert [finding for finding in check_records() if finding.violations] == []


def test_sessions_and_letters_go_too(client, lina, oscar, waiting_tasks):
    client.force_login(lina)
    client.post("/cuenta/recuperar/", {"username": lina.email})
    send_email_change_letter.enqueue(
        documents.encrypt(
            json.dumps(
                {
                    "username": lina.username,
                    "before": lina.email,
                    "email": "otra@example.org",
                    "asked_at": timezone.now().isoformat(),
                }
            )
        )
    )
    username = lina.username
    assert where("otra@example.org")
    erase(lina, oscar)
    assert where("otra@example.org", username) == set()
    assert client.get("/cuenta/")["Location"].startswith("/cuenta/ingresar/")


def test_the_trail_says_who_decided(lina, oscar, erasure_list):
    key = lina.learner_key
    erase(lina, oscar)
    acts = AuditEntry.objects.filter(
        object_key=str(key), action__startswith="erasure_"
    ).values_list("action", "actor_key")
    assert list(acts) == [("erasure_asked", key), ("erasure_done", oscar.learner_key)]
    assert [json.loads(line)["learner"] for line in erasure_list.read_text().splitlines()] == [
        str(key)
    ]
    assert erasure_list.stat().st_mode & 0o077 == 0


def test_asking_twice_is_one_request_and_may_be_taken_back(lina):
    request = ask_for_erasure(user=lina, now=timezone.now())
    assert ask_for_erasure(user=lina, now=timezone.now()) == request
    withdraw_request(user=lina, now=timezone.now())
    request.refresh_from_db()
    assert request.state == ErasureRequest.State.WITHDRAWN
    assert ask_for_erasure(user=lina, now=timezone.now()) != request


def test_taken_back_twice_at_once_is_taken_back_once(lina):
    request = ask_for_erasure(user=lina, now=timezone.now())
    overtaken = []

    def overtake(execute, sql, *rest):
        """Let the second press through after the first has read what is pending."""
        result = execute(sql, *rest)
        if not overtaken:
            overtaken.append(sql)
            withdraw_request(user=lina, now=timezone.now())
        return result

    with connection.execute_wrapper(overtake):
        withdraw_request(user=lina, now=timezone.now())
    request.refresh_from_db()
    assert request.state == ErasureRequest.State.WITHDRAWN
    assert (
        AuditEntry.objects.filter(
            object_key=str(lina.learner_key), action="erasure_withdrawn"
        ).count()
        == 1
    )


def test_decided_once(lina, oscar):
    request = ask_for_erasure(user=lina, now=timezone.now())
    with pytest.raises(ValueError, match="reason"):
        decline_request(request=request, operator=oscar, reason=" ", now=timezone.now())
    decline_request(
        request=request, operator=oscar, reason="Tu entidad debe confirmarlo", now=timezone.now()
    )
    with pytest.raises(AlreadyDecided):
        carry_out(request=request, operator=oscar, now=timezone.now())
    lina.refresh_from_db()
    assert lina.email


def test_people_with_a_role_end_it_first(lina, oscar, nora):
    with pytest.raises(StillHoldsRole):
        ask_for_erasure(user=nora, now=timezone.now())
    request = ask_for_erasure(user=lina, now=timezone.now())
    grant_role(user=lina, role="operator", is_national=True, now=timezone.now())
    with pytest.raises(StillHoldsRole):
        carry_out(request=request, operator=oscar, now=timezone.now())
    request.refresh_from_db()
    assert request.state == ErasureRequest.State.PENDING


@pytest.fixture
def older_copy(tmp_path):
    """Keep the database as it is now; the answer brings it back.

    PostgreSQL is restored by its own tools in the tests of the room operations.
    """
    if connection.vendor != "sqlite":
        pytest.skip("the copy is made with SQLite's own means")

    def copy(source, target):
        with closing(sqlite3.connect(target)) as kept:
            source.backup(kept)

    connection.ensure_connection()
    path = tmp_path / "older.sqlite3"

    def keep():
        copy(connection.connection, path)

    def bring_back():
        with closing(sqlite3.connect(path)) as kept:
            kept.backup(connection.connection)

    return keep, bring_back


@pytest.mark.django_db(transaction=True)
def test_an_older_copy_brings_nobody_back(history, oscar, older_copy):
    keep, bring_back = older_copy
    omar, lina = history("Omarcito", "Condori", "41234567"), history("Lina", "Atoche", "40123678")
    figures = recount()
    keep()
    erase(omar.user, oscar)
    bring_back()
    assert where("omarcito@example.org", "41234567")
    assert reapply_erasures(now=timezone.now()) == 1
    assert where("omarcito@example.org", "41234567", "Oficio de Omarcito") == set()
    assert where("omarcito", "condori") == {"certificates_certificate"}
    assert User.objects.get(learner_key=lina.user.learner_key).document_number == "40123678"
    assert recount() == figures == kept_figures()
    assert (
        ErasureRequest.objects.get(learner=omar.user.learner_key).state == ErasureRequest.State.DONE
    )
    assert reapply_erasures(now=timezone.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_the_audit_names_whom_an_older_database_brought_back(history, oscar, older_copy):
    keep, bring_back = older_copy
    omar = history("Omarcito", "Condori", "41234567")
    keep()
    erase(omar.user, oscar)
    assert came_back() == ()
    bring_back()
    assert came_back() == (f"{omar.user.learner_key}: reapply_erasures",)
    reapply_erasures(now=timezone.now())
    assert came_back() == ()


def came_back() -> tuple[str, ...]:
    """Return what the audit lists about erased people who are here again."""
    findings = {finding.name: finding for finding in check_records()}
    return findings["nobody who was erased is here again"].listed


@pytest.mark.django_db(transaction=True)
def test_the_file_itself_keeps_nothing_readable(history, oscar):
    if connection.vendor != "sqlite":
        pytest.skip("a file of its own is SQLite's")
    omar = history("Omarcito", "Condori", "41234567")
    Certificate.objects.update(holder_name="X")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        erase(omar.user, oscar)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = Path(connection.settings_dict["NAME"]).read_bytes()
    assert [word for word in (b"omarcito@example.org", b"Oficio de Omarcito") if word in kept] == []


def test_a_lost_list_is_mended_from_the_database(lina, oscar, erasure_list):
    erase(lina, oscar)
    kept = erasure_list.read_text().split(",")[0]
    erasure_list.unlink()
    out = StringIO()
    call_command("reapply_erasures", stdout=out)
    assert out.getvalue() == "Personas borradas otra vez: 0\n"
    assert erasure_list.read_text().startswith(kept)


def test_a_person_brought_back_by_hand_is_erased_again_with_a_line(
    lina, oscar, person, erasure_list
):
    key = lina.learner_key
    erase(lina, oscar)
    back = person("Lina")
    User.objects.filter(pk=back.pk).update(learner_key=key)
    assert reapply_erasures(now=timezone.now()) == 1
    assert not User.objects.filter(learner_key=key).exists()
    assert AuditEntry.objects.filter(object_key=str(key)).latest("pk").action == "erasure_reapplied"


def test_a_damaged_list_is_noticed(erasure_list):
    erasure_list.write_bytes(b'\n{"learner": "not a\n')
    with pytest.raises(DamagedList, match=f"{erasure_list} está dañada en la línea 2"):
        reapply_erasures(now=timezone.now())


@pytest.mark.parametrize(
    "damage",
    [b"garbage\n", b"\xff\xfe\n", b"{}\n", b"[1]\n", b'{"learner": 7}\n'],
    ids=["word", "bytes", "no key", "list", "number"],
)
def test_a_damaged_list_ends_commands_in_one_sentence(erasure_list, damage):
    erasure_list.write_bytes(damage)
    with pytest.raises(CommandError, match="está dañada en la línea 1"):
        call_command("reapply_erasures")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_records", stdout=out)
    assert "every line of the erasure list can be read" in out.getvalue()
    assert "está dañada en la línea 1" in out.getvalue()


def test_a_line_torn_by_a_power_cut_takes_no_other_with_it(lina, omar, oscar, erasure_list):
    gone, kept = lina.learner_key, omar.learner_key
    erase(lina, oscar)
    with erasure_list.open("a") as file:
        file.write('{"learner": "0000')
    assert listed_keys() == {gone}
    erase(omar, oscar)
    assert listed_keys() == {gone, kept}
    assert len(erasure_list.read_text().splitlines()) == 2


def test_a_last_line_without_its_end_is_kept(lina, omar, oscar, erasure_list):
    gone, kept = lina.learner_key, omar.learner_key
    erase(lina, oscar)
    erasure_list.write_text(erasure_list.read_text().rstrip())
    erase(omar, oscar)
    assert listed_keys() == {gone, kept}


def test_who_registers_again_is_somebody_new(lina, oscar, person):
    email = lina.email
    erase(lina, oscar)
    again = person("Lina")
    reapply_erasures(now=timezone.now())
    assert User.objects.get(email=email) == again
