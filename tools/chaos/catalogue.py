"""Names the runs, in their order, and the stores on which each is tried."""

from collections.abc import Callable

from tools.chaos.report import Size
from tools.chaos.runs.answers import rel_01, rel_02
from tools.chaos.runs.certificates import cer_01
from tools.chaos.runs.deadlines import rel_05
from tools.chaos.runs.letters import rel_13
from tools.chaos.runs.locks import rel_11
from tools.chaos.runs.points import rel_07
from tools.chaos.runs.repeats import rel_03, rel_08
from tools.chaos.runs.starts import rel_04
from tools.chaos.site import Site
from tools.chaos.stores import PostgresDatabases, SqliteFiles
from tools.harness.results import Result

Run = Callable[[Site, Size, Callable[[str], None]], list[Result]]
SQLITE, POSTGRES = SqliteFiles.name, PostgresDatabases.name
# REL-02 is REL-01 on PostgreSQL, with the database stopped besides.
RUNS: dict[str, tuple[Run, tuple[str, ...]]] = {
    "REL-01": (rel_01, (SQLITE,)),
    "REL-02": (rel_02, (POSTGRES,)),
    "REL-03": (rel_03, (SQLITE, POSTGRES)),
    "REL-04": (rel_04, (SQLITE, POSTGRES)),
    "REL-05": (rel_05, (SQLITE, POSTGRES)),
    "REL-08": (rel_08, (SQLITE, POSTGRES)),
    "REL-11": (rel_11, (SQLITE, POSTGRES)),
    "REL-13": (rel_13, (SQLITE, POSTGRES)),
    "CER-01": (cer_01, (SQLITE, POSTGRES)),
    "REL-07": (rel_07, (SQLITE, POSTGRES)),
}

PROMISES = {
    "P1": ("no acknowledged answer is lost", ("REL-01", "REL-02")),
    "P2": (
        "no answer counts twice, no attempt is spent twice",
        ("REL-03", "REL-04", "REL-05", "REL-08"),
    ),
    "P3": ("one pass is exactly one certificate", ("CER-01", "REL-07")),
    "R16": ("what fails around the records is told and stops nobody", ("REL-13",)),
}


def promises_kept(results: list[Result]) -> list[str]:
    """Return a line for each promise: kept, not kept, or not tried, and by which tests on which
    stores.
    """
    lines = []
    for name, (words, tests) in PROMISES.items():
        rows = [result for result in results if result.name.split()[0] in tests]
        runs = sorted({f"{result.name.split()[0]} on {result.store}" for result in rows})
        verdict = (
            "not tried"
            if not rows
            else "kept"
            if all(result.reached for result in rows)
            else "NOT KEPT"
        )
        lines.append(f"{name} {words}: {verdict}{' by ' if runs else ''}{', '.join(runs)}")
    return lines
