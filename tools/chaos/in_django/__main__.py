"""Answers tasks that come as lines of JSON, one line each: seeding a site, and comparing it with
the history.
"""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import django


def tasks() -> dict[str, Callable[..., Any]]:
    """Return every task by name."""
    # After Django is ready.
    from tools.chaos.in_django import comparing, deadlines, letters, people  # noqa: PLC0415

    return {
        "prepare": people.prepare,
        "seed": people.seed,
        "analyst": people.analyst,
        "mark": comparing.mark,
        "compare": comparing.compare,
        "audit": comparing.audit,
        "chosen": comparing.chosen,
        "race": deadlines.race,
        "write_letters": letters.write_letters,
        "count_letters": letters.count_letters,
        "recount": comparing.recount,
    }


def main() -> None:
    """Answer until no line comes."""
    django.setup()
    logging.getLogger().setLevel(logging.WARNING)
    from operations.checks import leave_database  # noqa: PLC0415 - after Django is ready

    handlers = tasks()
    for line in sys.stdin:
        facts = json.loads(line)
        with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence):
            answer = handlers[facts.pop("task")](**facts)
            leave_database()  # the server may be stopped before the next task
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
