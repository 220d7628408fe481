"""Seeds the benchmark site: 20 courses of 20 lessons of 12 blocks, 200 learners; prints what the
measuring needs as JSON.
"""

import json
import logging
import sys

import django


def main() -> None:
    """Migrate an empty database of the benchmark and fill it through the services of the site."""
    django.setup()
    logging.getLogger("web.logs").setLevel(logging.WARNING)
    from tools.bench.in_django.site import BenchmarkSite  # noqa: PLC0415 - after Django is ready
    from tools.harness.in_django.database import prepare_database  # noqa: PLC0415

    prepare_database()
    site = BenchmarkSite()
    site.write_courses(*[20] * 20)
    site.add_learners(200)
    site.hand_in(40)
    counts = site.count_statements(site.heads[0])
    json.dump({**site.facts(), "statements": counts}, sys.stdout)


if __name__ == "__main__":
    main()
