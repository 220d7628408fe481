"""Folds differences into tallies, recounts the active, rebuilds everything from the records, and
notes exports.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from audit.services import record_act
from certificates.models import Certificate, CertifiedCompletion
from learning.models import ActivityProgress, Enrolment
from reporting.models import ANY_COURSE, ActivityCount, Difference, Tally
from territory.models import District

ACTIVE_DAYS = 30
COUNT_EVERY = timedelta(minutes=15)
MEASURES = ("assigned", "completed", "certified")
# Course, institution (0 for none) and district: what tells one tally from another.
Place = tuple[int, int, str]
Totals = dict[Place, dict[str, int]]


def fold_differences(batch: int = 1000) -> int:
    """Add every pending difference to its tally and remove it, `batch` rows in each transaction;
    return how many.

    Rows that another process holds are skipped and stay for the next run: no order is assumed among
    late commits.
    """
    total = count = _fold_batch(batch)
    while count == batch:
        count = _fold_batch(batch)
        total += count
    return total


def _fold_batch(batch: int) -> int:
    with transaction.atomic():
        rows = Difference.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        differences = list(rows.order_by("pk")[:batch])
        if not differences:
            return 0
        sums: Totals = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
        for row in differences:
            for name in MEASURES:
                sums[row.course_id, row.organisation_id, row.district_code][name] += getattr(
                    row, name
                )
        tallies = _locked_tallies(sums)
        for tally in tallies:
            for name, change in sums[place_of(tally)].items():
                setattr(tally, name, getattr(tally, name) + change)
        Tally.objects.bulk_update(tallies, MEASURES, batch_size=200)
        Difference.objects.filter(pk__in=[row.pk for row in differences]).delete()
    return len(differences)


def place_of(tally: Tally) -> Place:
    """Return what tells a tally from the others."""
    return tally.course_id, tally.organisation_id, tally.district_code


def _locked_tallies(places: Collection[Place]) -> list[Tally]:
    """Make the tallies that are missing, and return those of `places`, locked in one order so that
    nobody waits in a circle.
    """
    Tally.objects.bulk_create(_new_tallies(sorted(places)), ignore_conflicts=True, batch_size=500)
    near = Tally.objects.filter(
        course_id__in={course for course, _organisation, _district in places},
        organisation_id__in={organisation for _course, organisation, _district in places},
    )
    return [tally for tally in near.select_for_update().order_by("pk") if place_of(tally) in places]


def _new_tallies(places: Collection[Place]) -> list[Tally]:
    """Build tallies of nobody, with area and province."""
    districts = District.objects.filter(pk__in={place[2] for place in places}).values_list(
        "pk", "area_id", "province_id"
    )
    above = {code: (area, province) for code, area, province in districts}
    return [
        Tally(
            course_id=course,
            organisation_id=organisation,
            district_code=district,
            area_code=above.get(district, ("", ""))[0],
            province_code=above.get(district, ("", ""))[1],
        )
        for course, organisation, district in places
    ]


def refresh_active(*, now: datetime) -> bool:
    """Recount the active unless that was done within the last 15 minutes; return whether it was
    done.
    """
    last = ActivityCount.objects.values_list("counted_at", flat=True).first()
    if last and now - last < COUNT_EVERY:
        return False
    count_active(now=now)
    return True


def count_active(*, now: datetime) -> int:
    """Recount the active of every tally from one statement over the enrolments; return how many
    tallies changed.
    """
    # Read before the transaction: counting a million rows must not keep learners from writing.
    active = active_by_place(timezone.localdate(now))
    with transaction.atomic():
        ActivityCount.objects.update_or_create(pk=1, defaults={"counted_at": now})
        places = set(Tally.objects.values_list("course_id", "organisation_id", "district_code"))
        Tally.objects.bulk_create(
            _new_tallies(sorted(active.keys() - places)), ignore_conflicts=True, batch_size=500
        )
        tallies = [
            tally
            for tally in Tally.objects.select_for_update().order_by("pk")
            if tally.active != active.get(place_of(tally), 0)
        ]
        for tally in tallies:
            tally.active = active.get(place_of(tally), 0)
        Tally.objects.bulk_update(tallies, ["active"], batch_size=200)
    return len(tallies)


def active_by_place(today: date) -> dict[Place, int]:
    """Count, by course and place, the enrolments with a result in the last 30 days, today included.

    Being enrolled is no result.
    """
    rows = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).filter(
        last_act_on__gt=today - timedelta(days=ACTIVE_DAYS)
    )
    # The day of the last act is that of enrolling until there is a result, and every result leaves
    # its progress.
    with_result = rows.filter(Exists(ActivityProgress.objects.filter(enrolment=OuterRef("pk"))))
    counts = with_result.values_list("course_id", "organisation_id", "district_code").annotate(
        count=Count("pk")
    )
    return {
        (course, organisation or 0, district): count
        for course, organisation, district, count in counts
    }


def recount() -> Totals:
    """Count assigned, completed and certified from the records alone; places with nobody are left
    out.
    """
    rows = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN).values_list(
        "course_id", "organisation_id", "district_code"
    )
    tallies = rows.annotate(
        assigned=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False))
    )
    result: Totals = {
        (course, organisation or 0, district): {
            "assigned": assigned,
            "completed": completed,
            "certified": 0,
        }
        for course, organisation, district, assigned, completed in tallies
    }
    # A completion that made way for another of the same person counts no more.
    made_way = {"enrolment__state": Enrolment.State.WITHDRAWN}
    valid = Certificate.objects.filter(
        enrolment__isnull=False, state__in=[Certificate.State.WAITING, Certificate.State.ISSUED]
    ).exclude(**made_way)
    places = valid.values_list(
        "enrolment__course_id", "enrolment__organisation_id", "enrolment__district_code"
    )
    of_erased_people = CertifiedCompletion.objects.filter(is_valid=True).exclude(**made_way)
    of_erased = of_erased_people.values_list(
        "enrolment__course_id", "enrolment__organisation_id", "enrolment__district_code"
    )
    counts = [*places.annotate(count=Count("pk")), *of_erased.annotate(count=Count("pk"))]
    for course, organisation, district, count in counts:
        result.setdefault((course, organisation or 0, district), dict.fromkeys(MEASURES, 0))[
            "certified"
        ] += count
    return result | recount_people()


# The place of a person is that of the newest enrolment in progress, without one of the newest of
# all: the same rule as `reporting.people.standing`, written again for all of them at once.
PEOPLE = """
    SELECT organisation_id, district_code, COUNT(*), SUM(has_completed) FROM (
        SELECT organisation_id, district_code,
            ROW_NUMBER() OVER (
                PARTITION BY learner ORDER BY CASE state WHEN 'active' THEN 0 ELSE 1 END, id DESC
            ) AS place_rank,
            MAX(CASE WHEN completed_at IS NULL THEN 0 ELSE 1 END) OVER (
                PARTITION BY learner
            ) AS has_completed
        FROM learning_enrolment WHERE state <> 'withdrawn'
    ) AS ranked
    WHERE place_rank = 1 GROUP BY organisation_id, district_code
