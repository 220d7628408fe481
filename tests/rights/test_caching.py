"""What a signed-in person is shown stays with that person: no cache between gives it to others."""

import pytest

from accounts.shared_device import SEEN
from tests.rights.asking import address_of, ask, browser, known_routes
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of

pytestmark = OPEN_FILES
TABLE = read_table()
PROBES = ("salud/",)
# The same for everybody, and nobody's: what programs read of the site itself.
OF_THE_SITE = ("robots.txt", "sitemap.xml", ".well-known/", "favicon.ico")


def kept_wrongly(client, world, wanted: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the addresses whose answers may be kept otherwise than by one of `wanted`."""
    wrong = []
    for route in known_routes():
        if route.startswith((*PROBES, *OF_THE_SITE)):
            continue
        for of in dict.fromkeys(row.of for row in rows_of(route, TABLE)):
            said = ask(client, "GET", address_of(route, world.samples[of])).get("Cache-Control", "")
            if not any(word in said for word in wanted) or "private" not in said:
                wrong.append((route, said))
    return wrong


@pytest.mark.parametrize("name", ["Lina", "Ada", "Max", "Óscar"])
def test_every_answer_to_a_person_is_that_persons_own(world, name):
    assert kept_wrongly(browser(world.people[name]), world, ("no-cache", "no-store")) == []


def test_nothing_that_a_shared_device_was_shown_is_stored(world):
    client = browser(world.people["Lina"])
    session = client.session
    session[SEEN] = 2_000_000_000
    session.save()
    assert kept_wrongly(client, world, ("no-store",)) == []


def test_a_lesson_may_be_shown_again_by_the_browser(world):
    lesson = address_of(
        "cursos/<slug:course_slug>/<slug:module_slug>/<slug:activity_slug>/", world.samples["Lina"]
    )
    assert ask(browser(world.people["Lina"]), "GET", lesson)["Cache-Control"] == "private, no-cache"
