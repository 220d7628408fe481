"""Makes the copy of their own data that a person takes away: for machines and for reading, in one
file.
"""

import json
import re
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import User
from accounts.queries import accounts_of
from audit.services import record_act
from privacy.data_map import holdings

FORMAT = "puriq-personal-data/1"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def copy_of(user: User, *, now: datetime) -> dict[str, Any]:
    """Return everything on the data map about one person, and nothing of anybody else, as plain
    values; of who had two accounts, both.
    """
    accounts = accounts_of(user)
    parts = {
        holding.name: {
            "title": holding.title,
            "labels": holding.labels,
            "after_erasure": holding.after_erasure,
            "rows": [row for account in accounts for row in holding.rows(account)],
        }
        for holding in holdings()
    }
    return json.loads(
        json.dumps({"format": FORMAT, "made_at": now, "holdings": parts}, cls=DjangoJSONEncoder)
    )


def take_copy(*, user: User, now: datetime) -> bytes:
    """Return the copy as a zip of `datos.json` and `datos.html`, and note in the trail that it was
    taken.
    """
    with transaction.atomic():
        copy = copy_of(user, now=now)
        record_act(
            actor_key=user.learner_key,
            action="own_data_taken",
            object_type="person",
            object_key=str(user.learner_key),
            now=now,
        )
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("datos.json", json.dumps(copy, ensure_ascii=False, indent=1))
        archive.writestr(
            "datos.html",
            render_to_string("privacy/data_copy.html", {"parts": readable(copy), "made_at": now}),
        )
    return buffer.getvalue()


def readable(copy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts with their facts as (label, text); what is empty is left out, and what has
    no label is for programs.
    """
    return [
        {
            "title": part["title"],
            "rows": [
                [
                    (label, in_words(row[key]))
                    for key, label in part["labels"].items()
                    if row.get(key) not in (None, "", [], {})
                ]
                for row in part["rows"]
            ],
        }
        for part in copy["holdings"].values()
    ]


def in_words(value: Any) -> str:
    """Return a plain value as a person reads it: days and moments as Peru writes them, in Lima."""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list):
        return "; ".join(in_words(one) for one in value)
    if isinstance(value, dict):
        return " · ".join(in_words(one) for one in value.values())
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return date_format(localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
    if isinstance(value, str) and DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return str(value)
