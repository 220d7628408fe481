"""Attempts are started and answered; the database says so afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.publishing import CannotPublish
from courses.models import CourseHead, ModulePage
from learning.services import ConflictingRepeat, NotInOutline, enrol_learner, withdraw_enrolment
from questions.kinds.choices.content import choices_in, content_with
from questions.models import Question, QuestionVersion
from questions.services import set_question_state
from quizzes.invariants import check
from quizzes.models import Attempt, QuizItemDraw, QuizPage, ResponseEvent
from quizzes.papers import items_on
from quizzes.queries import current_events
from quizzes.selection import NotEnoughQuestions
from quizzes.services import AttemptClosed, NoAttemptsLeft, start_attempt
from tests.factories.questions import add_question, make_bank, single
from tests.factories.quizzes import add_quiz, answer, answer_all, submit

pytestmark = pytest.mark.django_db


def start(enrolment, quiz, **facts):
    return start_attempt(
        enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now(), **facts
    )


def test_attempt_pins_active_questions_and_their_versions(attempt, bank):
    assert (attempt.number, attempt.state, len(attempt.paper)) == (1, "open", 4)
    versions = {item.version.pk: item.version for item in items_on(attempt.paper)}
    assert len({version.question_id for version in versions.values()}) == 4
    for entry in attempt.paper:
        assert sorted(entry["layout"]["order"]) == list(
            range(len(versions[entry["version"]].content["choices"]))
        )
    assert attempt.rules == {
        "title": "Prueba cuestionario",
        "pass_mark": 0.7,
        "attempts_allowed": 3,
        "review": "after_passing",
        "scoring": 2,
    }


def test_second_start_returns_the_open_attempt(attempt, enrolment, quiz):
    assert start(enrolment, quiz).pk == attempt.pk


def test_same_identifier_leads_to_the_same_attempt_even_after_submission(enrolment, quiz):
    uuid = uuid4()
    attempt = start(enrolment, quiz, uuid=uuid)
    submit(attempt)
    assert start(enrolment, quiz, uuid=uuid).pk == attempt.pk
    following = start(enrolment, quiz)
    assert following.number == 2
    assert start(enrolment, quiz, uuid=uuid).pk == attempt.pk


@pytest.mark.django_db(transaction=True)
def test_identifier_of_somebody_else_is_refused(enrolment, quiz, head, omar):
    mine = start(enrolment, quiz)
    other = enrol_learner(user=omar, course=head, received_at=timezone.now())
    with pytest.raises(ConflictingRepeat):
        start(other, quiz, uuid=mine.uuid)
    assert Attempt.objects.count() == 1


def test_attempts_run_out(enrolment, quiz):
    for right in (2, 3, 1):
        attempt = start(enrolment, quiz)
        answer_all(attempt, right=right)
        submit(attempt)
    with pytest.raises(NoAttemptsLeft) as refusal:
        start(enrolment, quiz)
    standing = refusal.value.standing
    assert (standing.left, standing.attempt_count) == (0, 3)
    assert standing.best == max(Attempt.objects.values_list("score_scaled", flat=True))


def fail(enrolment, quiz, now):
    """Start and hand in blank at one moment."""
    return submit(
        start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now), now=now
    )


def test_after_24_hours_one_more_opens_with_other_questions_and_again_after_each_failure(
    publish_quiz, lina, course
):
    quiz = publish_quiz([(make_bank("grande", count=15), 3)], slug="grande")
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    now = datetime(2026, 11, 30, 15, 40, tzinfo=UTC)
    for _number in range(3):
        fail(enrolment, quiz, now)
    for _failure in range(2):
        with pytest.raises(NoAttemptsLeft) as refusal:
            fail(enrolment, quiz, now + timedelta(hours=23, minutes=59))
        assert refusal.value.standing.opens_at == now + timedelta(hours=24)
        now += timedelta(hours=24)
        fail(enrolment, quiz, now)
        with pytest.raises(NoAttemptsLeft):
            fail(enrolment, quiz, now)
    asked = [entry["question"] for attempt in Attempt.objects.all() for entry in attempt.paper]
    assert len(asked) == len(set(asked)) == 15
    assert [finding for finding in check() if finding.violations] == []


def test_author_sets_hours_and_a_maximum_and_the_edition_freezes_them(publish_quiz, lina, course):
    quiz = publish_quiz(slug="contado", attempts_allowed=1, wait_hours=2, attempts_maximum=2)
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    now = datetime(2026, 11, 30, 15, 40, tzinfo=UTC)
    first = fail(enrolment, quiz, now)
    assert (first.rules["wait_hours"], first.rules["attempts_maximum"]) == (2, 2)
    QuizPage.objects.update(
        wait_hours=1, attempts_maximum=None
    )  # not published: nothing changes for learners
    with pytest.raises(NoAttemptsLeft):
        fail(enrolment, quiz, now + timedelta(hours=1))
    fail(enrolment, quiz, now + timedelta(hours=2))
    with pytest.raises(NoAttemptsLeft) as refusal:
        fail(enrolment, quiz, now + timedelta(days=30))
    assert refusal.value.standing.opens_at is None


def test_who_passed_waits_for_nothing(enrolment, quiz):
    now = datetime(2026, 11, 30, 15, 40, tzinfo=UTC)
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=now)
    answer_all(attempt)
    submit(attempt, now=now)
    for _number in range(2):
        fail(enrolment, quiz, now)
    with pytest.raises(NoAttemptsLeft) as refusal:
        fail(enrolment, quiz, now + timedelta(days=9))
    assert refusal.value.standing.opens_at is None


@pytest.mark.parametrize("facts", [{"attempts_maximum": 2}, {"wait_hours": 0}])
def test_database_refuses_rules_of_attempts_that_make_no_sense(quiz, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizPage.objects.update(**facts)


def test_author_is_told_of_a_maximum_below_those_at_once(quiz):
    quiz.attempts_maximum = 2
    with pytest.raises(
        ValidationError,
        match="El máximo no puede ser menor que los 3 intentos que se dan de una vez",
    ):
        quiz.full_clean()


def test_retry_asks_unseen_questions_first(enrolment, quiz):
    first = start(enrolment, quiz)
    submit(first)
    second = start(enrolment, quiz)
    seen = {entry["question"] for entry in first.paper}
    assert (
        len({entry["question"] for entry in second.paper} - seen) == 2
    )  # six in the bank, four asked


def test_same_random_source_makes_the_same_paper(enrolment, quiz):
    with transaction.atomic():
        one = start(enrolment, quiz, random=Random(3)).paper
        transaction.set_rollback(True)
    assert start(enrolment, quiz, random=Random(3)).paper == one


def test_retired_and_draft_questions_are_not_drawn(enrolment, quiz, bank, ada):
    retired, draft = Question.objects.order_by("id")[:2]
    for question, state in ((retired, "retired"), (draft, "draft")):
        set_question_state(
            question=question,
            state=state,
            opened=question.state,
            author_key=ada.learner_key,
            now=timezone.now(),
        )
    drawn = {entry["question"] for entry in start(enrolment, quiz).paper}
    assert not drawn & {retired.pk, draft.pk}


def test_bank_that_is_too_small_is_told(enrolment, quiz):
    Question.objects.update(state="retired")
    with pytest.raises(NotEnoughQuestions):
        start(enrolment, quiz)
    assert not Attempt.objects.exists()


def test_draws_by_topic_and_bank_do_not_repeat(publish_quiz, bank, lina, course):
    make_bank(count=3, topic="plazos")
    page = publish_quiz([(bank, 6), (bank, 3, "plazos")], slug="mixto")
    head = CourseHead.objects.get(pk=course.pk)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    questions = [entry["question"] for entry in start(enrolment, page).paper]
    assert len(set(questions)) == 9
    assert Question.objects.filter(pk__in=questions, topic="plazos").count() == 3


def test_plain_quiz_keeps_the_order_of_the_author(publish_quiz, bank, lina, course):
    page = publish_quiz([(bank, 6)], slug="fijo", is_shuffled=False)
    enrolment = enrol_learner(
        user=lina, course=CourseHead.objects.get(pk=course.pk), received_at=timezone.now()
    )
    for entry in start(enrolment, page).paper:
        assert entry["layout"]["order"] == sorted(entry["layout"]["order"])


def test_activity_that_is_no_quiz_cannot_be_attempted(enrolment, head):
    lesson = head.latest_edition.outline["modules"][0]["activities"][0]["key"]
    for key in (lesson, uuid4()):
        with pytest.raises(NotInOutline):
            start_attempt(enrolment=enrolment, quiz_key=key, now=timezone.now())


def test_editing_a_question_leaves_an_open_attempt_as_it_was(attempt):
    entry = attempt.paper[0]
    asked = QuestionVersion.objects.get(pk=entry["version"])
    answer_all(attempt)
    add_question(asked.question.bank, single("Otra cosa"), key=asked.question.key)
    assert Question.objects.get(pk=asked.question_id).current_id != asked.pk
    done = submit(attempt)
    assert (done.score_scaled, done.passed) == (1.0, True)
    assert done.evidence[0]["stem"] == asked.stem


def test_answer_is_appended_and_the_last_one_counts(attempt):
    answer(attempt, 1, [0], sequence=1)
    answer(attempt, 1, [1], sequence=2, is_marked=True)
    assert ResponseEvent.objects.filter(attempt=attempt).count() == 2
    event = current_events(attempt)[1]
    assert (event.response["chosen"], event.is_marked) == ([1], True)


def test_answer_of_an_older_page_is_kept_but_does_not_count(attempt):
    answer(attempt, 1, [0], sequence=5)
    late = answer(attempt, 1, [1], sequence=2)
    assert not late.is_current
    assert current_events(attempt)[1].response["chosen"] == [0]
    assert answer(attempt, 2, [0], sequence=2).is_current


def test_same_answer_twice_is_stored_once(attempt):
    uuid = uuid4()
    first = answer(attempt, 1, [0], uuid=uuid)
    again = answer(attempt, 1, [0], uuid=uuid)
    assert first.event.pk == again.event.pk
    assert ResponseEvent.objects.count() == 1


def test_a_repeat_is_answered_as_the_first_time(attempt):
    """Whatever else was stored in between, also after the submission."""
    early, late = uuid4(), uuid4()
    assert answer(attempt, 1, [1], sequence=2, uuid=early).is_current
    answer(attempt, 1, [0], sequence=5)
    assert not answer(attempt, 1, [1], sequence=3, uuid=late).is_current
    answer(attempt, 1, [0], sequence=9)
    for _open_then_submitted in range(2):
        assert answer(attempt, 1, [1], sequence=2, uuid=early).is_current
        assert not answer(attempt, 1, [1], sequence=3, uuid=late).is_current
        submit(attempt)
    assert ResponseEvent.objects.count() == 4


def test_same_identifier_with_other_content_is_refused(attempt):
    uuid = uuid4()
    answer(attempt, 1, [0], uuid=uuid)
    with pytest.raises(ConflictingRepeat):
        answer(attempt, 1, [1], uuid=uuid)
    assert current_events(attempt)[1].response["chosen"] == [0]


@pytest.mark.parametrize(("slot", "chosen"), [(0, [0]), (5, [0]), (1, [9]), (1, [-1])])
def test_answer_outside_the_paper_is_refused(attempt, slot, chosen):
    with pytest.raises(ValueError, match="no such item"):
        answer(attempt, slot, chosen)
    assert not ResponseEvent.objects.exists()


def test_answer_after_submission_is_refused_but_a_repeat_is_answered(attempt):
    uuid = uuid4()
    kept = answer(attempt, 1, [0], uuid=uuid)
    submit(attempt)
    assert answer(attempt, 1, [0], uuid=uuid).event.pk == kept.event.pk
    with pytest.raises(AttemptClosed):
        answer(attempt, 1, [1])


def test_event_cannot_be_changed(attempt):
    event = answer(attempt, 1, [0]).event
    event.response["chosen"] = [1]
    with pytest.raises(TypeError):
        event.save()


def test_leaving_the_course_closes_the_open_attempt_and_a_return_starts_anew(
    attempt, enrolment, quiz, lina, head
):
    withdraw_enrolment(enrolment=enrolment, now=timezone.now())
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.ABANDONED
    with pytest.raises(AttemptClosed):
        submit(attempt)
    back = enrol_learner(user=lina, course=head, received_at=timezone.now())
    again = start(back, quiz)
    assert (again.number, again.enrolment_id) == (2, back.pk)


def test_database_refuses_a_second_open_attempt(attempt):
    twin = Attempt(
        enrolment=attempt.enrolment,
        learner=attempt.learner,
        quiz_key=attempt.quiz_key,
        edition=attempt.edition,
        number=2,
        rules=attempt.rules,
        paper=attempt.paper,
        started_at=timezone.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize("counts", [[20], [4, 4], [1, 6]])
def test_a_quiz_that_asks_for_more_than_its_banks_hold_is_saved_and_not_published(
    bank, course, counts
):
    page = QuizPage(title="Grande", live=False)
    page.draws = [
        QuizItemDraw(bank=bank, count=count, sort_order=place) for place, count in enumerate(counts)
    ]
    ModulePage.objects.get(slug="m2").add_child(instance=page)
    revision = page.save_revision()
    asked = f"El cuestionario pide {sum(counts)} preguntas al azar y sus bancos tienen 6"
    with pytest.raises(CannotPublish, match=asked):
        revision.publish()
    assert not QuizPage.objects.get(pk=page.pk).live


def test_a_quiz_with_a_question_without_a_right_choice_is_not_published(bank, course):
    page = add_quiz(ModulePage.objects.get(slug="m2"), [(bank, 3)], slug="sin-clave")
    version = QuestionVersion.objects.order_by("pk").first()
    wrong = content_with(
        replace(choice, is_correct=False) for choice in choices_in(version.content)
    )
    QuestionVersion.objects.filter(pk=version.pk).update(content=wrong)
    with pytest.raises(CannotPublish, match="falta marcar la respuesta correcta"):
        page.save_revision().publish()
