"""The data map: every table that holds something about a person is on it, and a copy takes all of
one person and nothing of another.
"""

import re

import pytest
from django.apps import apps
from django.utils import timezone
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from accounts.models import User
from certificates.models import Certificate
from learning.models import ActivityProgress, Enrolment, Statement
from privacy.data_copy import copy_of
from privacy.data_map import holdings, mapped_tables
from quizzes.models import Attempt, ResponseEvent

KEYS_OF_PEOPLE = re.compile(
    r"(^|_)(learner|actor|author|person|editor|decided_by|issued_by|granted_by)(_key)?$"
)


def holds_people(model) -> bool:
    """A table of ours that says so, one that names a person of ours, or one with a person's opaque
    key.
    """
    fields = [field for field in model._meta.get_fields() if field.concrete]
    return (
        bool(getattr(model, "personal_data", False))
        or any(field.is_relation and field.related_model is User for field in fields)
        or any(KEYS_OF_PEOPLE.search(field.name) for field in fields)
    )


def test_every_table_about_people_is_on_the_map():
    tables = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if holds_people(model)
    }
    assert tables - mapped_tables() == set()


def test_the_map_names_tables_that_exist():
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert mapped_tables() - known == set()


def test_every_holding_says_what_erasure_leaves():
    assert not [
        holding.name
        for holding in holdings()
        if not (str(holding.title) and str(holding.after_erasure))
    ]


def test_pages_and_files_name_people_through_fields_of_wagtail_alone():
    """The map counts them to the editor, whatever app they belong to: a field of ours that names a
    person needs a holding of its own.
    """
    ours = [
        model
        for model in apps.get_models()
        if issubclass(model, (Page, AbstractImage, AbstractDocument))
    ]
    fields = [
        field
        for model in ours
        for field in model._meta.local_fields
        if field.related_model is User or KEYS_OF_PEOPLE.search(field.name)
    ]
    inherited = {
        kind
        for kind in (Page, AbstractImage, AbstractDocument)
        for kind in kind.__mro__
        if hasattr(kind, "_meta")
    }
    names = {field.name for kind in inherited for field in kind._meta.get_fields()}
    assert not [str(field) for field in fields if field.name not in names]


def test_people_read_on_the_map_in_this_order():
    names = """
        person memberships missing_institution roles reasoned_acts erasure_requests
        recovery_codes second_factor trail editor letters notices letter_choices telephone
        short_messages editions
        enrolments progress journal questions
        attempts answers accommodations more_time reopenings certificates roster_rows requests calls
        looks help_requests incidents
    """
    assert [holding.name for holding in holdings()] == names.split()


@pytest.mark.django_db
def test_copy_takes_every_row_of_the_person(history):
    lina = history("Lina", "Atoche", "40123678").user
    history("Omar", "Condori", "41234567")
    kept = {
        name: part["rows"] for name, part in copy_of(lina, now=timezone.now())["holdings"].items()
    }
    key = lina.learner_key
    assert kept["person"][0]["document_number"] == "40123678"
    assert [row["post"] for row in kept["memberships"]] == ["Puesto de Lina", "Oficio de Lina"]
    for name, rows in {
        "memberships": lina.memberships,
        "enrolments": Enrolment.objects.filter(learner=key),
        "progress": ActivityProgress.objects.filter(enrolment__learner=key),
        "journal": Statement.objects.filter(learner=key),
        "attempts": Attempt.objects.filter(learner=key),
        "answers": ResponseEvent.objects.filter(attempt__learner=key),
        "certificates": Certificate.objects.filter(learner=key),
    }.items():
        assert len(kept[name]) == rows.count() > 0, name
    assert any(answer["chosen"] for attempt in kept["attempts"] for answer in attempt["answers"])
    assert {row["action"] for row in kept["trail"]} >= {"person_moved", "person_corrected"}
