"""Officials find their institution as they write it, first in the list, over the whole official
register.
"""

import pytest

from accounts.institution_search import Institution, ranked
from accounts.organisation_register import official_organisations
from territory.models import Area, District, Province

pytestmark = pytest.mark.django_db


@pytest.fixture
def institutions():
    """Every institution that follows from the official codes."""
    places = {row.code: row for row in District.objects.select_related("province", "area")}
    official = official_organisations(
        Area.objects.all(), Province.objects.all(), list(places.values())
    )
    made = []
    for number, row in enumerate(official):
        place = places[row.district_id]
        made.append(
            Institution.of(number, row.name, place.name, place.province.name, place.area.name)
        )
    assert len(made) > 2000
    return made


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ugel puno", "UGEL Puno"),
        ("Lima", "Municipalidad Metropolitana de Lima"),
        ("puno", "Municipalidad Provincial de Puno"),
        ("nahuimpuquio", "Municipalidad Distrital de Ñahuimpuquio"),
        ("ÑAHUIMPUQUIO", "Municipalidad Distrital de Ñahuimpuquio"),
        ("MD Corrales", "Municipalidad Distrital de Corrales"),
        ("mp tumbes", "Municipalidad Provincial de Tumbes"),
        ("muni acora", "Municipalidad Distrital de Acora"),
        ("gore tumbes", "Gobierno Regional de Tumbes"),
        ("minsa", "Ministerio de Salud"),
        ("municipalidad distrital de aguas verdes", "Municipalidad Distrital de Aguas Verdes"),
        ("Municipalidad de Acora.", "Municipalidad Distrital de Acora"),
        ("MUNICIPALIDAD DISTRITAL DE ACORA - PUNO", "Municipalidad Distrital de Acora"),
        ("UGEL-Puno", "UGEL Puno"),
        ("yunguyo (puno)", "Municipalidad Provincial de Yunguyo"),
        ("\u200bacora\u202c", "Municipalidad Distrital de Acora"),
        ("ａｃｏｒａ", "Municipalidad Distrital de Acora"),
        ("anco huallo", "Municipalidad Distrital de Anco-Huallo"),
    ],
)
def test_the_likely_one_stands_first(institutions, typed, first):
    assert ranked(institutions, typed)[0].name == first


def test_every_institution_is_first_for_its_own_name_and_place(institutions):
    unlike = [
        one
        for one in institutions[:: len(institutions) // 60]
        if ranked(institutions, f"{one.name}")[0].name != one.name
    ]
    assert unlike == []


def test_words_beyond_six_and_repeated_ones_cost_nothing(institutions):
    assert ranked(institutions, "puno " * 500) == ranked(institutions, "puno")
    six = "municipalidad distrital de san juan bautista"
    found = ranked(institutions, six)
    assert found
    assert ranked(institutions, f"{six} " + "zzz " * 50) == found
    assert ranked(institutions, "municipalidad distrital zzz") == []
    assert ranked(institutions, "   ") == []
