"""Runs queued tasks as they come and the due jobs every minute: the one background worker."""

import time
from importlib import import_module

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks_db.management.commands.db_worker import Worker

from operations.backups.unfinished import refuse_unfinished
from operations.failures import refusal_of_database
from operations.jobs import run_due_jobs, send_letters
from operations.pulses import worker_lives

SECONDS_BETWEEN_LOOKS = 1
SECONDS_BETWEEN_DUE_JOBS = 60
SECONDS_BETWEEN_TRIES = 2


class Command(BaseCommand):
    help = "Hace las tareas en cola y, cada minuto, las que ya tocan, hasta que se detiene."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("Solo dice si hay un proceso de trabajo activo: termina con 0 o 1"),
        )

    def handle(self, *args, **options):
        refuse_unfinished()
        if options["check"]:
            if not worker_lives(timezone.now()):
                raise CommandError(
                    _("Ningún proceso de trabajo hizo sus tareas hace poco. Inicia manage.py work.")
                )
            return
        self.wait_for_database()
        if settings.METRICS_PORT:
            # Loaded only where it is asked for: the library reads its folder as it is imported.
            import_module("operations.metrics").serve_metrics()
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        last = None
        while worker.running:
            worker.run()
            send_letters()
            if last is None or time.monotonic() - last >= SECONDS_BETWEEN_DUE_JOBS:
                last = time.monotonic()
                run_due_jobs(timezone.now())
                close_old_connections()
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def wait_for_database(self):
        """Wait, and say so once: to end and be started again each second would cost more than the
        work.
        """
        last_words = ""
        while refusal := refusal_of_database():
            if refusal != last_words:
                last_words = refusal
                self.stderr.write(
                    _("%(refusal)s El proceso de trabajo espera hasta que responda.")
                    % {"refusal": refusal}
                )
            time.sleep(SECONDS_BETWEEN_TRIES)
