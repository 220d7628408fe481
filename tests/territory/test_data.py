"""Checks the official codes and names themselves, without a database."""

import csv
import unicodedata
from collections import Counter

import pytest

from territory.services import DATA_FOLDER


def rows(name):
    with (DATA_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


AREAS, PROVINCES, DISTRICTS = rows("areas.csv"), rows("provinces.csv"), rows("districts.csv")
DISTRICT_NAMES = {row["inei_code"]: row["name"] for row in DISTRICTS}


def test_counts_are_those_of_the_country():
    assert (len(AREAS), len(PROVINCES), len(DISTRICTS)) == (26, 196, 1891)


def test_codes_are_unique_digits_of_the_right_length():
    assert {len(row["code"]) for row in AREAS} == {2, 4}
    for table, column, length in ((PROVINCES, "inei_code", 4), (DISTRICTS, "inei_code", 6)):
        codes = [row[column] for row in table]
        assert len(set(codes)) == len(codes)
        assert all(len(code) == length and code.isascii() and code.isdigit() for code in codes)


def test_no_province_or_district_is_an_orphan():
    areas, provinces = {row["code"] for row in AREAS}, {row["inei_code"] for row in PROVINCES}
    assert {row["area_code"] for row in PROVINCES} == areas
    assert {row["province_code"] for row in DISTRICTS} == provinces
    assert all(row["inei_code"].startswith(row["province_code"]) for row in DISTRICTS)


def test_lima_is_split_into_the_province_and_the_rest():
    area_of = {row["inei_code"]: row["area_code"] for row in PROVINCES}
    assert area_of.pop("1501") == "1501"
    assert all(area == code[:2] for code, area in area_of.items())
    assert Counter(area_of.values())["15"] == 9


def test_the_doubles_of_tayacaja_are_gone():
    assert DISTRICT_NAMES.keys().isdisjoint({"090708", "090712"})
    assert (DISTRICT_NAMES["090709"], DISTRICT_NAMES["090714"]) == ("Huaribamba", "Salcabamba")


def test_inei_and_reniec_disagree_for_eighteen_departments():
    departments = [row for row in AREAS if row["code"] != "1501"]
    differing = {row["code"] for row in departments if row["code"] != row["reniec_code"]}
    assert len(departments) == 25
    assert differing == {f"{number:02}" for number in range(7, 25)}


def test_reniec_codes_are_unique_and_stay_within_their_province():
    province_of = {row["inei_code"]: row["reniec_code"] for row in PROVINCES}
    assert len(set(province_of.values())) == 196
    known = [row for row in DISTRICTS if row["reniec_code"]]
    assert len({row["reniec_code"] for row in known}) == len(known) == 1888
    assert all(row["reniec_code"].startswith(province_of[row["province_code"]]) for row in known)


@pytest.mark.parametrize(
    ("inei", "reniec", "name"),
    [
        ("150101", "140101", "Lima"),
        ("070101", "240101", "Callao"),
        ("080101", "070101", "Cusco"),
        ("160801", "150901", "Putumayo"),
        ("211105", "200905", "San Miguel"),
        ("220205", "210703", "San Pablo"),
        ("240201", "230201", "Zorritos"),
        ("250306", "250207", "Huipoca"),
        ("221006", "", "Santa Lucía"),
    ],
)
def test_known_districts_carry_both_codes(inei, reniec, name):
    row = next(row for row in DISTRICTS if row["inei_code"] == inei)
    assert (row["reniec_code"], row["name"]) == (reniec, name)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("02", "Áncash"),
        ("03", "Apurímac"),
        ("10", "Huánuco"),
        ("12", "Junín"),
        ("22", "San Martín"),
        ("08", "Cusco"),
    ],
)
def test_areas_have_their_accents(code, name):
    assert {row["code"]: row["name"] for row in AREAS}[code] == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("050621", "Santa Lucía"),
        ("040109", "Mariano Melgar"),
        ("060506", "Santa Cruz de Toledo"),
        ("130111", "Víctor Larco Herrera"),
        ("140312", "Túcume"),
        ("150105", "Breña"),
        ("150120", "Magdalena del Mar"),
        ("150135", "San Martín de Porres"),
        ("150142", "Villa El Salvador"),
        ("150508", "Lunahuaná"),
        ("230110", "Coronel Gregorio Albarracín Lanchipa"),
    ],
)
def test_districts_have_their_accents(code, name):
    assert DISTRICT_NAMES[code] == name


def test_names_are_composed_and_never_in_capitals():
    for table in (AREAS, PROVINCES, DISTRICTS):
        for row in table:
            assert row["name"] == unicodedata.normalize("NFC", row["name"]).strip()
            assert not row["name"].isupper()
            assert " De " not in row["name"]
            assert " Del " not in row["name"]


def test_each_area_has_its_own_tile_and_slug():
    assert len({(row["tile_row"], row["tile_column"]) for row in AREAS}) == 26
    assert len({row["slug"] for row in AREAS}) == 26
    assert all(int(row["tile_row"]) >= 1 <= int(row["tile_column"]) for row in AREAS)
