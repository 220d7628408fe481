"""What was ended or used up after a backup does not come back with it, and no letter leaves a
second time without an operator who says so.
"""

from datetime import timedelta
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import RecoveryCode, RoleGrant, User
from accounts.role_acts import keep_role, let_roles_be_reviewed, roles_to_review
from accounts.tasks import send_recovery_letter
from audit.models import AuditEntry
from learning.services import enrol_learner
from notices.holding import discard_held, held_letters, hold_letters, release_held
from notices.models import Letter, Notice
from notices.queries import due_letters, queue_state
from notices.services import send_due_letters
from operations.pending import pending_work
from tests.operations.backups.test_backup import backup, restore
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queued(settings):
    """Put every letter of the site into the queue."""
    settings.EMAIL_BACKEND = "notices.backend.LetterQueue"
    settings.LETTER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def write(subject="Hola"):
    EmailMessage(subject, "Un texto.", "a@example.pe", ["ana@example.pe"]).send()


def due_notice(person, kind="account_made", **facts):
    return Notice.objects.create(
        learner=person.learner_key,
        kind=kind,
        cause=str(Notice.objects.count()),
        facts={"course": "Migración"} | facts,
        happened_at=timezone.now(),
        letter_due_at=timezone.now() - timedelta(minutes=1),
    )


