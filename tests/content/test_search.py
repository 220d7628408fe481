"""Checks that searches forgive accents, on every database the suite runs on."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from content.models import CustomDocument, StandardPage
from norms.models import Norm
from norms.services import save_norm
from tests.factories.courses import publish

pytestmark = pytest.mark.django_db
SPELLINGS = [
    ("migracion", "Migración"),
    ("MIGRACIÓN", "Migración"),
    ("migr", "Migración"),
    ("nino", "niño"),
    ("niñ", "niño"),
]


@pytest.fixture
def rights(site):
    """A page whose title has accents and an ñ."""
    page = StandardPage(title="Migración y derechos del niño", slug="derechos")
    site.get_parent().add_child(instance=page)
    return publish(page)


@pytest.fixture
def as_operator(client, oscar):
    oscar.is_superuser = True
    oscar.save(update_fields=["is_superuser"])
    client.force_login(oscar)
    return client


@pytest.mark.parametrize(("typed", "meant"), SPELLINGS)
def test_pages_are_found_in_the_editor(as_operator, rights, typed, meant):
    body = as_operator.get(reverse("wagtailadmin_pages:search"), {"q": typed}).content.decode()
    assert rights.title in body


@pytest.mark.parametrize(
    ("typed", "meant"), [pair for pair in SPELLINGS if len(pair[0]) > 4 or pair[0] == "nino"]
)
def test_whole_words_are_found_too(rights, typed, meant):
    assert list(StandardPage.objects.search(typed)) == [rights]


@pytest.mark.parametrize(("typed", "meant"), SPELLINGS)
def test_files_are_found(as_operator, typed, meant):
    for title in (f"Guía: {meant}", "Otra cosa"):
        CustomDocument.objects.create(title=title, file=ContentFile(b"texto", name="guia.txt"))
    documents = as_operator.get(reverse("wagtaildocs:index"), {"q": typed}).context["documents"]
    assert [document.title for document in documents] == [f"Guía: {meant}"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("resolucion", "RES-1"), ("1350", "DLEG-1350"), ("ninez", "RES-1"), ("dleg-13", "DLEG-1350")],
)
def test_norms_are_found_when_one_is_chosen(as_operator, typed, code):
    for number, title in (
        ("DLEG-1350", "Decreto Legislativo de Migraciones"),
        ("RES-1", "Resolución sobre la niñez"),
    ):
        save_norm(
            Norm(
                code=number,
                type="Norma",
                number=number,
                title=title,
                issuer="Emisor",
                date_text="2020",
            )
        )
    found = as_operator.get(reverse("norm_chooser:choose_results"), {"q": typed}).context["results"]
    assert [norm.code for norm in found] == [code]
