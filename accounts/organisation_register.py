"""Derives the first list of institutions from the territory.

Operators correct it where a sector's own list differs.
"""

from collections.abc import Iterable, Iterator, Mapping

from accounts.models import Organisation
from territory.models import Area, District, Province

Kind = Organisation.Kind
CAPITAL = "150101"
METROPOLITAN_LIMA = "1501"
# The regional government of Lima sits in Huacho: its area's own first province would be Barranca.
REGIONAL_SEATS = {"15": "150801"}
# Names whose official form takes the article.
WITH_ARTICLE = {"Callao": "del Callao", "Santa": "del Santa"}
MINISTRIES = (
    "Presidencia del Consejo de Ministros",
    "Ministerio de Comercio Exterior y Turismo",
    "Ministerio de Cultura",
    "Ministerio de Defensa",
    "Ministerio de Desarrollo Agrario y Riego",
    "Ministerio de Desarrollo e Inclusión Social",
    "Ministerio de Economía y Finanzas",
    "Ministerio de Educación",
    "Ministerio de Energía y Minas",
    "Ministerio de Justicia y Derechos Humanos",
    "Ministerio de la Mujer y Poblaciones Vulnerables",
    "Ministerio de la Producción",
    "Ministerio de Relaciones Exteriores",
    "Ministerio de Salud",
    "Ministerio de Trabajo y Promoción del Empleo",
    "Ministerio de Transportes y Comunicaciones",
    "Ministerio de Vivienda, Construcción y Saneamiento",
    "Ministerio del Ambiente",
    "Ministerio del Interior",
)


def official_organisations(
    areas: Iterable[Area], provinces: Iterable[Province], districts: Iterable[District]
) -> Iterator[Organisation]:
    """Yield every institution that follows from the codes in force, unsaved.

    Law: a provincial municipality also governs the district of its capital (the first code of the
    province), every other district has its own; Metropolitan Lima has one municipality with both
    provincial and regional tasks, so the
    regional governments are 25. Assumed: one UGEL for each province, at its capital, and one health
    authority for each area. Real UGEL lists differ (Metropolitan Lima has seven, some provinces
    two).
    """
    provinces = list(provinces)
    seats = {province.code: f"{province.code}01" for province in provinces}
    for district in districts:
        if district.code != seats[district.province_id]:
            yield Organisation(
                kind=Kind.DISTRICT,
                name=f"Municipalidad Distrital de {district.name}",
                district_id=district.code,
            )
    yield from provincial_organisations(provinces, seats)
    for area in areas:
        yield from regional_organisations(area, seats)
    for name in MINISTRIES:
        yield Organisation(kind=Kind.MINISTRY, name=name, district_id=CAPITAL)
    yield Organisation(
        kind=Kind.OTHER, name="Superintendencia Nacional de Migraciones", district_id=CAPITAL
    )


def provincial_organisations(
    provinces: Iterable[Province], seats: Mapping[str, str]
) -> Iterator[Organisation]:
    """Yield the municipality and the UGEL of each province."""
    for province in provinces:
        is_lima = province.code == METROPOLITAN_LIMA
        name = (
            "Municipalidad Metropolitana de Lima"
            if is_lima
            else f"Municipalidad Provincial {of(province.name)}"
        )
        yield Organisation(kind=Kind.PROVINCIAL, name=name, district_id=seats[province.code])
        yield Organisation(
            kind=Kind.UGEL, name=f"UGEL {province.name}", district_id=seats[province.code]
        )


def regional_organisations(area: Area, seats: Mapping[str, str]) -> Iterator[Organisation]:
    """Yield the government and the health authority of one area."""
    if area.code == METROPOLITAN_LIMA:
        yield Organisation(
            kind=Kind.DIRESA,
            name="Dirección de Redes Integradas de Salud de Lima Metropolitana",
            district_id=CAPITAL,
        )
        return
    seat = REGIONAL_SEATS.get(area.code) or seats[f"{area.code}01"]
    name = area.name.removesuffix(" (provincias)")
    yield Organisation(kind=Kind.REGIONAL, name=f"Gobierno Regional {of(name)}", district_id=seat)
    yield Organisation(
        kind=Kind.DIRESA,
        name=f"Dirección o Gerencia Regional de Salud {of(name)}",
        district_id=seat,
    )


def of(name: str) -> str:
    """Return the name with the preposition that its official form takes."""
    return WITH_ARTICLE.get(name, f"de {name}")
