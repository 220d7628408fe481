"""Checks that cost does not grow where it must not: statements with lessons and learners, figures
with enrolments.
"""

import json
import statistics

from tools.bench.in_django.growth import SHAPES
from tools.harness.results import Result
from tools.harness.servers import run_inside
from tools.harness.stores import Store


def growth(store: Store) -> list[Result]:
    """Return the rows of growth, measured on a database of their own."""
    report = json.loads(
        run_inside("tools.bench.in_django.growth", "config.settings", store, "growth")
    )
    few, many = (statistics.median(report["figures"][str(shape)]) for shape in SHAPES)
    pairs = zip(*(report["figures"][str(shape)] for shape in SHAPES), strict=True)
    columns = report["counts"]
    differing = [name for name in columns[0] if len({counts[name] for counts in columns}) > 1]
    details = ", ".join(f"{name} {columns[0][name]}" for name in columns[0])
    if differing:
        details = "; ".join(f"{name}: {[counts[name] for counts in columns]}" for name in differing)
    return [
        Result(
            "Requests whose statements grow (5 and 60 lessons, 10 and 10,000 learners)",
            store.name,
            len(differing),
            "",
            0,
            "lower",
            beside=details,
        ),
        Result(
            f"Figures, all and of one course, with {SHAPES[1]:,} enrolments against {SHAPES[0]:,}",
            store.name,
            round(statistics.median(high / low for low, high in pairs), 2),
            "times",
            1.3,
            "lower",
            beside=f"{few:.1f} and {many:.1f} ms of processor",
        ),
    ]
