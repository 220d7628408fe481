"""Changes what the site says of the institution behind it, and what it announces to everybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.services import record_act
from provider.models import Provider, SiteNotice


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


def announce(
    *, text: str, since: datetime, until: datetime, actor_key: UUID | None, now: datetime
) -> None:
    """Tell everybody of a time in which the site will not serve, in the place of what was told
    before; the same again changes nothing.
    """
    facts = {"text": text, "since": since, "until": until}
    with transaction.atomic():
        held = SiteNotice.objects.select_for_update().filter(pk=1).first()
        if held and all(getattr(held, name) == value for name, value in facts.items()):
            return
        SiteNotice.objects.update_or_create(pk=1, defaults=facts)
        _record("maintenance_announced", actor_key, now)


def withdraw_notice(*, actor_key: UUID | None, now: datetime) -> None:
    """Tell nobody any more; again it changes nothing."""
    with transaction.atomic():
        if SiteNotice.objects.filter(pk=1).delete()[0]:
            _record("maintenance_withdrawn", actor_key, now)


def _record(action: str, actor_key: UUID | None, now: datetime) -> None:
    record_act(actor_key=actor_key, action=action, object_type="site", object_key="", now=now)
