"""Prints what DEMO is when nobody says it: 1 in a fresh folder and on a database made as a
demonstration, else 0.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

DATABASE = Path(__file__).resolve().parent.parent / "var" / "puriq.sqlite3"


def usual_demo(database: Path = DATABASE) -> str:
    """Return the value of DEMO for `make run`: what was said, or what the database was made as.

    A database server is nobody's trial: there it is 0, as for the services. `set_up` writes down
    how a database was made (operations/origin.py); one that was never set up to the end is asked
    again there.
    """
    if said := os.environ.get("DEMO"):
        return said
    if os.environ.get("DATABASE_URL"):
        return "0"
    if not database.exists():
        return "1"
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            row = connection.execute(
                "SELECT is_demonstration FROM operations_siteorigin"
            ).fetchone()
    except sqlite3.DatabaseError:  # set_up says what is wrong with it
        return "1"
    return "1" if row is None or row[0] else "0"


if __name__ == "__main__":
    print(usual_demo())  # noqa: T201 - the Makefile reads it
