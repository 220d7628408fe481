"""Counts statements on small and large sites, and times the figures with few and many enrolments;
prints both as JSON.
"""

import json
import logging
import random
import sys
import time

import django

PLACES = 400
SHAPES = (2_000, 1_000_000)
ROUNDS, REQUESTS = 5, 10


def main() -> None:
    """Fill an empty database of the benchmark and measure on the way."""
    django.setup()
    logging.getLogger("web.logs").setLevel(logging.WARNING)
    from tools.bench.in_django.site import BenchmarkSite  # noqa: PLC0415 - after Django is ready
    from tools.harness.in_django.database import prepare_database  # noqa: PLC0415

    prepare_database()
    site = BenchmarkSite()
    site.write_courses(5, 60)
    site.add_learners(10)
    site.hand_in(4)
    counts = [site.count_statements(head) for head in site.heads]
    site.crowd(10_000)
    counts += [site.count_statements(head) for head in site.heads]
    json.dump({"counts": counts, "figures": time_figures(site)}, sys.stdout)


def time_figures(site) -> dict[str, list[float]]:
    """Return the milliseconds of the figures of the nation and of one course there, round by round,
    with few and many enrolments behind.
    """
    from django.test import Client  # noqa: PLC0415

    from tools.harness.in_django.people import session_of  # noqa: PLC0415

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["puriq_sesion"] = session_of(site.analyst)
    times: dict[str, list[float]] = {str(shape): [] for shape in SHAPES}
    for _round in range(ROUNDS):
        for shape in SHAPES:
            site.set_tallies(shape, source=random.Random(shape), places=PLACES)
            addresses = ("/panel/", f"/panel/?curso={site.heads[0].slug}")
            for address in addresses:
                client.get(address)
            start = time.process_time()
            for _request in range(REQUESTS):
                for address in addresses:
                    client.get(address)
            times[str(shape)].append(
                (time.process_time() - start) * 1000 / REQUESTS / len(addresses)
            )
    return times


if __name__ == "__main__":
    main()
