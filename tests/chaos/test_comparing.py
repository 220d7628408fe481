"""Tests that a run sees what it must see: a lost act, a strange one, changed content, a run without
cuts, and somebody else's server.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.models import CourseHead
from learning.services import complete_activity, enrol_learner
from quizzes.services import start_attempt
from tests.factories.courses import publish_course
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer, submit
from tools.chaos.in_django.comparing import compare, mark
from tools.chaos.killing import Killer
from tools.chaos.report import RunReport, Size
from tools.chaos.stores import SqliteFiles
from tools.harness.servers import Server
from tools.harness.stores import NotOurs

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(tmp_path):
    """Write lines as sent and as acknowledged, and compare them with the database."""

    def check(since, sent, acknowledged=None):
        paths = {}
        for name, lines in {
            "sent": sent,
            "acknowledged": sent if acknowledged is None else acknowledged,
        }.items():
            paths[name] = tmp_path / name
            paths[name].write_text("".join(json.dumps(line) + "\n" for line in lines))
        return compare(str(paths["sent"]), str(paths["acknowledged"]), since)

    return check


@pytest.fixture
def played(site, lina, django_capture_on_commit_callbacks):
    """Lina starts, answers, submits and reads; returns where the journals ended before, and the
    true history.
    """
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_course(site)
        quiz = add_quiz(page.get_children().get(slug="m2").specific, [(make_bank(), 4)])
    head = CourseHead.objects.get(key=page.translation_key)
    lesson = page.get_children().get(slug="m1").get_children().get(slug="l1").translation_key
    enrolment, since, now = (
        enrol_learner(user=lina, course=head, received_at=timezone.now()),
        mark(),
        timezone.now(),
    )
    key, uuids = str(lina.learner_key), [str(uuid4()) for _number in range(4)]
    attempt = start_attempt(
        enrolment=enrolment, quiz_key=quiz.translation_key, uuid=uuids[0], now=now
    )
    answer(attempt, 2, [1], sequence=7, uuid=uuids[1])
    submit(attempt, uuid=uuids[2])
    complete_activity(
        enrolment_id=enrolment.pk,
        learner=lina.learner_key,
        activity_key=lesson,
        uuid=uuids[3],
        received_at=now,
    )
    lines = [
        ["start", key, uuids[0]],
        ["answer", uuids[0], uuids[1], 2, 7, [1]],
        ["submit", key, uuids[2], uuids[0]],
        ["read", key, uuids[3], str(lesson)],
    ]
    return since, lines


def test_a_true_ledger_agrees(played, history):
    found = history(*played)
    assert (found["lost"], found["strange"], found["stored"], found["acknowledged"]) == (0, 0, 4, 4)


def test_what_was_stored_and_not_acknowledged_is_told_and_is_no_fault(played, history):
    since, lines = played
    found = history(since, lines, lines[:3])
    assert (found["lost"], found["strange"], found["unacknowledged"]) == (0, 0, 1)


@pytest.mark.parametrize("kind", ["start", "answer", "submit", "read"])
def test_an_acknowledged_act_that_is_not_stored_is_lost(played, history, kind):
    since, lines = played
    missing = next([kind, line[1], str(uuid4()), *line[3:]] for line in lines if line[0] == kind)
    assert history(since, [*lines, missing])["lost"] == 1


@pytest.mark.parametrize("place", range(4))
def test_what_is_stored_and_was_never_sent_is_strange(played, history, place):
    since, lines = played
    found = history(since, lines[:place] + lines[place + 1 :])
    assert found["strange"] == 1
    assert found["examples"]


@pytest.mark.parametrize(
    "changed",
    [
        ["answer", None, None, 2, 7, [0]],
        ["answer", None, None, 3, 7, [1]],
        ["answer", None, None, 2, 8, [1]],
    ],
)
def test_other_content_is_lost_and_strange(played, history, changed):
    since, lines = played
    lines[1] = [kept if new is None else new for new, kept in zip(changed, lines[1], strict=True)]
    found = history(since, lines)
    assert (found["lost"], found["strange"]) == (1, 1)


def test_a_run_without_a_cut_response_misses_its_bar(tmp_path):
    inside = SimpleNamespace(ask=lambda task: {})
    site = SimpleNamespace(
        store=SimpleNamespace(folder=tmp_path, name="SQLite"), database="one", inside=inside
    )
    for cut, is_reached in ((0, False), (1, True)):
        report = RunReport("REL-01", site, print)
        report.history.close()
        report.cuts(SimpleNamespace(counts={"cut": cut}), SimpleNamespace(told=lambda: "20 kills"))
        assert [row.reached for row in report.rows] == [is_reached]


def test_sizes_go_from_the_least_to_the_long_form():
    assert [Size(share).of(1000, 20) for share in (0, 0.1, 1, 3)] == [20, 100, 1000, 1000]


def test_a_process_that_serves_another_database_is_not_killed():
    server = Server("config", SqliteFiles(), "one")
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    server.process = stranger
    try:
        with pytest.raises(NotOurs):
            Killer(server).kill_group()
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_a_database_outside_the_own_folder_is_refused(monkeypatch):
    store = SqliteFiles()
    store.folder = store.folder.parent.parent
    with pytest.raises(NotOurs):
        store.environment("puriq")


def test_a_copied_database_is_for_its_own_user_alone():
    store = SqliteFiles()
    store.make()
    mask = os.umask(0o022)
    try:
        with closing(sqlite3.connect(store.folder / "one.sqlite3")) as origin:
            origin.execute("CREATE TABLE kept (place integer)")
        store.copy("one", "two")
        assert (store.folder / "two.sqlite3").stat().st_mode & 0o077 == 0, (
            "the site would not start over it"
        )
    finally:
        os.umask(mask)
        store.remove()
