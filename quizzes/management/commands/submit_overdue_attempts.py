"""Submits attempts whose time ended."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from quizzes.overdue import submit_overdue_attempts


class Command(BaseCommand):
    help = (
        "Entrega los intentos cuyo tiempo terminó. Se puede repetir; run_due_jobs lo hace "
        "cada minuto."
    )

    def handle(self, *args, **options):
        count = submit_overdue_attempts(now=timezone.now())
        self.stdout.write(_("Intentos vencidos que se entregaron: %(count)d") % {"count": count})
