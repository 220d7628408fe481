"""Every opened record of a person and every file that was taken out is in the trail (P17); a
learner's own reading leaves nothing.
"""

import csv
import io

import pytest
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from accounts.permissions import Role
from audit.models import AuditEntry
from audit.sealing import first_broken_seal, seal_pending_entries
from learning.models import Statement
from roster.acts import ACTS
from tests.rights.asking import browser
from tests.rights.conftest import OPEN_FILES

pytestmark = OPEN_FILES
CONDITIONS = "/mi-aprendizaje/curso/requisitos/"
# Wagtail's lists that give a file.
LISTS = (
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:site_history_results",
    "wagtailadmin_reports:aging_pages",
    "wagtailadmin_reports:locked_pages",
    "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
)


@pytest.fixture
def trail():
    """Return what the trail gained since the last question."""
    seen = set(AuditEntry.objects.values_list("pk", flat=True))

    def gained() -> list[tuple[str, str, str]]:
        rows = list(AuditEntry.objects.exclude(pk__in=seen).order_by("pk"))
        seen.update(row.pk for row in rows)
        return [(str(row.actor_key), row.action, row.object_key) for row in rows]

    return gained


def test_a_coordinator_who_opens_what_a_person_lacks_leaves_a_line(world, trail):
    max_, lina = world.people["Max"], world.people["Lina"]
    before = Statement.objects.count()
    assert browser(max_).get(CONDITIONS, {"persona": lina.learner_key}).status_code == 200
    assert trail() == [(str(max_.learner_key), "conditions_seen", str(lina.learner_key))]
    assert Statement.objects.count() == before


def test_own_reading_and_refused_looks_leave_nothing(world, trail):
    lina, nora = world.people["Lina"], world.people["Nora"]
    own = browser(lina)
    for address in (
        CONDITIONS,
        f"{CONDITIONS}?persona={lina.learner_key}",
        "/mi-aprendizaje/",
        "/cuenta/",
        "/cuenta/mis-datos/",
    ):
        assert own.get(address).status_code == 200
    assert browser(nora).get(CONDITIONS, {"persona": lina.learner_key}).status_code == 404
    assert trail() == []


def test_an_operator_who_opens_people_leaves_a_line_for_each(world, trail):
    oscar, lina, omar = (world.people[name] for name in ("Óscar", "Lina", "Omar"))
    client, actor = browser(oscar), str(oscar.learner_key)
    asked = world.samples["Omar's erasure"]["uuid"]
    opened = {
        reverse("wagtailusers_users:edit", args=[lina.pk]): (
            "person_opened",
            str(lina.learner_key),
        ),
        reverse("wagtailusers_users:history", args=[lina.pk]): (
            "person_opened",
            str(lina.learner_key),
        ),
        reverse("wagtailusers_users:index"): ("people_listed", ""),
        reverse("wagtailusers_users:index_results") + "?q=Lina": ("people_listed", ""),
        reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
        + f"?id={lina.pk}": ("people_listed", ""),
        f"/cuenta/pedidos-de-borrado/{asked}/": ("erasure_request_seen", str(omar.learner_key)),
    }
    for address, (action, key) in opened.items():
        assert client.get(address).status_code == 200, address
        assert trail() == [(actor, action, key)], address
    assert client.get(reverse("wagtailusers_users:edit", args=[oscar.pk])).status_code == 200
    assert trail() == []
    assert client.get("/cuenta/pedidos-de-borrado/").status_code == 200
    assert trail() == [(actor, "erasure_request_seen", str(omar.learner_key))]
    assert client.get("/ayuda/pedidos/").status_code == 200
    assert trail() == [(actor, "help_request_seen", str(lina.learner_key))]


def test_every_form_about_a_person_leaves_a_line_whoever_opens_it_again(world, trail):
    """Its address is stable: noted once, it would show what is new in the person for ever."""
    max_, lina = world.people["Max"], world.people["Lina"]
    client, name = browser(max_), lina.username
    forms = [
        reverse("roster:act", args=[name, act])
        for act in ACTS
        if Role.COORDINATOR in ACTS[act].roles
    ]
    forms += [
        reverse(f"roster:{view}", args=[name]) for view in ("move", "give_role", "find_other")
    ]
    forms.append(reverse("accounts:give_code", args=[name]))
    shown = 0
    for address in forms:
        for send in (client.get, client.post):
            page = send(address)
            lines = [line for line in trail() if line[2] == str(lina.learner_key)]
            if page.status_code == 200:
                shown += 1
                assert lines, address
    assert shown > len(forms)
    other = world.samples["Lina's twin"]["other"]
    client.get(reverse("roster:merge", args=[name, other]))
    assert {key for _actor, _action, key in trail()} == {
        str(lina.learner_key),
        str(User.objects.get(username=other).learner_key),
    }


def test_a_form_of_the_editor_that_comes_back_is_a_look_too(world, trail):
    oscar, lina = world.people["Óscar"], world.people["Lina"]
    address = reverse("wagtailusers_users:edit", args=[lina.pk])
    page = browser(oscar).post(address)
    assert page.status_code == 200
    assert (str(oscar.learner_key), "person_opened", str(lina.learner_key)) in trail()


def test_nobody_else_leaves_a_line_by_trying(world, trail):
    lina = world.people["Lina"]
    for name in ("Ada", "Raúl", "Max", "Lucía", "Omar"):
        assert (
            browser(world.people[name])
            .get(reverse("wagtailusers_users:edit", args=[lina.pk]))
            .status_code
            == 404
        )
    assert trail() == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_file_of_the_editor_is_in_the_trail(world, trail, form):
    oscar = world.people["Óscar"]
    client = browser(oscar)
    for name in LISTS:
        answer = client.get(reverse(name), {"export": form})
        assert answer.status_code == 200, name
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert trail() == [(str(oscar.learner_key), "editor_exported", name)], name


def test_figures_and_own_data_are_in_the_trail(world, trail):
    max_, lina = world.people["Max"], world.people["Lina"]
    assert browser(max_).post("/panel/")["Content-Type"].startswith("text/csv")
    assert [(actor, action) for actor, action, _key in trail()] == [
        (str(max_.learner_key), "figures_exported")
    ]
    assert (
        browser(lina).post("/cuenta/mis-datos/", {"password": "puriq-demo-2026"})["Content-Type"]
        == "application/zip"
    )
    assert [(actor, action) for actor, action, _key in trail()] == [
        (str(lina.learner_key), "own_data_taken")
    ]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_of_a_file_of_the_editor_is_a_formula(world, start):
    page = Page.objects.get(slug="l1", path__startswith=Page.objects.get(slug="m1").path)
    Page.objects.filter(pk=page.pk).update(title=f'{start}, "x"', draft_title=f'{start}, "x"')
    User.objects.filter(pk=world.people["Ada"].pk).update(first_name=start)
    page.specific.save_revision(user=User.objects.get(pk=world.people["Ada"].pk), log_action=True)
    for name in ("wagtailadmin_reports:site_history", "wagtailadmin_reports:aging_pages"):
        answer = browser(world.people["Óscar"]).get(reverse(name), {"export": "csv"})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = content.decode("utf-8-sig")
        assert start.strip() in text  # a title is stored without tabs and ends of lines
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert [
            cell
            for row in rows
            for cell in row
            if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        ] == []
        assert len({len(row) for row in rows}) == 1


def test_the_trail_stays_sealed_over_looks(world):
    browser(world.people["Max"]).get(CONDITIONS, {"persona": world.people["Lina"].learner_key})
    while seal_pending_entries():
        pass
    assert first_broken_seal() is None
