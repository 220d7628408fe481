"""Measures how much dearer acts are for what people are told of them."""

import json

from tools.harness.results import Result
from tools.harness.servers import run_inside
from tools.harness.stores import Store

INSIDE = "tools.bench.in_django.notices"
ACTS = 5_000


def notices(store: Store) -> list[Result]:
    """Return the row of acts with their notices, of the same acts alone."""
    told = json.loads(run_inside(INSIDE, "config.settings", store, "site", str(ACTS)))
    acts, rows = sum(told["acts"]), sum(told["rows"])
    each = f"{acts / ACTS * 1000:.2f} ms each, its notice {rows / ACTS * 1000:.2f} ms"
    name = f"{ACTS:,} enrolments with their notices, of them alone"
    ratio = round((acts + rows) / acts, 3)
    return [Result(name, store.name, ratio, "×", 1.05, "lower", beside=each)]
