"""Checks which district a ubigeo names and what the person reads when it names none."""

import csv

import pytest

from territory.models import District
from territory.services import DATA_FOLDER, import_territories
from territory.ubigeo import (
    CodeSystem,
    MalformedUbigeo,
    MismatchedUbigeo,
    UbigeoError,
    UndeclaredCodeSystem,
    UnknownUbigeo,
    declared_system,
    directory,
    is_same_name,
    nearest_code,
    resolve_district,
)

with (DATA_FOLDER / "districts.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
BY_INEI = {row["inei_code"]: District(code=row["inei_code"], name=row["name"]) for row in ROWS}
BY_RENIEC = {row["reniec_code"]: BY_INEI[row["inei_code"]] for row in ROWS if row["reniec_code"]}
NAMES = {code: district.name for code, district in BY_INEI.items()}


def resolve(code, system=CodeSystem.INEI, name=None):
    return resolve_district(
        code=code,
        system=system,
        name=name,
        among=BY_RENIEC if system == CodeSystem.RENIEC else BY_INEI,
    )


@pytest.mark.parametrize(
    ("code", "system", "expected"),
    [
        ("070101", CodeSystem.INEI, "070101"),
        ("070101", CodeSystem.RENIEC, "080101"),
        ("150101", CodeSystem.INEI, "150101"),
        ("150101", CodeSystem.RENIEC, "160101"),
        (" 240201 ", CodeSystem.INEI, "240201"),
    ],
)
def test_a_code_names_a_district_in_its_own_system(code, system, expected):
    assert resolve(code, system).code == expected


@pytest.mark.parametrize("name", ["Breña", "BRENA", "  breña", "Bren\u0303a", ""])
def test_the_name_may_lack_accents_and_capitals(name):
    assert resolve("150105", name=name).code == "150105"


def test_an_unknown_code_suggests_the_nearest():
    with pytest.raises(UnknownUbigeo) as caught:
        resolve("150199")
    assert caught.value.suggestion == "150119"
    assert caught.value.message(row=14) == (
        'Fila 14: el ubigeo "150199" no existe en la lista INEI 2025. ¿Quisiste decir 150119?'
    )
    assert (
        str(caught.value)
        == 'El ubigeo "150199" no existe en la lista INEI 2025. ¿Quisiste decir 150119?'
    )


def test_an_unknown_code_far_from_all_suggests_none():
    with pytest.raises(UnknownUbigeo) as caught:
        resolve("999999", CodeSystem.RENIEC)
    assert (
        str(caught.value)
        == 'El ubigeo "999999" no existe en la lista RENIEC 2025. Revisa el código.'
    )


def test_an_unknown_code_beside_a_known_name_suggests_that_place():
    with pytest.raises(UnknownUbigeo) as caught:
        resolve("249999", name="zorritos")
    assert caught.value.suggestion == "240201"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("150199", "150119"), ("510101", "150101"), ("240240", None), ("240208", "240203")],
)
def test_the_nearest_code_is_one_slip_away(typed, expected):
    assert nearest_code(typed, NAMES) == expected


def test_among_namesakes_the_nearest_is_meant():
    assert NAMES[nearest_code("021599", NAMES, "Santa Rosa")] == "Santa Rosa"
    assert nearest_code("021519", NAMES, "Santa Rosa") == "021510"


def test_a_lost_leading_zero_is_told_and_never_padded():
    with pytest.raises(MalformedUbigeo) as caught:
        resolve("10101")
    assert caught.value.message(row=3) == (
        'Fila 3: el ubigeo "10101" tiene 5 números. Si empieza con 0, Excel pudo borrarlo. Pon '
        "la columna como Texto."
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "Falta el ubigeo. Escribe sus 6 números."),
        ("Tumbes", 'El ubigeo tiene 6 números. Escribiste "Tumbes".'),
        ("1501011", 'El ubigeo tiene 6 números. Escribiste "1501011".'),
        (
            "\u0661\u0665\u0660\u0661\u0660\u0661",
            'El ubigeo tiene 6 números. Escribiste "\u0661\u0665\u0660\u0661\u0660\u0661".',
        ),
        ("x" * 500, f'El ubigeo tiene 6 números. Escribiste "{"x" * 20}".'),
    ],
)
def test_what_is_not_six_digits_is_told(code, expected):
    with pytest.raises(MalformedUbigeo) as caught:
        resolve(code)
    assert str(caught.value) == expected


def test_a_code_that_names_another_place_asks_for_the_system():
    with pytest.raises(MismatchedUbigeo) as caught:
        resolve("070101", name="Cusco")
    assert caught.value.message(row=5) == (
        "Indica si los ubigeos son de INEI o de RENIEC. En la fila 5 el código y el nombre no "
        "corresponden al mismo lugar."
    )
    assert str(caught.value) == (
        'Indica si los ubigeos son de INEI o de RENIEC. El código "070101" y el nombre "Cusco" '
        "no corresponden al mismo lugar."
    )


@pytest.mark.parametrize("system", [None, "", "SUNAT"])
def test_without_a_declared_system_no_code_is_read(system):
    with pytest.raises(UndeclaredCodeSystem) as caught:
        resolve("150101", system)
    assert caught.value.message(row=1) == "Indica si los ubigeos son de INEI o de RENIEC."
    assert isinstance(caught.value, UbigeoError)


def test_a_system_is_read_as_people_write_it():
    assert declared_system(" inei ") is CodeSystem.INEI
    assert declared_system("Reniec") is CodeSystem.RENIEC


def test_names_are_compared_without_accents_capitals_or_punctuation():
    assert is_same_name("Anco-Huallo", "ANCO HUALLO")
    assert is_same_name("Áncash", "ancash")
    assert not is_same_name("Puno", "Pueblo Nuevo")


@pytest.mark.django_db
def test_the_directory_holds_districts_in_force_with_their_area(django_assert_num_queries):
    import_territories()
    District.objects.filter(code="150101").update(valid_to="2026-01-01")
    with django_assert_num_queries(1):
        districts = directory(CodeSystem.INEI)
        assert districts["240201"].area.name == "Tumbes"
        assert districts["240201"].province.name == "Contralmirante Villar"
    assert "150101" not in districts
    assert len(directory(CodeSystem.RENIEC)) == 1887


@pytest.mark.django_db
def test_without_a_directory_the_database_is_read(django_assert_num_queries):
    import_territories()
    with django_assert_num_queries(1):
        assert (
            resolve_district(code="070101", system=CodeSystem.RENIEC, name="Cusco").code == "080101"
        )
