"""Records acts on a person in the trail, by opaque keys."""

from datetime import datetime

from accounts.models import User
from audit.services import record_act


def record_look(*, person: User, looked_by: User, action: str, now: datetime) -> None:
    """Note that somebody opened a person's record (docs/requirements.md, P17)."""
    record_act_on(person, action, now, {}, actor=looked_by)


def record_act_on(
    user: User, action: str, now: datetime, details: dict, *, actor: User | None
) -> None:
    """Note an act on a person; `actor` None is the system, `details` hold nothing personal."""
    key = actor.learner_key if actor else None
    record_act(
        actor_key=key,
        action=action,
        object_type="person",
        object_key=str(user.learner_key),
        now=now,
        details=details,
    )
