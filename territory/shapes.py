"""Loads the outlines of the areas for a small map of Peru, once per process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

SHAPES_FILE = Path(__file__).parent / "shapes.json"


@dataclass(frozen=True)
class Shape:
    """An SVG path and the point where its label is centred, in units of `view_box()`."""

    path: str
    label_x: int
    label_y: int


def area_shapes() -> Mapping[str, Shape]:
    """Return the shape of each area by area code, in the order of the codes."""
    return _load()[1]


def view_box() -> str:
    """Return the value of the SVG attribute `viewBox` that all shapes share."""
    return _load()[0]


@cache
def _load() -> tuple[str, Mapping[str, Shape]]:
    document = json.loads(SHAPES_FILE.read_text(encoding="utf-8"))
    shapes = {code: Shape(area["path"], *area["label"]) for code, area in document["areas"].items()}
    return document["view_box"], MappingProxyType(shapes)
