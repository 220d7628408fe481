"""Finds the files of the house for the tests that read them as text."""

import subprocess
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = (*settings.ROOMS, "demo", "config", "lib", "tools")


def tracked() -> list[Path]:
    """Return every file that is, or will be, in the repository: what Git ignores is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for path in (ROOT / line for line in listed.splitlines()) if path.is_file()]


def modules() -> list[Path]:
    """Return our Python modules, without migrations and tests."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in ROOMS
        and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """Return our HTML templates."""
    return [
        path
        for path in tracked()
        if path.suffix == ".html" and path.relative_to(ROOT).parts[0] == "templates"
    ]


def shown(paths: list[Path]) -> list[str]:
    """Return paths as one reads them in a message."""
    return [str(path.relative_to(ROOT)) for path in paths]
