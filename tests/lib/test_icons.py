"""Checks that every icon a page asks for is drawn, and that it says nothing to who cannot see
it.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from lib.icons import SIGNS, icon, state

TEMPLATES = Path(settings.BASE_DIR, "templates")
DRAWN = set(re.findall(r'id="i-([a-z]+)"', (TEMPLATES / "components/icons.html").read_text()))
ASKED = {
    name
    for path in TEMPLATES.rglob("*.html")
    for name in re.findall(r'{% (?:icon|state [^%]+ sign=) ?"([a-z]+)" %}', path.read_text())
} | set(SIGNS.values())


@pytest.mark.parametrize("name", sorted(ASKED))
def test_icon_that_a_page_asks_for_is_drawn(name):
    assert name in DRAWN


def test_icon_is_silent():
    assert 'aria-hidden="true"' in icon("check")


@pytest.mark.parametrize(("kind", "sign"), SIGNS.items())
def test_state_has_a_colour_an_icon_and_words(kind, sign):
    shown = state(kind, "Hecho & más")
    assert f'class="state {kind}"' in shown
    assert f"#i-{sign}" in shown
    assert "Hecho &amp; más" in shown


def test_state_takes_another_icon():
    assert "#i-clock" in state("started", "En curso", "clock")
