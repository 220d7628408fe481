"""Lays lines out as a grid of tiles and as a map of Peru; no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.tables import Line
from reporting.wording import share_in_words
from territory.shapes import Shape, area_shapes, view_box

# Short names of the standard ISO 3166-2 (PE-AMA, PE-ANC…): a tile of a phone holds three letters.
# LIM is the department without its capital, LMA Metropolitan Lima.
SHORT_NAMES = {
    "01": "AMA", "02": "ANC", "03": "APU", "04": "ARE", "05": "AYA", "06": "CAJ", "07": "CAL",
    "08": "CUS", "09": "HUV",
    "10": "HUC", "11": "ICA", "12": "JUN", "13": "LAL", "14": "LAM", "15": "LIM", "1501": "LMA",
    "16": "LOR", "17": "MDD",
    "18": "MOQ", "19": "PAS", "20": "PIU", "21": "PUN", "22": "SAM", "23": "TAC", "24": "TUM",
    "25": "UCA",
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """One area in the grid, with its row and column from 1."""

    line: Line
    words: str
    short_name: str
    row: int
    column: int


@dataclass(frozen=True)
class Atlas:
    """The map: shapes with their line and its share in words, and outlines of what lies outside the
    scope.
    """

    view_box: str
    drawn: list[tuple[Line, str, Shape]]
    outside: list[Shape]


def tiles_of(lines: Sequence[Line], areas: Sequence) -> list[Tile]:
    """Return the tiles of the lines that are areas, in the order of reading."""
    by_code = {line.key: line for line in lines}
    tiles = [tile_of(by_code[area.code], area) for area in areas if area.code in by_code]
    return sorted(tiles, key=lambda tile: (tile.row, tile.column))


def tile_of(line: Line, area: Any) -> Tile:
    """Return the tile of one area."""
    return Tile(
        line,
        share_in_words(line),
        SHORT_NAMES.get(area.code, area.name[:3].upper()),
        area.tile_row,
        area.tile_column,
    )


def map_of(lines: Sequence[Line], shapes: Mapping[str, Shape] | None = None) -> Atlas:
    """Return the map with the lines that are areas; small shapes come last, so that they lie on
    top.
    """
    shapes = area_shapes() if shapes is None else shapes
    by_code = {line.key: line for line in lines}
    areas = [
        (by_code[code], share_in_words(by_code[code]), shape)
        for code, shape in shapes.items()
        if code in by_code
    ]
    areas.sort(key=lambda part: len(part[2].path), reverse=True)
    return Atlas(
        view_box(),
        areas,
        [shape for code, shape in shapes.items() if code not in by_code],
    )
