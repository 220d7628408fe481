"""REL-05: the learner submits, the last answer arrives and the time is over, all at the same
instant.
"""

from collections.abc import Callable

from tools.chaos.report import RunReport, Size
from tools.chaos.site import Site
from tools.harness.results import Result


def rel_05(site: Site, size: Size, say: Callable[[str], None]) -> list[Result]:
    """1,000 attempts; three threads with a connection each meet at a barrier, and one clock rules
    all three.
    """
    learners = site.seed(size.of(1000, 20), "corto", "ready")
    report = RunReport("REL-05", site, say)
    say(f"{len(learners)} times submission, answer and due job at once")
    counts = site.inside.ask("race", attempts=[learner.attempt for learner in learners])
    summary = (
        f"{counts['by_time']} of {len(learners)} submitted by time, {counts['counted']} "
        "answers came before"
    )
    report.row("attempts left open", counts["open"], "", 0, beside=summary)
    report.row("attempts without exactly one result", counts["results"], "", 0)
    report.row("scores told and stored that differ", counts["scores"], "", 0)
    report.row("answers told to count and dropped", counts["dropped"], "", 0)
    report.audit()
    return report.rows
