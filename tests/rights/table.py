"""Reads the table of rights, which is reviewed by hand, and finds the rows of an address."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SOURCE = Path(__file__).with_name("table.md")
FACTS = 3  # address, object, method: the columns before those of people


@dataclass(frozen=True)
class Row:
    """One line: what each person gets who asks for an object of a pattern by one of the methods."""

    pattern: str
    of: str
    methods: tuple[str, ...]
    outcomes: dict[str, str]

    @property
    def is_group(self) -> bool:
        """True when it stands for several addresses."""
        return self.pattern.endswith("*")

    def covers(self, route: str) -> bool:
        """True when the pattern of the resolver is this one or one of this group."""
        return fnmatchcase(route, self.pattern) if self.is_group else route == self.pattern

    def expected(self, person: str) -> str:
        """Return what the table says of one person."""
        return self.outcomes.get(person, self.outcomes["Others"])


def read_table() -> list[Row]:
    """Return every row of every section."""
    rows, names = [], []
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        cells = [
            cell.strip().replace("¦", "|")
            for cell in line.replace("\\|", "¦").strip("|").split("|")
        ]
        if not line.startswith("|"):
            continue
        if cells[0] == "Address":
            names = cells[FACTS:]
        elif cells[0].startswith("`"):
            pattern, of, methods = cells[:FACTS]
            outcomes = dict(zip(names, cells[FACTS:], strict=True))
            rows.append(Row(pattern.strip("`"), of, tuple(methods.split(", ")), outcomes))
    return rows


def rows_of(route: str, table: list[Row]) -> list[Row]:
    """Return the rows of an address: its own, or those of the narrowest group that covers it."""
    found = [row for row in table if row.covers(route)]
    own = [row for row in found if not row.is_group]
    narrowest = max((len(row.pattern) for row in found), default=0)
    return own or [row for row in found if len(row.pattern) == narrowest]
