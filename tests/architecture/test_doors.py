"""What an app offers is listed by name: every module of every app is under the contract, a door
that nobody takes is none, and removing one makes `lint-imports` fail.
"""

import configparser
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import ROOMS, ROOT, modules
from tools.doors import DoorsContract

SCREENS = {"forms", "receivers", "templatetags", "urls", "views", "wagtail_hooks"}


def contracts() -> dict[str, dict[str, list[str]]]:
    """Return what each contract of doors lists, by its app."""
    written = configparser.ConfigParser()
    written.read(ROOT / ".importlinter")
    sections = [
        written[name] for name in written.sections() if written[name].get("type") == "doors"
    ]
    names = ("doors", "mounted_by", "let_in")
    return {
        section["app"]: {
            name: [line.strip() for line in section.get(name, "").splitlines() if line.strip()]
            for name in names
        }
        for section in sections
        if section.get("type") == "doors"
    }


CONTRACTS = contracts()
DOORS = [(app, door) for app, listed in CONTRACTS.items() for door in listed["doors"]]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*ROOMS, cache_dir=None)


def is_kept(graph, app: str, **changes: list[str]) -> bool:
    options = {"app": app, **CONTRACTS[app], **changes}
    contract = DoorsContract("", {}, {name: value for name, value in options.items() if value})
    return contract.check(graph, verbose=False).kept


def test_every_module_of_every_app_is_under_a_contract(graph):
    inside = {module for app in CONTRACTS for module in graph.find_descendants(app)} | {*CONTRACTS}
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in modules()
        if path.relative_to(ROOT).parts[0] in ROOMS
    }
    assert {*CONTRACTS} == {*ROOMS}
    assert names - inside == set()


def test_screens_are_no_doors():
    assert [(app, door) for app, door in DOORS if door.split(".")[0] in SCREENS] == []


def test_a_screen_that_is_imported_is_told(graph):
    assert is_kept(graph, "accounts")
    assert not is_kept(graph, "accounts", mounted_by=[])


def test_without_any_door_its_contract_is_broken(graph):
    useless = [
        (app, door)
        for app, door in DOORS
        if is_kept(graph, app, doors=[other for other in CONTRACTS[app]["doors"] if other != door])
    ]
    assert useless == [], "nobody comes by these doors"


def test_doors_and_imports_that_are_gone_are_told(graph):
    assert not is_kept(graph, "web", doors=[*CONTRACTS["web"]["doors"], "nowhere"])
    assert not is_kept(graph, "web", let_in=["operations.jobs -> web.maintenance"])


def test_the_command_fails_when_a_door_is_removed(tmp_path):
    written = (ROOT / ".importlinter").read_text()
    without = tmp_path / "importlinter.ini"
    without.write_text(written.replace("    policies\n", "", 1))
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--config", without, "--contract", "doors-of-accounts", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "reporting.views -> accounts.policies, which is private" in done.stdout
