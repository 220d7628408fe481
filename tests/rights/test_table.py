"""Compares every address × person × object × method with the reviewed table (ACC-01, ACC-06,
ACC-07, R9).
"""

import pytest
from wagtail import VERSION

from tests.rights.asking import ARGUMENT, address_of, ask, browser, is_editor, known_routes, outcome
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of

pytestmark = OPEN_FILES
TABLE = read_table()
# What Wagtail writes when an editor opens a page: its notes about the editor, pictures in a size
# not asked for before, sizes of files.
WAGTAIL_NOTES = tuple(
    f'{verb} "{table}"'
    for verb in ("INSERT INTO", "UPDATE", "DELETE FROM")
    for table in (
        "wagtailusers_userprofile",
        "wagtailadmin_editingsession",
        "wagtailcore_pagesubscription",
        "content_customrendition",
    )
)
# The screens that show people to operators leave a line in the trail, and nothing else (decision
# 0011).
LOOKS = (
    "gestion/users/",
    "gestion/groups/",
    "gestion/bulk/",
    "cuenta/pedidos-de-borrado/",
    "ayuda/pedidos/",
    "cuenta/ayudar-a-ingresar/",
    "personas/",
)
NOTED_LOOK = 'INSERT INTO "audit_auditentry"'
# Pages of counts leave one that is not sealed, when they were sent (decision 0025).
COUNTS, NOTED_COUNT = "panel/", 'INSERT INTO "reporting_look"'
# A probe that never writes says that a full disk is ready.
READINESS, TRIED_WRITE = "salud/listo", 'INSERT INTO "operations_pulse"'
PEOPLE = (
    "Visitor",
    "Lina",
    "Omar",
    "Ada",
    "Raúl",
    "Max",
    "Nora",
    "Lucía",
    "Teresa",
    "Óscar",
    "Elena",
    "Paz",
)


def test_every_address_is_in_the_table():
    missing = [route for route in known_routes() if not rows_of(route, TABLE)]
    assert missing == [], (
        "Say in tests/rights/table.md who may use these addresses, one row for each object and "
        "method."
    )


def test_every_row_is_about_an_address_of_ours_that_exists():
    known = known_routes()
    # Wagtail's own come and go with its versions.
    gone = [
        row.pattern
        for row in TABLE
        if not is_editor(row.pattern) and not any(row.covers(route) for route in known)
    ]
    assert gone == []


def test_every_row_names_both_methods():
    for route in known_routes():
        rows = rows_of(route, TABLE)
        methods = {
            of: sorted(method for row in rows if row.of == of for method in row.methods)
            for of in {row.of for row in rows}
        }
        assert [of for of, named in methods.items() if named != ["GET", "POST"]] == [], route


def is_earlier_refusal(route, got, expected):
    """True where Wagtail 8 asks for the right before it says that nothing is there: refused either
    way.
    """
    return VERSION >= (8, 0) and is_editor(route) and got == "no" and expected in {"404", "405"}


def notes_of(route: str) -> tuple[str, ...]:
    """Return how the statements begin that a GET of a route may write."""
    if route == READINESS:
        return (*WAGTAIL_NOTES, TRIED_WRITE)
    if route.startswith(COUNTS):
        return (*WAGTAIL_NOTES, NOTED_COUNT)
    return (*WAGTAIL_NOTES, NOTED_LOOK) if route.startswith(LOOKS) else WAGTAIL_NOTES


@pytest.mark.parametrize("name", PEOPLE)
def test_site_equals_the_table_and_reading_writes_nothing(world, name):
    client = browser(world.people[name])
    wrong, written = [], []
    for route in known_routes():
        for row in rows_of(route, TABLE):
            address = address_of(route, world.samples[row.of])
            for method in row.methods:
                sent = world.forms.get(route) if method == "POST" else None
                answer = ask(client, method, address, sent)
                got = outcome(answer, of_editor=is_editor(route))
                allowed = notes_of(route)
                if method == "GET" and (
                    found := [each for each in answer.written if not each.startswith(allowed)]
                ):
                    written.append((address, found))
                expected = row.expected(name)
                if (
                    got != expected
                    and expected != "any"
                    and not is_earlier_refusal(route, got, expected)
                ):
                    wrong.append(f"{method} {address} ({route}): {got}, the table says {expected}")
    assert (wrong, written) == ([], [])


@pytest.mark.parametrize("name", ["Visitor", "Lina", "Ada", "Max", "Óscar"])
def test_head_may_what_get_may(world, name):
    """A probe or a link checker asks so; Wagtail's own screens have one guard before every
    method.
    """
    client = browser(world.people[name])
    wrong = []
    for route in known_routes():
        for row in rows_of(route, TABLE) if not is_editor(route) else ():
            if "GET" not in row.methods:
                continue
            answer = ask(client, "HEAD", address_of(route, world.samples[row.of]))
            got, expected = outcome(answer, of_editor=False), row.expected(name)
            if expected not in {got, "any"} or answer.content:
                wrong.append(f"HEAD {route}: {got}, the table says {expected}")
    assert wrong == []


@pytest.mark.parametrize("name", ["Visitor", "Lina", "Óscar"])
def test_no_other_method_is_let_in(world, name):
    client = browser(world.people[name])
    let_in = []
    for route in known_routes():
        if is_editor(route) and name != "Óscar":
            continue  # one guard stands before every method there, and the table has asked it
        address = address_of(route, world.samples[rows_of(route, TABLE)[0].of])
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            got = outcome(ask(client, method, address), of_editor=False)
            if got not in {"405", "404", "sign in"}:
                let_in.append(f"{method} {route}: {got}")
    assert let_in == []


def test_every_argument_of_an_address_has_a_sample(world):
    for route in known_routes():
        for row in rows_of(route, TABLE):
            assert set(ARGUMENT.findall(route)) <= world.samples[row.of].keys() or "(" in route, (
                route
            )
