"""Keeps what was measured, shows it as a table, and writes it as JSON."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Result:
    """One figure with its bar. `beside` holds what is shown with it and judged by nobody."""

    name: str
    store: str
    figure: float
    unit: str
    bar: float
    better: str
    limit: str = "—"
    beside: str = ""
    reached: bool = field(init=False)

    def __post_init__(self) -> None:
        self.reached = (
            self.figure >= self.bar if self.better == "higher" else self.figure <= self.bar
        )


HEADINGS = ("what", "store", "limit", "figure", "bar", "reached", "beside")
NOTHING = {"", "—"}


def table(results: list[Result]) -> str:
    """Return the results as lines of a table, the widest column last; a column where no row says
    anything is left out.
    """
    columns = zip(HEADINGS, *(cells(result) for result in results), strict=True)
    filled_columns = [column for column in columns if set(column[1:]) - NOTHING]
    widths = [max(map(len, column)) for column in filled_columns]
    rows = zip(*filled_columns, strict=True)
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ranking = sorted(values)
    return ranking[min(len(ranking) - 1, round(share * (len(ranking) - 1)))] if ranking else 0.0


def cells(result: Result) -> tuple[str, ...]:
    """Return the texts of one row."""
    sign = "≥" if result.better == "higher" else "≤"
    figure, bar = f"{result.figure:g} {result.unit}".strip(), f"{sign} {result.bar:g}"
    return (
        result.name,
        result.store,
        result.limit,
        figure,
        bar,
        "yes" if result.reached else "NO",
        result.beside,
    )


def write(path: Path, results: list[Result]) -> None:
    """Write the results for other programs: name, store, figure, unit, bar, better, reached."""
    names = ("name", "store", "figure", "unit", "bar", "better", "reached")
    path.write_text(
        json.dumps(
            [{name: asdict(result)[name] for name in names} for result in results],
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )
