"""Records acts in the trail."""

from datetime import datetime
from uuid import UUID

from audit.models import AuditEntry


def record_act(
    *,
    actor_key: UUID | None,
    action: str,
    object_type: str,
    object_key: str,
    now: datetime,
    details: dict | None = None,
) -> AuditEntry:
    """Insert one act into the trail, inside the caller's transaction.

    `details` holds plain values without personal data; `object_key` is an opaque identifier, never
    a document number.
    """
    return AuditEntry.objects.create(
        actor_key=actor_key,
        action=action,
        object_type=object_type,
        object_key=object_key,
        details=details or {},
        at=now,
    )
