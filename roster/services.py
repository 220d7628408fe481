"""Records in the trail who was sought and listed."""

from datetime import datetime

from accounts.models import Organisation, User
from audit.services import record_act
from roster.queries import Found, Sought


def record_search(*, by: User, sought: Sought, found: Found, now: datetime) -> None:
    """Note a search: how somebody was sought and how many were found, never what was typed.

    A list is about nobody in particular; one person alone is named by their key.
    """
    alone = found.people[0] if len(found.people) == 1 else None
    record_act(
        actor_key=by.learner_key,
        action="people_sought",
        object_type="person",
        object_key=str(alone.learner_key) if alone else "",
        now=now,
        details={"by": sought.by, "count": len(found.people)},
    )


def record_list(*, by: User, count: int, now: datetime, name: str = "") -> None:
    """Note that a list of people was opened, and which, where there are several."""
    record_act(
        actor_key=by.learner_key,
        action="people_listed",
        object_type="person",
        object_key="",
        now=now,
        details={"count": count, **({"list": name} if name else {})},
    )


def record_training_file(
    *, by: User, organisation: Organisation, year: int, kind: str, count: int, now: datetime
) -> None:
    """Note that a file of what people completed at an institution was taken."""
    record_act(
        actor_key=by.learner_key,
        action="training_exported",
        object_type="organisation",
        object_key=str(organisation.uuid),
        now=now,
        details={"year": year, "kind": kind, "count": count},
    )