"""


def recount_people() -> Totals:
    """Count people, and those who completed any course, from the records alone."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        return {
            (ANY_COURSE, organisation or 0, district): {
                "assigned": int(people),
                "completed": int(completed),
                "certified": 0,
            }
            for organisation, district, people, completed in cursor.fetchall()
        }


def kept_figures() -> Totals:
    """Return tallies and pending differences together; places with nobody are left out."""
    totals: Totals = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    for model in (Tally, Difference):
        for row in model._default_manager.values_list(
            "course_id", "organisation_id", "district_code", *MEASURES
        ).iterator(chunk_size=5000):
            for name, value in zip(MEASURES, row[3:], strict=True):
                totals[row[0], row[1], row[2]][name] += value
    return {place: values for place, values in totals.items() if any(values.values())}


def misfiled_tallies() -> int:
    """Count the tallies whose area and province are not those of their district today."""
    districts = District.objects.values_list("pk", "area_id", "province_id")
    above = {code: (area, province) for code, area, province in districts}
    rows = Tally.objects.values_list("district_code", "area_code", "province_code")
    return sum(
        above.get(code, ("", "")) != (area, province)
        for code, area, province in rows.iterator(chunk_size=5000)
    )


@contextmanager
def one_moment(*, only_reads: bool = False) -> Iterator[None]:
    """Open a transaction in which every statement sees the records of one moment, while people go
    on writing.

    On SQLite they can only while it `only_reads`: every other transaction of ours takes the lock of
    writers when it begins.
    """
    connection.ensure_connection()  # which sets the mode
    mode = getattr(connection, "transaction_mode", None)
    try:
        if connection.vendor == "sqlite" and only_reads:
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined] # of SQLite alone
        with transaction.atomic():
            # SQLite's transactions do so by themselves; a transaction that began before cannot be
            # changed any more.
            if connection.vendor == "postgresql" and len(connection.atomic_blocks) == 1:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def rebuild_tallies(*, now: datetime) -> int:
    """Drop every derived figure and count it again from the records; return for how many places
    that changed anything.
    """
    with one_moment():
        before, after, strays = kept_figures(), recount(), misfiled_tallies()
        # Only the differences of this moment: one that is committed meanwhile belongs to an act not
        # counted here.
        Difference.objects.all().delete()
        Tally.objects.all().delete()
        tallies = _new_tallies(after)
        for tally in tallies:
            for name, value in after[place_of(tally)].items():
                setattr(tally, name, value)
        Tally.objects.bulk_create(tallies, batch_size=500)
        count_active(now=now)
    wrong = sum(before.get(place) != after.get(place) for place in before.keys() | after.keys())
    return wrong + strays


def record_export(
    *, reader: User, scope: str, filters: dict[str, str], rows: int, now: datetime
) -> None:
    """Note in the trail who took which figures out of the site, and how they were chosen."""
    details = {"filters": filters, "rows": rows}
    record_act(
        actor_key=reader.learner_key,
        action="figures_exported",
        object_type="figures",
        object_key=scope,
        now=now,
        details=details,
    )
