"""One count for all processes of a machine: atomic, gone when its time is over, and in a file of
its owner alone.
"""

import sqlite3
import subprocess
import sys
import threading

import pytest

from lib.counts import FileCounts

COUNTING = """
import sys
from lib.counts import FileCounts
counts = FileCounts(sys.argv[1], {})
for _time in range(50):
    counts.add("tries", 0, 60)
    counts.incr("tries")
"""


@pytest.fixture
def counts(tmp_path):
    made = FileCounts(str(tmp_path / "kept" / "limits.sqlite3"), {})
    yield made
    made.close()


def test_numbers_are_added_and_taken_away(counts):
    assert counts.add("a", 0, 60)
    assert not counts.add("a", 7, 60)
    assert [counts.incr("a"), counts.incr("a", 4), counts.decr("a")] == [1, 5, 4]
    assert (counts.get("a"), counts.get("b"), counts.get("b", 0)) == (4, None, 0)
    counts.set("a", 9, None)
    assert counts.get("a") == 9
    assert counts.delete("a")
    assert not counts.delete("a")


def test_what_is_over_begins_again(counts):
    counts.set("a", 9, 0)
    assert counts.get("a") is None
    with pytest.raises(ValueError, match="not found"):
        counts.incr("a")
    assert counts.add("a", 1, 60)
    assert counts.get("a") == 1


def test_processes_and_threads_count_together(counts):
    programs = [
        subprocess.Popen([sys.executable, "-c", COUNTING, str(counts.path)], stderr=subprocess.PIPE)
        for _number in range(3)
    ]
    threads = [
        threading.Thread(target=lambda: (counts.add("tries", 0, 60), counts.incr("tries")))
        for _number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    for program in programs:
        program.stderr.close()
    assert counts.get("tries") == 3 * 50 + 8


def is_closed(connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


def test_a_connection_is_closed_with_its_thread_its_file_and_its_request(counts):
    opened = []

    def count():
        counts.set("a", 1, 60)
        opened.append(counts.local.file.connection)

    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    count()
    counts.path.unlink()
    count()
    counts.close()
    assert [is_closed(connection) for connection in opened] == [True, True, True]


def test_the_file_is_its_owners_and_may_be_deleted(counts):
    counts.set("a", 1, 60)
    assert counts.path.stat().st_mode & 0o077 == 0
    counts.clear()
    assert counts.get("a") is None
    counts.path.unlink()
    counts.set("a", 2, 60)
    assert counts.get("a") == 2