def test_a_restore_ends_and_holds_what_may_have_been_used(
    living_site, elsewhere, oscar, lina, max_, queued, mailoutbox
):
    RecoveryCodes.activate(oscar)
    lina.last_login = timezone.now()
    lina.save()
    newcomer = User.objects.create(first_name="Nueva", email="nueva@demo.example")
    for person in (lina, newcomer):
        RecoveryCode.objects.create(
            user=person, digest=person.username, issued_by_key=max_.learner_key,
            issued_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    write()
    path = backup(living_site.parent)
    send_due_letters()
    assert len(mailoutbox) == 1
    with elsewhere():
        said = restore(path)
        assert "Cartas retenidas: 1" in said
        assert "códigos de reserva nuevos: 1" in said
        assert not Authenticator.objects.filter(type="recovery_codes").exists()
        # The slip of somebody who never came in is their only way in.
        assert list(RecoveryCode.objects.values_list("user", flat=True)) == [newcomer.pk]
        grants = RoleGrant.objects.exclude(role="learner")
        assert {grant.came_back_on for grant in grants} == {timezone.localdate()}
        send_due_letters()
        assert AuditEntry.objects.filter(action="backup_restored").count() == 1
    assert len(mailoutbox) == 1


class TestLetters:
    def test_what_the_worker_would_write_next_is_held_too(self, lina, queued, waiting_tasks):
        write()
        due_notice(lina)
        send_recovery_letter.enqueue(lina.username)
        assert hold_letters(now=timezone.now()) == 3
        assert not due_letters(timezone.now(), is_quiet=False)
        assert not Notice.objects.filter(letter_due_at__isnull=False)
        assert not DBTaskResult.objects.exists()
        assert queue_state(timezone.now()).waiting == 0

    def test_a_second_reminder_of_a_day_is_held_and_not_put_off(self, lina, queued, course):
        last_week = timezone.now() - timedelta(days=8)
        enrolment = enrol_learner(user=lina, course=course, received_at=last_week)
        for _time in range(2):
            due_notice(lina, kind="unbegun", enrolment=str(enrolment.uuid))
        hold_letters(now=timezone.now())
        assert Letter.objects.filter(kind="unbegun").count() >= 2
        assert not Notice.objects.filter(letter_due_at__isnull=False)

    def test_a_letter_of_after_the_restore_leaves(self, queued, mailoutbox):
        write("De antes")
        hold_letters(now=timezone.now())
        write("De ahora")
        assert send_due_letters() == 1
        assert [letter.subject for letter in mailoutbox] == ["De ahora"]

    def test_an_operator_lets_one_go_and_discards_the_others(self, oscar, queued, mailoutbox):
        for subject in ("Una", "Dos", "Tres"):
            write(subject)
        now = timezone.now()
        hold_letters(now=now)
        first = held_letters().first()
        assert release_held(number=first.pk, operator=oscar, now=now) == 1
        assert release_held(number=first.pk, operator=oscar, now=now) == 0
        assert send_due_letters() == 1
        assert discard_held(number=None, operator=oscar, now=now) == 2
        assert discard_held(number=first.pk, operator=oscar, now=now) == 0
        assert [letter.subject for letter in mailoutbox] == ["Una"]
        assert list(Letter.objects.values_list("pk", flat=True)) == [first.pk]
        acts = AuditEntry.objects.filter(action__startswith="held_letters").order_by("pk")
        assert [(act.action, act.details) for act in acts] == [
            ("held_letters_released", {"count": 1}),
            ("held_letters_discarded", {"count": 2}),
        ]

    def test_the_screen_lists_them_and_decides(self, client, oscar, queued, mailoutbox):
        write("Una")
        write("Dos")
        hold_letters(now=timezone.now())
        client.force_login(oscar)
        page = client.get("/cartas/").content.decode()
        assert "Cartas retenidas" in page
        assert "ana@example.pe" not in page
        first = held_letters().first()
        client.post(f"/cartas/{first.pk}/enviar/")
        again = client.post(f"/cartas/{first.pk}/enviar/", follow=True).content.decode()
        assert "ya se decidió" in again
        gone = client.post("/cartas/retenidas/descartar/", follow=True).content.decode()
        assert "Descartamos 1 carta" in gone
        assert "Cartas retenidas" not in gone
        assert send_due_letters() == 1

    @pytest.mark.parametrize("how", ["{}", "retenidas"])
    @pytest.mark.parametrize("then", ["enviar", "descartar"])
    def test_one_that_another_operator_discarded_is_told_as_decided(
        self, client, oscar, queued, how, then
    ):
        write()
        hold_letters(now=timezone.now())
        number = held_letters().get().pk
        client.force_login(oscar)
        client.post(f"/cartas/{how.format(number)}/descartar/")
        page = client.post(f"/cartas/{number}/{then}/", follow=True)
        assert page.status_code == 200
        assert "ya se decidió" in page.content.decode()
        assert AuditEntry.objects.filter(action__startswith="held_letters").count() == 1

    def test_two_operators_at_once_decide_of_each_once(self, oscar, queued):
        for _letter in range(6):
            write()
        now = timezone.now()
        hold_letters(now=now)
        acts = (release_held, discard_held)
        ends = at_once([partial(act, number=None, operator=oscar, now=now) for act in acts])
        assert sum(ends) == 6
        assert Letter.objects.filter(held_since=None).count() == ends[0]


class TestRoles:
    def test_all_wait_for_a_review_until_somebody_decides(self, client, oscar, max_, nora):
        RoleGrant.objects.update(starts_on=timezone.localdate())
        today = timezone.localdate()
        assert roles_to_review(oscar, today) == []
        RoleGrant.objects.update(came_back_on=today)
        assert roles_to_review(oscar, today) == [today, today]
        counts = {str(work.words): work.count for work in pending_work(oscar, timezone.now())}
        assert counts["Roles por revisar"] == 2
        client.force_login(oscar)
        page = client.get("/personas/roles/").content.decode()
        assert page.count("Volvió con la copia restaurada") == 3
        for _time in range(2):
            client.post(f"/personas/roles/{max_.grants.get().pk}/mantener/")
        assert roles_to_review(oscar, today) == [today]
        assert AuditEntry.objects.filter(action="role_kept").count() == 1

    def test_a_role_reviewed_today_is_reviewed_again(self, oscar, max_):
        grant, now = max_.grants.get(), timezone.now()
        assert keep_role(grant=grant, actor=oscar, now=now)
        let_roles_be_reviewed(now)
        assert keep_role(grant=grant, actor=oscar, now=now)
        assert not keep_role(grant=grant, actor=oscar, now=now)
