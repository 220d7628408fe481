"""Keeps tallies, figures that can be dropped and rebuilt, and who looked at them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# What stands for the course where people are counted instead of enrolments.
ANY_COURSE = 0


class Tally(models.Model):
    """Counts of one course in one institution and place; without an institution, `organisation_id`
    is 0.

    `course_id` 0 counts people instead of enrolments (reporting/people.py): how many, and how many
    completed any course.
    """

    personal_data = False

    course_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(default=0)
    district_code = models.CharField(max_length=6, blank=True)
    area_code = models.CharField(max_length=4, blank=True)
    province_code = models.CharField(max_length=4, blank=True)
    assigned = models.IntegerField(default=0)
    active = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    certified = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("cuenta")
        constraints = [
            models.UniqueConstraint(
                fields=["course_id", "organisation_id", "district_code"],
                name="one_tally_per_course_and_place",
            )
        ]
        indexes = [models.Index(fields=["course_id", "area_code"], name="tallies_by_area")]

    def __str__(self):
        return f"{self.course_id}/{self.organisation_id}"


class Difference(models.Model):
    """One change of the counts, written in the transaction that caused it and folded into a tally
    afterwards.
    """

    personal_data = False

    course_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField(default=0)
    district_code = models.CharField(max_length=6, blank=True)
    assigned = models.SmallIntegerField(default=0)
    completed = models.SmallIntegerField(default=0)
    certified = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("diferencia")

    def __str__(self):
        return f"{self.course_id}/{self.organisation_id}"


class Look(models.Model):
    """One look at a page of counts: whose, when, at which place, through which filters.

    No code of an area is the whole scope of the reader.
    """

    personal_data = True

    reader = models.UUIDField(help_text="Opaque identifier of who looked")
    looked_at = models.DateTimeField()
    area_code = models.CharField(max_length=4, blank=True)
    province_code = models.CharField(max_length=4, blank=True)
    filters = models.JSONField(default=dict, help_text="Filters that were used, by their name")

    class Meta:
        verbose_name = _("consulta de cifras")

    def __str__(self):
        return f"{self.reader} {self.looked_at:%Y-%m-%d %H:%M}"


class ActivityCount(models.Model):
    """A single row: the moment at which the count of active people was last taken."""

    personal_data = False

    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("corte de personas activas")

    def __str__(self):
        return self.counted_at.isoformat()
