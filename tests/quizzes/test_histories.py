"""Lets many things happen to people in any order, and asks after each whether the record agrees:
with the replay of its journal, and with a plain account of what happened kept beside it.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.corrections import Why, correct_name, transfer_person
from accounts.merging import merge_people
from accounts.models import Membership, RoleGrant, User
from accounts.services import create_person, end_role, grant_role
from certificates.models import Certificate
from certificates.replacing import NothingToReplace, replace_certificate
from certificates.services import (
    CannotBeRevoked,
    issue_missing_certificates,
    revoke_certificate,
)
from courses.editions import outline_of
from courses.models import CourseHead
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from operations.records import check_records
from quizzes.models import Attempt, QuizPage
from quizzes.services import NeedsNoAttempt, NoAttemptsLeft, give_attempt, start_attempt
from reporting.services import fold_differences
from tests.factories.quizzes import answer_all, submit
from tests.kept import forget_all

ATTEMPTS = 3
PLACES = st.sampled_from(["tumbes", "puno", "ugel"])
# The suite repeats the same histories; `HISTORIES=300` goes through as many others.
MORE = int(os.environ.get("HISTORIES", "0"))


@dataclass
class World:
    """What is there before anything happens."""

    head: CourseHead
    quiz: QuizPage
    organisations: dict
    operator: User

    @property
    def lessons(self) -> list:
        activities = outline_of(self.head.latest_edition_id).activities
        return [one.key for one in activities if one.key != self.quiz.translation_key]


@dataclass
class Life:
    """What happened to one person in the course, told plainly."""

    user: User
    place: str
    state: str = ""  # of the enrolment in force, or the last
    counted_at: str = ""  # where that enrolment is counted
    read: set = field(default_factory=set)
    tries: int = 0
    given: int = 0
    has_passed: bool = False
    certificates: int = 0
    valid: int = 0  # how many of them are

    @property
    def worth(self) -> tuple[int, int]:
        """What decides which of two enrolments in the course stays in force."""
        steps = len(self.read) + self.has_passed
        return {"active": (1, steps), "completed": (2, 0)}.get(self.state, (0, 0))


class Histories(RuleBasedStateMachine):
    """Every act goes by the door that its screen or command uses."""

    people = Bundle("people")

    def __init__(self, world: World):
        super().__init__()
        self.world = world
        self.now = timezone.now()
        self.lives: list[Life] = []
        self.closed: list[User] = []
        self.undone = transaction.atomic()
        self.undone.__enter__()
        forget_all()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def why(self) -> Why:
        return Why(self.world.operator, "Lo pidió por oficio", uuid4())

    def enrolment(self, life: Life) -> Enrolment:
        """Return the enrolment in force, without one the last."""
        rows = Enrolment.objects.filter(learner=life.user.learner_key)
        return rows.exclude(state=Enrolment.State.WITHDRAWN).first() or rows.latest("pk")

    @precondition(lambda self: len(self.lives) < 2 and len(self.closed) < 3)
    @rule(target=people, place=PLACES)
    def begin(self, place):
        number = len(self.lives) + len(self.closed) + 1
        user = create_person(
            first_name=f"Persona {'ABCDE'[number - 1]}",
            last_name="Quispe",
            email=f"persona{number}@demo.example",
            document_type="dni",
            document_number=f"4012367{number}",
            organisation=self.world.organisations[place],
            post="Tesorera",
            password="tres palabras juntas",
            now=self.now,
        )
        self.lives.append(Life(user, place))
        self.enrol(self.lives[-1])
        return self.lives[-1]

    @rule(hours=st.integers(min_value=1, max_value=80))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(life=people, place=PLACES)
    def move(self, life, place):
        if place == life.place:
            return
        transfer_person(
            person=life.user,
            organisation=self.world.organisations[place],
            post="Tesorera",
            why=self.why(),
            now=self.now,
        )
        life.place = place
        if life.state == "active":
            life.counted_at = place

    @precondition(lambda self: len(self.lives) > 1)
    @rule(target=people, kept=people, merged=consumes(people))
    def merge(self, kept, merged):
        if kept is merged:
            return merged
        merge_people(person=kept.user, other=merged.user, why=self.why(), now=self.now)
        stays = merged if merged.worth > kept.worth else kept
        if stays.worth > (0, 0):
            kept.read, kept.tries, kept.given = stays.read, stays.tries, stays.given
            kept.state, kept.has_passed = stays.state, stays.has_passed
            kept.counted_at = kept.place if stays.state == "active" else stays.counted_at
        else:
            kept.state = kept.state or merged.state
        kept.certificates += merged.certificates
        kept.valid += merged.valid
        self.lives.remove(merged)
        self.closed.append(merged.user)
        return multiple()

    @rule(life=people, area=st.sampled_from(["21", "24"]))
    def give_role(self, life, area):
        grant_role(
            user=life.user,
            role="coordinator",
            area_codes=[area],
            now=self.now,
            granted_by=self.world.operator,
        )

    @rule(life=people)
    def take_role(self, life):
        today = timezone.localdate(self.now)
        for grant in RoleGrant.objects.filter(RoleGrant.not_ended(today), user=life.user):
            end_role(grant=grant, now=self.now, ended_by=self.world.operator)

    @rule(life=people)
    def enrol(self, life):
        enrol_learner(user=life.user, course=self.world.head, received_at=self.now)
        if life.state in {"", "withdrawn"}:
            life.state, life.counted_at = "active", life.place
            life.read, life.tries, life.given, life.has_passed = set(), 0, 0, False

    @rule(life=people)
    def withdraw(self, life):
        if not life.state:
            return
        withdraw_enrolment(enrolment=self.enrolment(life), now=self.now)
        if life.state == "active":
            life.state = "withdrawn"

    @rule(life=people, place=st.integers(min_value=0, max_value=3))
    def read(self, life, place):
        if life.state not in {"active", "completed"}:
            return
        key = self.world.lessons[place]
        complete_activity(
            learner=life.user.learner_key,
            course_slug=self.world.head.slug,
            activity_key=key,
            uuid=uuid4(),
            received_at=self.now,
        )
        life.read.add(key)
        self.settle(life)

    @rule(life=people)
    def finish(self, life):
        for place in range(4):
            self.read(life, place)
        self.try_quiz(life, is_right=True)

    @rule(life=people)
    def use_up(self, life):
        while life.state == "active" and life.tries < ATTEMPTS + life.given:
            self.try_quiz(life, is_right=False)

    @rule(life=people, is_right=st.booleans())
    def try_quiz(self, life, is_right):
        if life.state not in {"active", "completed"}:
            return
        enrolment = self.enrolment(life)
        try:
            attempt = start_attempt(
                enrolment=enrolment, quiz_key=self.world.quiz.translation_key, now=self.now
            )
        except NoAttemptsLeft:
            assert life.tries >= ATTEMPTS + life.given
            return
        life.tries += 1  # one beyond those given at once was opened by waiting
        answer_all(attempt, right=None if is_right else 1)
        assert submit(attempt, now=self.now + timedelta(minutes=5)).passed is is_right
        self.now += timedelta(minutes=6)
        life.has_passed |= is_right
        self.settle(life)

    @rule(life=people)
    def give_one_more(self, life):
        if life.state not in {"active", "completed"}:
            return
        is_used_up = not life.has_passed and life.tries >= ATTEMPTS + life.given
        try:
            with transaction.atomic():
                give_attempt(
                    person=life.user,
                    enrolment=self.enrolment(life),
                    quiz_key=self.world.quiz.translation_key,
                    why=self.why(),
                    now=self.now,
                )
        except NeedsNoAttempt:
            return  # may try, has passed, or waited long enough to try again
        assert is_used_up
        life.given += 1

    @rule(life=people)
    def correct(self, life):
        life.user.refresh_from_db()
        first_name = "Ñusta" if life.user.first_name != "Ñusta" else "Persona"
        correct_name(
            person=life.user,
            first_name=first_name,
            last_name="D’Angelo-Huamán",
            why=self.why(),
            now=self.now,
        )

    @rule(life=people)
    def replace(self, life):
        for certificate in self.certificates(life):
            if certificate.replaced_by_id:
                continue
            was_valid = certificate.is_valid
            try:
                with transaction.atomic():
                    replace_certificate(
                        certificate=certificate, actor=self.world.operator, now=self.now
                    )
            except NothingToReplace:
                assert was_valid
            else:
                life.certificates += 1
                life.valid += not was_valid

    @rule(life=people)
    def revoke(self, life):
        for certificate in self.certificates(life):
            try:
                revoke_certificate(
                    certificate=certificate,
                    reason="Se emitió por error",
                    actor=self.world.operator,
                    now=self.now,
                )
            except CannotBeRevoked:
                assert certificate.replaced_by_id
            else:
                life.valid -= certificate.is_valid

    def certificates(self, life: Life) -> list[Certificate]:
        return list(Certificate.objects.filter(learner=life.user.learner_key).order_by("pk"))

    def settle(self, life: Life) -> None:
        """Complete, in the account beside the record, whoever did everything."""
        is_done = life.has_passed and len(life.read) == len(self.world.lessons)
        if life.state == "active" and is_done:
            life.state = "completed"
            life.certificates += 1
            life.valid += 1

    @invariant()
    def the_record_agrees_with_itself(self):
        issue_missing_certificates(now=self.now)
        while fold_differences():
            pass
        broken = [(one.name, one.violations) for one in check_records() if one.violations]
        assert broken == []

    @invariant()
    def and_with_what_happened(self):
        for life in self.lives:
            post = Membership.objects.get(user=life.user, ended_on=None)
            assert post.organisation == self.world.organisations[life.place]
            numbers = self.certificates(life)
            assert len(numbers) == life.certificates
            assert sum(one.is_valid for one in numbers) == life.valid
            if life.state:
                enrolment = self.enrolment(life)
                assert enrolment.state == life.state
                if life.state != "withdrawn":
                    assert enrolment.organisation == self.world.organisations[life.counted_at]

    @invariant()
    def and_nothing_is_left_with_a_closed_account(self):
        keys = [user.learner_key for user in self.closed]
        for model in (Enrolment, Statement, Attempt, Certificate):
            assert not model.objects.filter(learner__in=keys).exists()
        held = RoleGrant.not_ended(timezone.localdate(self.now))
        assert not RoleGrant.objects.filter(held, user__in=self.closed).exists()


@pytest.mark.django_db
def test_whatever_happens_the_record_agrees_with_its_journal(head, quiz, organisations, oscar):
    world = World(head, quiz, organisations, oscar)
    run_state_machine_as_test(
        lambda: Histories(world),
        settings=settings(
            max_examples=MORE or 8,
            derandomize=not MORE,
            stateful_step_count=30,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
