"""Loads the official codes of areas, provinces and districts without doubles."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from territory.services import TableReport, import_territories


class Command(BaseCommand):
    help = "Carga regiones, provincias y distritos con sus códigos oficiales. Se puede repetir."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Cargando los códigos oficiales…"))
        report = import_territories()
        self._tell(_("Regiones"), report.areas)
        self._tell(_("Provincias"), report.provinces)
        self._tell(_("Distritos"), report.districts)
        self.stdout.write(self.style.SUCCESS(_("Listo.")))

    def _tell(self, title: str, table: TableReport) -> None:
        counts = {
            "total": table.total,
            "added": table.added,
            "changed": table.changed,
            "ended": table.ended,
        }
        text = _(
            "%(total)s en la lista; nuevos: %(added)s, cambiados: %(changed)s, fuera de uso: "
            "%(ended)s"
        )
        self.stdout.write(f"{title}: {text % counts}")
