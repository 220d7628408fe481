"""Runs the long forms of the catalogue on both databases, prints what each promise reached, and
writes `var/chaos/latest.json`.
"""

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime

from tools.chaos.catalogue import RUNS, Run, promises_kept
from tools.chaos.report import Size
from tools.chaos.site import BASE, Databases, Site, prepare
from tools.chaos.stores import PostgresDatabases, PrivatePostgres, SqliteFiles
from tools.harness.results import Result, table, write
from tools.harness.servers import machine
from tools.harness.stores import folder_of

REDIS = "redis://127.0.0.1:6379/0"


def options() -> argparse.Namespace:
    """Read what to run."""
    parser = argparse.ArgumentParser(
        prog="make chaos",
        description=__doc__,
        epilog='Example: make chaos ARGS="--store sqlite --only REL-01 --scale 0.1"',
    )
    parser.add_argument(
        "--store",
        choices=("sqlite", "postgres"),
        action="append",
        help="only this store (both where PostgreSQL is installed)",
    )
    parser.add_argument(
        "--only",
        choices=sorted(RUNS),
        action="append",
        help="only this test; may be given several times",
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the long form's numbers (1)"
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep histories and logs of the web server below var/chaos",
    )
    parser.add_argument(
        "--redis",
        default=os.environ.get("REDIS", REDIS),
        help="cache beside PostgreSQL, where it answers",
    )
    return parser.parse_args()


def stores(chosen: argparse.Namespace) -> Iterator[Databases]:
    """Yield the stores to run on."""
    names = chosen.store or ["sqlite", "postgres"]
    if "sqlite" in names:
        yield SqliteFiles()
    if "postgres" in names:
        if PrivatePostgres.is_possible():
            yield PostgresDatabases(chosen.redis)
        else:
            print("PostgreSQL is not installed on this machine: only SQLite is tried.", flush=True)


def run_on(store: Databases, tests: list[str], size: Size, *, keep: bool) -> list[Result]:
    """Return the rows of one store; each test has a site of its own, and what was made is
    removed.
    """
    results: list[Result] = []
    try:
        store.make(BASE)
        with_time(f"{store.name}: preparing", lambda say: prepare(store))
        for test in tests:
            harm, where = RUNS[test]
            if store.name in where:
                results += with_time(
                    f"{store.name}: {test}",
                    lambda say, test=test, harm=harm: verdict(store, test, harm, size, say),
                )
    finally:
        store.remove(keep=keep)
    return results


def verdict(
    store: Databases, test: str, harm: Run, size: Size, say: Callable[[str], None]
) -> list[Result]:
    """Return the rows of one test; one that breaks off has missed its bar, and the others go on."""
    try:
        with Site(store, test.lower().replace("-", "")) as site:
            return harm(site, size, say)
    except Exception:
        traceback.print_exc()
        return [Result(f"{test} broke off", store.name, 1, "", 0, "lower", beside="see above")]


def with_time(what: str, work: Callable[[Callable[[str], None]], object]):
    """Say what begins, what it says meanwhile, what it reached, and how long it took."""
    start = time.monotonic()
    print(f"{what}…", flush=True)
    results = work(lambda line: print(f"  {line}", flush=True))
    misses = [
        f"{result.name} {result.figure:g} {result.unit}"
        for result in results or []
        if not result.reached
    ]
    verdict = f"missed: {', '.join(misses)}" if misses else "done"
    print(f"{what}: {verdict}, {time.monotonic() - start:.0f} s", flush=True)
    return results


def main() -> int:
    """Run the chosen tests; 0 when every bar is reached, 1 otherwise."""
    arguments, start = options(), time.monotonic()
    where = (
        f"{machine()}; {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}; scale {arguments.scale:g}"
    )
    results: list[Result] = []
    for store in stores(arguments):
        results += run_on(
            store,
            [test for test in RUNS if test in (arguments.only or RUNS)],
            Size(arguments.scale),
            keep=arguments.keep,
        )
    folder_of("chaos").mkdir(parents=True, exist_ok=True)
    write(folder_of("chaos") / "latest.json", results)
    reached_count = sum(result.reached for result in results)
    promises = "\n".join(promises_kept(results))
    took = time.monotonic() - start
    print(
        f"\n{where}\n\n{table(results)}\n\n{promises}\n\n{reached_count} of {len(results)} bars "
        f"reached, in {took:.0f} s."
    )
    return 0 if reached_count == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
