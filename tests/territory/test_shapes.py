"""Checks that every area has an outline in its right place on the map."""

import csv
import re

import pytest

from territory.services import DATA_FOLDER
from territory.shapes import SHAPES_FILE, area_shapes, view_box

with (DATA_FOLDER / "areas.csv").open(encoding="utf-8", newline="") as lines:
    CODES = [row["code"] for row in csv.DictReader(lines)]


def corners(path):
    """Return (left, top, right, bottom) of a path made of M, relative l and z."""
    xs, ys = [], []
    for part in path.split("M")[1:]:
        start, steps = part.rstrip("z").split("l")
        x, y = map(int, start.split())
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        xs.append(x)
        ys.append(y)
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
    return min(xs), min(ys), max(xs), max(ys)


def test_every_area_has_a_shape():
    assert sorted(area_shapes()) == sorted(CODES)


def test_the_file_is_small_and_loaded_once():
    assert SHAPES_FILE.stat().st_size < 25_000
    assert area_shapes() is area_shapes()


def test_paths_are_whole_units_inside_the_view_box():
    width, height = map(int, view_box().split()[2:])
    for shape in area_shapes().values():
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", shape.path)
        left, top, right, bottom = corners(shape.path)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert 0 < shape.label_x < width
        assert 0 < shape.label_y < height


@pytest.mark.parametrize("code", [code for code in CODES if code not in {"07", "1501"}])
def test_labels_stand_within_their_shape(code):
    shape = area_shapes()[code]
    left, top, right, bottom = corners(shape.path)
    assert left < shape.label_x < right
    assert top < shape.label_y < bottom


@pytest.mark.parametrize(
    ("north", "south"),
    [("24", "20"), ("16", "25"), ("02", "15"), ("07", "11"), ("21", "23"), ("1501", "11")],
)
def test_the_north_is_above_the_south(north, south):
    assert corners(area_shapes()[north].path)[1] < corners(area_shapes()[south].path)[1]


def test_puno_is_the_large_shape_in_the_south_east_and_callao_the_tiny_one_on_the_coast():
    puno, callao = corners(area_shapes()["21"].path), corners(area_shapes()["07"].path)
    assert puno[0] > 400
    assert puno[2] - puno[0] > 60
    assert callao[2] < 250
    assert callao[2] - callao[0] < 15
