"""What the journeys rely on: a browser tells what the policy holds back, and hostile names run
nothing in it (INJ-01).
"""

import sqlite3

import pytest

pytestmark = pytest.mark.journey
HOSTILE = "<img src=x onerror=marca()><script>marca()</script>\"'><svg/onload=marca()>"


def test_what_the_policy_holds_back_is_heard(visit, demo_site, problems, foreign):
    page = visit(1280)
    page.goto(demo_site.url + "/")
    with page.expect_console_message(
        lambda message: "Blocked by the policy: script-src" in message.text
    ):
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('script'), { text: "
            "'window.ran = true' }))"
        )
    assert page.evaluate("window.ran") is None
    with page.expect_console_message(
        lambda message: "Blocked by the policy: img-src" in message.text
    ):
        page.evaluate(
            "document.body.append(Object.assign(new Image(), { src: 'http://otro.example/x.png' }))"
        )
    assert (len(problems), foreign) == (2, ["http://otro.example/x.png"])
    problems.clear()
    foreign.clear()


def test_hostile_names_run_nothing_in_a_browser(visit, sign_in, demo_site):
    with sqlite3.connect(demo_site.database, timeout=20) as connection:
        email = "nombre.hostil@demo.example"
        key, place = connection.execute(
            (
                "SELECT p.id, m.organisation_id FROM accounts_user p JOIN accounts_membership m ON "
                "m.user_id = p.id WHERE p.email = ?"
            ),
            ["omar@demo.example"],
        ).fetchone()
        before = connection.execute(
            "SELECT first_name, last_name FROM accounts_user WHERE id = ?", [key]
        ).fetchone()
        name = connection.execute(
            "SELECT name FROM accounts_organisation WHERE id = ?", [place]
        ).fetchone()[0]
        connection.execute(
            "UPDATE accounts_user SET first_name = ?, last_name = ?, email = ? WHERE id = ?",
            [HOSTILE, HOSTILE, email, key],
        )
        connection.execute(
            "UPDATE accounts_organisation SET name = ? WHERE id = ?", [HOSTILE, place]
        )
    try:
        page = visit(1280)
        page.add_init_script(
            "window.marca = () => console.error('Blocked by the policy: not this one, it ran')"
        )
        sign_in(page, email)
        for address in (
            "/cuenta/",
            "/cuenta/datos/",
            "/cuenta/entidad/",
            "/cuenta/mis-datos/",
            "/mi-aprendizaje/",
            "/certificados/",
        ):
            page.goto(demo_site.url + address)
        page.goto(demo_site.url + "/cuenta/")
        assert "<script>marca()</script>" in page.get_by_role("main").inner_text()
    finally:
        with sqlite3.connect(demo_site.database, timeout=20) as connection:
            connection.execute(
                (
                    "UPDATE accounts_user SET first_name = ?, last_name = ?, email = "
                    "'omar@demo.example' WHERE id = ?"
                ),
                [*before, key],
            )
            connection.execute(
                "UPDATE accounts_organisation SET name = ? WHERE id = ?", [name, place]
            )
