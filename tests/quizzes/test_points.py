"""Every question of a paper has its points: they weigh the score and stay in the evidence."""

import pytest

from quizzes.invariants import check
from quizzes.models import Attempt
from tests.factories.quizzes import answer_all, submit

pytestmark = pytest.mark.django_db


def weigh(attempt, *points):
    """Give the items of a stored paper other points; None: as papers were before they had any."""
    paper = [
        {name: value for name, value in entry.items() if name != "points"}
        | ({} if weight is None else {"points": weight})
        for entry, weight in zip(attempt.paper, points, strict=True)
    ]
    Attempt.objects.filter(pk=attempt.pk).update(paper=paper)


def scores_of(attempt):
    return attempt.score_raw, attempt.score_maximum, attempt.score_scaled, attempt.passed


def broken():
    return [finding.name for finding in check() if finding.violations]


def test_a_new_paper_gives_one_point_to_each_question(attempt):
    assert [entry["points"] for entry in attempt.paper] == [1, 1, 1, 1]
    answer_all(attempt, right=3)
    done = submit(attempt)
    assert scores_of(done) == (3.0, 4.0, 0.75, True)
    assert [row["points"] for row in done.evidence] == [1, 1, 1, 1]
    assert broken() == []


def test_points_weigh_the_score(attempt):
    weigh(attempt, 5, 0.5, 1, 1)
    answer_all(attempt, right=1)
    done = submit(attempt)
    assert scores_of(done) == (5.0, 7.5, float(5 / 7.5), False)
    assert [row["points"] for row in done.evidence] == [5, 0.5, 1, 1]
    assert [row["earned"] for row in done.evidence] == [1.0, 0.0, 0.0, 0.0]
    assert broken() == []


def test_a_paper_from_before_points_counts_one_for_each(attempt):
    weigh(attempt, None, None, None, None)
    answer_all(attempt, right=3)
    assert scores_of(submit(attempt)) == (3.0, 4.0, 0.75, True)
    assert broken() == []
