"""Deletes what has had its time, by the rules that stand on the data map.

The terms are the project's proposal; who answers for the site confirms them with counsel
(docs/operations.md).
"""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from privacy.data_map import RetentionRule, holdings


def retention_rules() -> list[RetentionRule]:
    """Return how long everything about people is kept, each rule once, in the order of the page of
    privacy.
    """
    rules = dict.fromkeys(rule for holding in holdings() for rule in holding.retention)
    return sorted(rules, key=lambda rule: rule.place)


def forget_what_is_over(now: datetime) -> dict[str, object]:
    """Carry out every rule that has a term; return what each one deleted by its name.

    Safe to run again.
    """
    return {
        rule.name: rule.forget(now - timedelta(days=rule.days))
        for rule in retention_rules()
        if rule.forget and rule.days
    }


def forget_daily(now: datetime) -> dict[str, object]:
    """Carry the rules out once a day: some look through whole tables.

    A fault, or a cache that forgets, only makes it run again.
    """
    today = f"retention:{timezone.localdate(now):%Y-%m-%d}"
    if cache.get(today):
        return {}
    forgotten = forget_what_is_over(now)
    cache.set(today, True, 60 * 60 * 24)
    return forgotten
