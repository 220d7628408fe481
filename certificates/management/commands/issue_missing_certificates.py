"""Repairs what a crash left open."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.services import issue_missing_certificates


class Command(BaseCommand):
    help = "Emite los certificados que faltan y numera los que esperan. Se puede repetir."

    def handle(self, *args, **options):
        count = issue_missing_certificates(now=timezone.now())
        self.stdout.write(_("Certificados que faltaban: %(count)d") % {"count": count})
