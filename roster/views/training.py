"""Gives the personnel office of an institution what its people completed in a year, as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import TRAINING_FILES, held_back, take
from accounts.models import Organisation
from accounts.permissions import COMPANIONS, STEWARDS, organisations_visible_to
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from content.addresses import plain_slug
from lib.spreadsheets import csv_text, workbook_bytes
from roster.file_forms import TrainingFileForm
from roster.services import record_training_file
from roster.training_file import (
    completions_in,
    notes,
    table,
    told_of_merges,
    years_with_completions,
)
from roster.views.files import workbook
from roster.views.institutions import existing_institution


@for_roles(*COMPANIONS)
@never_cache
@require_http_methods(FORM_METHODS)
def training(request: PersonRequest, uuid: str) -> HttpResponse:
    """Choose a year, and give what was completed in it; taking the file leaves its line."""
    organisation, now = existing_institution(request, uuid, COMPANIONS), timezone.now()
    form = TrainingFileForm(request.POST or None, years=years_with_completions(organisation, now))
    limit = None
    if request.method == "POST" and form.is_valid():
        if take(TRAINING_FILES, request.user.pk, now=now):
            return file_of(request, organisation, **form.cleaned_data)
        limit = TRAINING_FILES
        form.add_error(None, _("Descargaste muchos archivos seguidos. Espera una hora."))
    may_open = organisations_visible_to(request.user, STEWARDS).filter(pk=organisation.pk).exists()
    context = {
        "organisation": organisation,
        "form": form,
        "is_steward": may_open,
        "merges": told_of_merges(organisation),
    }
    return held_back(render(request, "roster/training.html", context), limit)


def file_of(
    request: PersonRequest, organisation: Organisation, year: int, kind: str
) -> HttpResponse:
    """Give the file of a year."""
    now = timezone.now()
    completions = completions_in(organisation, year)
    told, rows = notes(organisation, year, len(completions), now), table(completions)
    record_training_file(
        by=request.user,
        organisation=organisation,
        year=year,
        kind=kind,
        count=len(completions),
        now=now,
    )
    name = f"capacitacion-{plain_slug(organisation.name, _('entidad'))}-{year}.{kind}"
    if kind == "xlsx":
        sheets = {_("Capacitación"): rows, _("Notas"): [[text] for text in told]}
        return workbook(workbook_bytes(sheets), name)
    text = csv_text([*([line] for line in told), *rows])
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
