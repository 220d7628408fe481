"""Settles a run: the history against the database, the invariants, and the rows of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.chaos.history import History
from tools.chaos.killing import Killer
from tools.chaos.site import Site
from tools.chaos.traffic import Traffic
from tools.harness.results import Result

MOST_BUSY = 2.0  # percent


@dataclass(frozen=True)
class Size:
    """How much of the catalogue's numbers a run does: 1 is the long form, 0 the least that still
    proves something.
    """

    share: float = 1.0

    def of(self, long: int, least: int) -> int:
        """Return one number at this size."""
        return min(long, max(least, round(long * self.share)))


class RunReport:
    """One run: what it is called, its history, and what the database held before."""

    def __init__(self, test: str, site: Site, say: Callable[[str], None]) -> None:
        self.test, self.site, self.say = test, site, say
        self.history = History(site.store.folder / f"history-{site.database}-{test.lower()}")
        self.since = site.inside.ask("mark")
        self.rows: list[Result] = []
        self.done = ""

    def row(
        self,
        name: str,
        figure: float,
        unit: str,
        bar: float,
        better: str = "lower",
        beside: str = "",
    ) -> None:
        """Add one row of the table."""
        self.rows.append(
            Result(
                f"{self.test} {name}",
                self.site.store.name,
                round(figure, 2),
                unit,
                bar,
                better,
                beside=beside,
            )
        )

    def settle(self, traffic: Traffic, done: str, *, may_be_busy: bool = True) -> dict[str, Any]:
        """Compare, audit, and add the rows that every run has; return what both found."""
        self.history.close()
        comparison = self.site.inside.ask(
            "compare",
            sent=str(self.history.sent_path),
            acknowledged=str(self.history.acknowledged_path),
            since=self.since,
        )
        summary = (
            f"{done}; {traffic.told()}; {comparison['acknowledged']} acknowledged, "
            f"{comparison['unacknowledged']} stored besides"
        )
        self.row("acknowledged and not stored", comparison["lost"], "acts", 0, beside=summary)
        self.row(
            "stored twice, or never sent",
            comparison["strange"],
            "acts",
            0,
            beside=shown(comparison["examples"]),
        )
        audit = self.audit()
        self.row(
            "answers 500",
            traffic.counts["faults"],
            "",
            0,
            beside=shown(sorted(set(traffic.faults))),
        )
        if may_be_busy:
            self.row(
                "answers 503 to send again",
                traffic.busy_share,
                "%",
                MOST_BUSY,
                beside=f"{traffic.counts['busy']} answers",
            )
        return comparison | audit

    def audit(self) -> dict[str, Any]:
        """Run the due jobs and the invariants, and add their row; return what is said of
        certificates too.
        """
        self.history.close()
        report = self.site.inside.ask("audit")
        self.row("invariants broken", len(report["broken"]), "", 0, beside=shown(report["broken"]))
        return report

    def cuts(self, traffic: Traffic, killer: Killer) -> None:
        """Add the row of responses that kills cut: without one the run has shown nothing."""
        self.row("responses cut by kills", traffic.counts["cut"], "", 1, "higher", killer.told())


def shown(examples: list[Any]) -> str:
    """Return a few examples as a text."""
    return "; ".join(str(example) for example in examples[:3])
