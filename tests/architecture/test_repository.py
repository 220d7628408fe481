"""Checks the files around the code: documents, locks, decisions, migrations."""

import ast
import hashlib
import re
import tomllib
from datetime import date

import pytest
from django.core.management import call_command, get_commands, load_command_class

from tests.architecture.sources import ROOMS, ROOT, modules, shown, tracked

TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".csv",
    ".json",
    ".yml",
    ".cfg",
    ".ini",
    "",
}


@pytest.mark.parametrize(
    "name",
    [
        "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".env.example",
        ".importlinter",
        "docs/architecture.md", "docs/glossary.md", "docs/operations.md", "docs/dependencies.md",
        "docs/requirements.md",
    ],
)  # fmt: skip
def test_document_is_there(name):
    assert (ROOT / name).read_text().strip()


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 100


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [path for path in tracked() if path.suffix == ".md"]:
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        broken += [
            f"{page.name}: {link}"
            for link in links
            if "://" not in link and not (page.parent / link).exists()
        ]
    assert not broken


def test_decision_numbers_are_unique_and_without_holes():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_dependency_says_why():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    wanted += [
        line for extra in project["project"]["optional-dependencies"].values() for line in extra
    ]
    reasons = (ROOT / "docs" / "dependencies.md").read_text().lower()
    names = [re.match(r"[\w.-]+", line).group().lower() for line in wanted]
    assert not [name for name in names if f"`{name}" not in reasons]


def test_every_dependency_of_a_site_has_an_upper_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    assert not [line for line in wanted if "<" not in line]


def test_what_is_used_against_the_grain_is_listed_though_no_name_says_so():
    """The scan below knows a private door by its name; these have none."""
    listed = (ROOT / "docs" / "dependencies.md").read_text()
    for name in ("get_related_populators", "db_worker", "decorate_urlpatterns"):
        assert name in listed


def test_who_contributes_finds_how():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for act in ("set up an editor", "add or mend a translation", "make a release"):
        assert f"\n## To {act}\n" in text
    assert "\n## To make a migration for both databases\n" in text


def test_the_manual_says_where_it_runs_and_names_no_extra():
    """The package is not built, so nothing could be installed as an extra of it."""
    text = (ROOT / "docs" / "operations.md").read_text()
    assert text.partition("\n## ")[0].count("Linux only")
    assert not re.search(r"\bpuriq\[|\.\[(postgres|redis)|\bextras\b", text)


def test_the_lock_in_use_was_looked_at_for_announced_holes():
    lines = re.findall(
        r"^\| (\d{4}-\d\d-\d\d) \| `([0-9a-f]{12})` \| \S.* \|$",
        (ROOT / "docs" / "dependencies.md").read_text(),
        re.MULTILINE,
    )
    days = [date.fromisoformat(day) for day, _digest in lines]
    assert days == sorted(days, reverse=True)
    assert lines[0][1] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()[:12]


def test_every_variable_of_the_settings_is_in_the_example_and_the_manual():
    read = set(
        re.findall(
            r"(?:env(?:\.\w+)?|read_\w+)\(\"([A-Z_]+)\"",
            (ROOT / "config" / "settings.py").read_text(),
        )
    )
    assert len(read) >= 15
    assert not [name for name in read if f"\n#{name}=" not in (ROOT / ".env.example").read_text()]
    assert not [
        name for name in read if f"`{name}`" not in (ROOT / "docs" / "operations.md").read_text()
    ]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-wagtail8.lock"]
)
def test_lock_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[\w.\[\],-]+==[^\n]*(?:\n {4}[^\n]*)*", text, re.MULTILINE)
    assert pinned
    assert not [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry]


def test_no_file_names_a_machine_or_an_index():
    telling = re.compile(r"(?<![\w./{}$])/(?:home|Users|work|root|opt)/\w|index-url|simple/[\w-]+/")
    guilty = [
        path
        for path in tracked()
        if path.suffix in TEXTS
        and "architecture" not in path.parts
        and telling.search(path.read_text(errors="ignore"))
    ]
    assert not shown(guilty)


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py"))
)
def test_every_command_tells_what_it_is_for(name):
    command = load_command_class(get_commands()[name], name)
    said = command.create_parser("manage.py", name).format_help()
    assert str(command.help)[:30] in " ".join(said.split())


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def private_imports() -> set[str]:
    """Return the modules and names of other packages that their authors keep to themselves and we
    import.
    """
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                parts = name.split(".")
                if parts[0] in ROOMS or parts == ["__future__", parts[-1]]:
                    continue
                if any(part == "internal" or part.startswith("_") for part in parts):
                    found.add(name)
    return found


def test_private_doors_of_packages_are_listed_with_a_reason():
    listed = (ROOT / "docs" / "dependencies.md").read_text()
    told = [
        name
        for name in private_imports()
        if name not in listed and name.rpartition(".")[0] not in listed
    ]
    assert told == []
