"""Runs the commands of manage.py: what a machine lacks is told in one sentence, faults of ours keep
their trace.
"""

import signal
import sys
from typing import NoReturn

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import Error
from django.utils.translation import gettext as _

from config.environment import stop_without


def main(arguments: list[str]) -> None:
    """Run one command.

    Ends with 1 and one sentence when the database, the disk or a folder does not let it work.
    """
    print_what_can_be_printed()
    try:
        databases = settings.DATABASES
    except OSError as error:  # no translation yet: the settings themselves cannot be read
        stop_without(error)
    for address in databases.values():
        address.get("OPTIONS", {}).pop(
            "pool", None
        )  # one process, one connection: what does not answer is told at once
    try:
        execute_from_command_line(arguments)
    except BaseException as error:
        if "--traceback" in arguments or isinstance(error, SystemExit):
            raise
        if was_interrupted(error):
            stop_interrupted()
        if not isinstance(error, Error | OSError):
            raise
        from operations.failures import sentence_of  # noqa: PLC0415 - its models exist only now

        sentence = sentence_of(error)
        if sentence is None:
            raise
        sys.exit(sentence)


def was_interrupted(error: BaseException | None) -> bool:
    """Say whether Ctrl-C is behind an error: what it closed on its way may have failed too."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def stop_interrupted() -> NoReturn:
    """End as a shell ends what Ctrl-C stopped, with what its operator has to know."""
    sys.stderr.write(
        _(
            "\nInterrumpido: el comando no terminó. Lo que dijo que hizo está hecho; repítelo para "
            "lo demás. Si restaurabas, revisa antes el sitio: manage.py audit_records.\n"
        )
    )
    sys.exit(128 + signal.SIGINT)


def print_what_can_be_printed() -> None:
    """Write a question mark for a letter that the terminal does not have, instead of failing at
    it.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
