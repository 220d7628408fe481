"""Serves lists of people: upload, columns, what a list would do, and what became of it."""

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import LISTS_UPLOADED, held_back, take
from accounts.permissions import STEWARDS, Role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_roles
from lib.identifiers import read_uuid
from lib.spreadsheets import csv_text
from roster.file_forms import ColumnsForm, CoursesForm, RegisterUploadForm, UploadForm
from roster.files.carrying_out import (
    NothingToImport,
    confirm_file,
    progress_of,
    undo_file,
)
from roster.files.checks import TooManyRows, hidden_in_words
from roster.files.columns import refusal_of, unread_twins
from roster.files.enrolling import (
    choose_courses,
    counts_by_course,
    courses_to_choose,
    has_enrolled,
    titles_of,
)
from roster.files.registered import INSTITUTIONS
from roster.files.sheets import UnreadableSheet
from roster.files.staging import choose_columns, columns_of, opened, stage_file
from roster.files.template import template
from roster.models import RosterFile, RosterRow
from roster.permissions import files_visible_to
from roster.tasks import go_on_with_list

MOST_LISTED = 100
SAMPLE = 5
Outcome = RosterRow.Outcome


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def roster_files(request: PersonRequest) -> HttpResponse:
    """Show the lists of people that somebody uploaded, and take another one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    return uploaded(request, form, RosterFile.Subject.PEOPLE)


@for_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def register_files(request: PersonRequest) -> HttpResponse:
    """Show the lists of institutions that somebody uploaded, and take another one."""
    form = RegisterUploadForm(request.POST or None, request.FILES or None)
    return uploaded(request, form, RosterFile.Subject.INSTITUTIONS)


def uploaded(request: PersonRequest, form: UploadForm, subject: str) -> HttpResponse:
    """Keep a list that was sent, or show the form with the lists of before."""
    limit = None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        if take(LISTS_UPLOADED, request.user.pk, now=now):
            try:
                file = stage_file(
                    data=form.cleaned_data["file"].read(),
                    name=form.cleaned_data["file"].name,
                    system=form.cleaned_data["system"],
                    uuid=form.cleaned_data["uuid"],
                    actor=request.user,
                    now=now,
                    subject=subject,
                )
                return redirect("roster:file", file.uuid)
            except (UnreadableSheet, TooManyRows) as refusal:
                form.add_error("file", str(refusal))
        else:
            limit = LISTS_UPLOADED
            form.add_error(None, _("Subiste muchas listas seguidas. Espera una hora."))
    files = files_visible_to(request.user).filter(subject=subject).order_by("-pk")[:20]
    is_of_people = subject == RosterFile.Subject.PEOPLE
    context = {"form": form, "files": files, "is_of_people": is_of_people}
    return held_back(render(request, "roster/files.html", context), limit)


@for_roles(*STEWARDS)
@require_safe
def roster_template(request: PersonRequest) -> HttpResponse:
    """Give the template of a list of people."""
    return workbook(template(), "plantilla-personas.xlsx")


@for_roles(Role.OPERATOR)
@require_safe
def register_template(request: PersonRequest) -> HttpResponse:
    """Give the template of a list of institutions."""
    return workbook(template(INSTITUTIONS), "plantilla-entidades.xlsx")


def workbook(data: bytes, name: str) -> HttpResponse:
    """Give a workbook as a file."""
    answer = HttpResponse(
        data, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@for_roles(*STEWARDS)
@never_cache
@require_safe
def roster_file(request: PersonRequest, number: str) -> HttpResponse:
    """Show what a list would do, how far it is, or what became of it."""
    file = existing_file(request, number)
    progress = progress_of(file)
    counts = progress.counts
    wrong = file.rows.filter(outcome=Outcome.WRONG).order_by("number")[:MOST_LISTED]
    columns = columns_of(file)
    slips = list(dict.fromkeys(text for row in wrong for text in opened(row)["slips"]))
    sample = [opened(row) for row in file.rows.order_by("number")[:SAMPLE]]
    fields = columns.shape.columns
    hints, hint_count = hints_of(file)
    is_of_people = file.subject == RosterFile.Subject.PEOPLE
    is_staged = file.state == RosterFile.State.STAGED
    in_courses = counts_by_course(file)
    context = {
        "file": file,
        "is_of_people": is_of_people,
        "courses_form": courses_form(file, None) if is_of_people and is_staged else None,
        "in_courses": in_courses,
        "may_be_undone": bool(counts.get(Outcome.NEW)) or has_enrolled(file),
        "stayed": counts.get(Outcome.STAYS, 0),
        "waiting": progress.waiting,
        "done": sum(counts.values()) - progress.waiting - counts.get(Outcome.WRONG, 0),
        "rows": [(Outcome(name).label, counts[name]) for name in Outcome if counts.get(name)],
        "wrong_count": counts.get(Outcome.WRONG, 0),
        "slips": slips,
        "hints": hints,
        "hint_count": hint_count,
        "hidden": hidden_in_words(file.hidden_rows) if file.hidden_rows else "",
        "refusal": refusal_of(columns),
        "twins": unread_twins(columns) if is_staged else [],
        "columns_form": columns_form(file, None),
        "titles": [fields[name] for name in fields if name in columns.places],
        "sample": [
            [columns.cell(row["cells"], name) for name in fields if name in columns.places]
            for row in sample
        ],
    }
    return render(request, "roster/file.html", context)


def hints_of(file: RosterFile) -> tuple[list[str], int]:
    """Return the first hints of a list, wherever its rows stand, and how many there are. Two
    statements.
    """
    hinted = file.rows.filter(hint_count__gt=0)
    count = hinted.aggregate(count=Sum("hint_count"))["count"] or 0
    rows = hinted.order_by("number")[:MOST_LISTED]
    return [text for row in rows for text in opened(row)["hints"]][:MOST_LISTED], count


@for_roles(*STEWARDS)
@act_of(lambda request, number: reverse("roster:file", args=[number]))
def set_columns(request: PersonRequest, number: str) -> HttpResponse:
    """Read a list once more, with what each column holds."""
    file = existing_file(request, number)
    form = columns_form(file, request.POST)
    if file.state != RosterFile.State.STAGED:
        told = _("Esta lista ya se importó: no la leímos otra vez. Si sus columnas estaban mal, "
                 "deshazla y sube el archivo de nuevo.")  # fmt: skip
        messages.error(request, told)
    elif form.is_valid():
        read_again(request, file, form)
    return redirect("roster:file", number)


def read_again(request: PersonRequest, file: RosterFile, form: ColumnsForm) -> None:
    """Read a list with the columns that were chosen, and say that it has to be looked at."""
    try:
        choose_columns(file=file, choice=form.choice(), actor=request.user, now=timezone.now())
    except TooManyRows as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("Leímos la lista otra vez con esas columnas. Mírala antes de importarla.")
        messages.success(request, told)


@for_roles(*STEWARDS)
@act_of(lambda request, number: reverse("roster:file", args=[number]))
def set_courses(request: PersonRequest, number: str) -> HttpResponse:
    """Let the people of a list be enrolled in courses too, once it is imported."""
    file = existing_file(request, number)
    form = courses_form(file, request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["courses"][0])
    elif choose_courses(file=file, keys=form.cleaned_data["courses"]):
        messages.success(request, _("Guardamos los cursos: todavía no inscribimos a nadie."))
    else:
        told = _("Esta lista ya se importó: no guardamos los cursos. Sube otra vez el archivo y "
                 "márcalos antes de importar.")  # fmt: skip
        messages.error(request, told)
    return redirect("roster:file", number)


@for_roles(*STEWARDS)
@act_of(lambda request, number: reverse("roster:file", args=[number]))
def confirm_roster_file(request: PersonRequest, number: str) -> HttpResponse:
    """Carry a list out, but for its rows with slips: with the courses that its page shows ticked,
    and once it was read with the columns that its page shows chosen.
    """
    file = existing_file(request, number)
    if not takes_what_is_shown(request, file):
        return redirect("roster:file", number)
    try:
        if confirm_file(file=file, actor=request.user, now=timezone.now()):
            go_on_with_list.enqueue(file.pk)
    except NothingToImport:
        messages.error(request, _("Ninguna fila se puede importar. Corrige tu lista y súbela."))
    return redirect("roster:file", number)


def takes_what_is_shown(request: PersonRequest, file: RosterFile) -> bool:
    """Keep the courses that a page shows, and say whether its list may be carried out as it is:
    columns that were changed on it are read first, and looked at.
    """
    if file.state != RosterFile.State.STAGED:
        return True
    if "has_courses" in request.POST:
        courses = courses_form(file, request.POST)
        if not courses.is_valid():
            messages.error(request, courses.errors["courses"][0])
            return False
        choose_courses(file=file, keys=courses.cleaned_data["courses"])
    if "has_columns" in request.POST:
        columns = columns_form(file, request.POST)
        if columns.is_valid() and columns.has_changed():
            read_again(request, file, columns)
            return False
    return True


@for_roles(*STEWARDS)
@act_of(lambda request, number: reverse("roster:file", args=[number]))
def undo_roster_file(request: PersonRequest, number: str) -> HttpResponse:
    """Let the people of a list go who never came in."""
    file = existing_file(request, number)
    if undo_file(file=file, actor=request.user, now=timezone.now()):
        go_on_with_list.enqueue(file.pk)
    else:
        messages.info(request, _("Esta lista ya se deshizo, o se está deshaciendo."))
    return redirect("roster:file", number)


@for_roles(*STEWARDS)
@never_cache
@require_safe
def roster_result(request: PersonRequest, number: str) -> HttpResponse:
    """Give what became of each row: its number and its outcome, no document."""
    file = existing_file(request, number)
    titles = titles_of(file)
    hidden = set(file.hidden_rows)
    rows = [
        [
            row.number,
            row.get_outcome_display(),
            details_of(row, is_hidden=row.number in hidden),
            *(in_words(row.courses.get(key)) for key in titles),
        ]
        for row in file.rows.order_by("number").iterator(chunk_size=500)
    ]
    text = csv_text([[_("Fila"), _("Resultado"), _("Detalle"), *titles.values()], *rows])
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="resultado-{file.uuid}.csv"'
    return answer


def details_of(row: RosterRow, *, is_hidden: bool) -> str:
    """Return all that is told of a row: why it was not carried out, and what to look at."""
    facts = opened(row)
    return " ".join([*facts["slips"], *facts["hints"], *([_("Fila oculta.")] if is_hidden else [])])


def in_words(outcome: str | None) -> str:
    """Return what became of a course for one person; nothing where it was not tried."""
    return str(RosterRow.InCourse(outcome).label) if outcome else ""


def courses_form(file: RosterFile, data) -> CoursesForm:
    """Return the form about the courses of a list, as they were chosen."""
    return CoursesForm(data, choices=courses_to_choose(), chosen=file.courses)


def columns_form(file: RosterFile, data) -> ColumnsForm:
    """Return the form about the columns of a list, as they are now."""
    columns = columns_of(file)
    chosen = {place: name for name, places in columns.places.items() for place in places}
    first = None if file.header_row else file.rows.order_by("number").first()
    return ColumnsForm(
        data,
        headings=file.headings,
        chosen=chosen,
        shape=columns.shape,
        first_row=opened(first)["cells"] if first else [],
    )


def existing_file(request: PersonRequest, number: str) -> RosterFile:
    """Return a list of who asks, or answer 404."""
    file = files_visible_to(request.user).filter(uuid=read_uuid(str(number))).first()
    if file is None:
        raise Http404
    return file
