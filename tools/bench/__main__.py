"""Runs the benchmark: seeds a site, measures it beside the reference, prints the table, writes
`var/bench/latest.json`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tools.bench.classroom import classroom
from tools.bench.growth import growth
from tools.bench.lists import lists
from tools.bench.notices import notices
from tools.bench.speed import Plan, speed
from tools.bench.weight import weight
from tools.bench.whole_course import INSIDE, whole_course
from tools.bench.whole_course import LEARNERS as LEARNERS_OF_COURSE
from tools.harness.results import Result, table, write
from tools.harness.servers import Server, machine, run_inside
from tools.harness.stores import PostgresStore, SqliteStore, Store, folder_of

PARTS = ("speed", "course", "weight", "class", "lists", "notices", "growth")
LEARNERS = 200
DATABASES = ("site", "reference", "course", "growth")
POSTGRES, REDIS = "postgres://postgres@127.0.0.1:5432/postgres", "redis://127.0.0.1:6379/0"


def options() -> argparse.Namespace:
    """Read what to run."""
    parser = argparse.ArgumentParser(
        prog="make bench",
        description=__doc__,
        epilog='Example: make bench ARGS="--store sqlite --part speed"',
    )
    parser.add_argument(
        "--store",
        choices=("sqlite", "postgres"),
        action="append",
        help="only this store (both when PostgreSQL and Redis answer)",
    )
    parser.add_argument(
        "--part", choices=PARTS, action="append", help="only this part; may be given several times"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of slices (5)")
    parser.add_argument("--requests", type=int, default=120, help="requests in a slice (120)")
    parser.add_argument(
        "--postgres",
        default=os.environ.get("POSTGRES", POSTGRES),
        help="server that makes our databases",
    )
    parser.add_argument(
        "--redis",
        default=os.environ.get("REDIS", REDIS),
        help="server of the cache beside PostgreSQL",
    )
    return parser.parse_args()


def stores(chosen: argparse.Namespace) -> Iterator[Store]:
    """Yield the stores to measure."""
    names = chosen.store or ["sqlite", "postgres"]
    if "sqlite" in names:
        yield SqliteStore()
    if "postgres" in names:
        store = PostgresStore(chosen.postgres, chosen.redis)
        if store.answers():
            yield store
        else:
            print(
                "PostgreSQL and Redis do not answer on this machine: only SQLite is measured.",
                flush=True,
            )


@contextmanager
def told(what: str) -> Iterator[Callable[[str], None]]:
    """Say what begins and how long it took."""
    start = time.monotonic()
    print(f"{what}…", flush=True)
    yield lambda line: print(f"  {line}", flush=True)
    print(f"{what}: {time.monotonic() - start:.0f} s", flush=True)


def measure_store(store: Store, parts: set[str], plan: Plan) -> list[Result]:
    """Return all rows of one store; what was made for it is removed, whatever happens."""
    results: list[Result] = []
    try:
        store.make(*DATABASES)
        if parts & {"speed", "weight", "class", "lists", "notices"}:
            results += measure_site(store, parts, plan)
        if "course" in parts:
            results += measure_course(store)
        if "growth" in parts:
            with told(f"{store.name}: growth"):
                results += growth(store)
    finally:
        store.remove()
    return results


def measure_site(store: Store, parts: set[str], plan: Plan) -> list[Result]:
    """Seed the site and the reference, serve both, and measure."""
    with told(f"{store.name}: seeding"):
        facts: dict[str, Any] = json.loads(
            run_inside("tools.bench.in_django.seeding", "config.settings", store, "site")
        )
        sessions = reference_sessions(store)
    results: list[Result] = []
    with Server("config", store, "site") as site:
        if "weight" in parts:
            with told(f"{store.name}: weight"):
                results += weight(site, facts)
        if "speed" in parts:
            with (
                Server("tools.bench.reference", store, "reference") as limit,
                told(f"{store.name}: speed") as say,
            ):
                results += speed(site, limit, facts, sessions, plan, say)
        if "class" in parts:
            with told(f"{store.name}: a class signs in"):
                results += classroom(site, facts)
        if "lists" in parts:
            with told(f"{store.name}: a list of people"):
                results += lists(site, facts)
    if "notices" in parts:
        with told(f"{store.name}: notices of many acts"):
            results += notices(store)
    return results


def measure_course(store: Store) -> list[Result]:
    """Let learners take the first course whole on a site of its own, beside the reference."""
    with told(f"{store.name}: a whole course"):
        facts = json.loads(
            run_inside(INSIDE, "config.settings", store, "course", str(LEARNERS_OF_COURSE))
        )
        with (
            Server("config", store, "course") as site,
            Server("tools.bench.reference", store, "reference") as limit,
        ):
            return [whole_course(site, facts, limit, reference_sessions(store))]


def reference_sessions(store: Store) -> list[str]:
    """Seed the reference where it is empty; return the sessions of its people."""
    facts = json.loads(
        run_inside(
            "tools.bench.reference.seeding",
            "tools.bench.reference.settings",
            store,
            "reference",
            str(LEARNERS),
        )
    )
    return facts["sessions"]


def main() -> int:
    """Run the chosen parts; 0 when every bar is reached, 1 otherwise."""
    arguments, start = options(), time.monotonic()
    where = f"{machine()}; {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"
    plan = Plan(rounds=arguments.rounds, requests=arguments.requests)
    results: list[Result] = []
    for store in stores(arguments):
        results += measure_store(store, set(arguments.part or PARTS), plan)
    folder_of("bench").mkdir(parents=True, exist_ok=True)
    write(folder_of("bench") / "latest.json", results)
    reached_count = sum(result.reached for result in results)
    print(
        f"\n{where}\n\n{table(results)}\n\n{reached_count} of {len(results)} bars reached, in "
        f"{time.monotonic() - start:.0f} s. Only ratios compare between machines."
    )
    return 0 if reached_count == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
