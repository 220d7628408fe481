"""Says which questions each draw of a quiz may take today: the one rule that serves learners and
answers authors.
"""

from collections.abc import Collection
from typing import Any

from questions.models.bank import Question

Draws = list[dict[str, Any]]


def pools_of(draws: Draws) -> tuple[list[list[int]], dict[int, int]]:
    """Return the active questions each draw may take, and the approved version of every one.

    One statement.
    """
    banks = {draw["bank"] for draw in draws}
    rows = Question.objects.filter(
        bank__slug__in=banks, state=Question.State.ACTIVE, approved__isnull=False
    )
    questions = list(rows.order_by("id").values_list("id", "approved_id", "bank__slug", "topic"))
    pools = [
        [
            key
            for key, version, bank, topic in questions
            if bank == draw["bank"] and draw["topic"] in {"", topic}
        ]
        for draw in draws
    ]
    return pools, {key: version for key, version, bank, topic in questions}


def topics_of(bank_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the topics that questions of each bank have, in order. One statement."""
    topics: dict[int, list[str]] = {bank_id: [] for bank_id in bank_ids}
    rows = (
        Question.objects.filter(bank__in=bank_ids)
        .exclude(topic="")
        .exclude(state=Question.State.RETIRED)
    )
    for bank_id, topic in rows.order_by("topic").values_list("bank_id", "topic").distinct():
        topics[bank_id].append(topic)
    return topics
