"""Says which questions each draw of a quiz may take today: the one rule that serves learners and answers authors."""

from typing import Any

from quizzes.models.bank import Question

Draws = list[dict[str, Any]]


def pools_of(draws: Draws) -> tuple[list[list[int]], dict[int, int]]:
    """Return the active questions each draw may take, and the approved version of every one. One statement."""
    wanted = {draw["bank"] for draw in draws}
    rows = Question.objects.filter(bank__slug__in=wanted, state=Question.State.ACTIVE, approved__isnull=False)
    found = list(rows.order_by("id").values_list("id", "approved_id", "bank__slug", "topic"))
    pools = [[key for key, version, bank, topic in found if bank == draw["bank"] and draw["topic"] in {"", topic}] for draw in draws]
    return pools, {key: version for key, version, bank, topic in found}
