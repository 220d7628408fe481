"""Completes what the environment says of a database with what every connection of Puriq needs."""

from typing import Any

from lib.pools import SECONDS_OF_TRIES, refuse_who_waits


def is_sqlite(database: dict[str, Any]) -> bool:
    """Say whether it is the embedded database."""
    return database["ENGINE"].endswith("sqlite3")


def with_options(database: dict[str, Any]) -> dict[str, Any]:
    """Return a database that keeps what it acknowledged."""
    if is_sqlite(database):
        # FULL: an acknowledged answer survives a power cut. IMMEDIATE: no lock error when a read
        # turns into a write. A fresh connection reads the whole schema first, which costs as much
        # as a page.
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        return database | {"OPTIONS": options, "CONN_MAX_AGE": 60}
    options = {
        "connect_timeout": 5,
        # What `lib/prepared.py` asks: kept by the connection from the third time on.
        "prepare_threshold": 2,
        **database.get("OPTIONS", {}),  # what the address asks for, like sslmode
        "pool": {
            "min_size": 2,
            "max_size": 16,
            "timeout": 20,
            "reconnect_timeout": SECONDS_OF_TRIES,
            "reconnect_failed": refuse_who_waits,
        },
        # As long as SQLite waits: what cannot be stored in time is refused and sent again. What is
        # kept is asked by key: one plan serves every value, from the first time on.
        "options": "-c lock_timeout=20s -c plan_cache_mode=force_generic_plan",
    }
    return database | {"OPTIONS": options}


def as_replica(database: dict[str, Any]) -> dict[str, Any]:
    """Return a database that is only read: whoever would write to it is refused by itself."""
    options = with_options(database)["OPTIONS"]
    if is_sqlite(database):
        options |= {"transaction_mode": "DEFERRED", "init_command": "PRAGMA query_only=ON;"}
    else:
        options["options"] += " -c default_transaction_read_only=on"
        options["pool"] = options["pool"] | {"min_size": 0}
    return with_options(database) | {"OPTIONS": options}
