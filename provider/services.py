"""Changes what the site says of the institution behind it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.services import record_act
from provider.models import Provider


def change_provider(
    *, values: Mapping[str, Any], actor_key: UUID | None, now: datetime
) -> Provider:
    """Write some fields of the institution behind the site, and which of them changed into the
    trail; without a change nothing is written.

    The caller has checked that the actor may. Raises ValidationError.
    """
    with transaction.atomic():
        Provider.load()
        provider = Provider.objects.select_for_update().get(pk=1)
        fields = sorted(name for name in values if getattr(provider, name) != values[name])
        for name in fields:
            setattr(provider, name, values[name])
        provider.full_clean()
        if fields:
            provider.save()
            record_act(
                actor_key=actor_key,
                action="provider_changed",
                object_type="provider",
                object_key=str(provider.pk),
                now=now,
                details={"fields": fields},
            )
    return provider
