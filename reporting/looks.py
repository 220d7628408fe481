"""Notes who looked at pages of counts, after the page was sent.

Unsealed: such a page names nobody. Files of figures stand in the sealed trail (`record_export`).
"""

import logging
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import Error

from reporting.keys import ReportKey
from reporting.models import Look

logger = logging.getLogger(__name__)


def record_look(*, reader: UUID, key: ReportKey, now: datetime) -> None:
    """Store one look in one statement.

    The page is already with its reader: what the database does not take is told in the log alone.
    """
    spot = key.spot
    filters = {name: str(value) for name, value in asdict(key.filters).items() if value}
    try:
        Look.objects.create(
            reader=reader,
            looked_at=now,
            area_code=spot.area,
            province_code=spot.province,
            filters=filters,
        )
    except Error:
        facts = {"learner": str(reader), "place": spot.province or spot.area}
        logger.warning("look not stored", exc_info=True, extra={"facts": facts})


def forget_looks(before: datetime) -> int:
    """Delete the looks before a moment; return how many."""
    return Look.objects.filter(looked_at__lt=before).delete()[0]
