"""Serves the question bank to those who write and review questions: inside the editor, but neither pages nor snippets."""

from collections import Counter
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import PersonRequest, act_of, for_roles
from quizzes.forms import BankForm, FindForm, QuestionForm, StateForm, differences_from, initial_of
from quizzes.models import Bank, Question
from quizzes.permissions import MAY_READ_BANK, MAY_WRITE_BANK, banks_visible_to, may_write_bank, questions_visible_to
from quizzes.queries import found_questions, guessed_quizzes, mended_key_of, quizzes_drawing, short_quizzes
from quizzes.queries.bank import MendedKey
from quizzes.services import StaleVersion, save_question, set_question_state
from quizzes.wording import listed

ON_A_PAGE = 50


@for_roles(*MAY_READ_BANK)
@require_safe
def banks(request: PersonRequest) -> HttpResponse:
    """List the banks with their questions by state, and the quizzes that ask for more than they hold."""
    rows = list(banks_visible_to(request.user))
    counts = Counter(questions_visible_to(request.user).order_by().values_list("bank_id", "state"))
    listed = [
        {"bank": bank, "active": counts[bank.pk, "active"], "draft": counts[bank.pk, "draft"], "retired": counts[bank.pk, "retired"]}
        for bank in rows
    ]
    context = {"banks": listed, "may_write": may_write_bank(request.user), "warnings": warnings_of()}
    return render(request, "quizzes/bank/banks.html", context)


@for_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_bank(request: PersonRequest) -> HttpResponse:
    """Make a bank."""
    form = BankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        bank = form.save()
        return redirect("bank:questions", bank.slug)
    return render(request, "quizzes/bank/new_bank.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(*MAY_READ_BANK)
@require_safe
def questions(request: PersonRequest, bank_slug: str) -> HttpResponse:
    """List the questions of a bank, found by words and by state."""
    bank = get_object_or_404(banks_visible_to(request.user), slug=bank_slug)
    form = FindForm(request.GET)
    query, state = form.found("q")[:100], form.found("estado")
    found = found_questions(questions_visible_to(request.user).filter(bank=bank), query, state)
    context = {
        "bank": bank,
        "page": Paginator(found, ON_A_PAGE).get_page(form.found("pagina") or 1),
        "query": query,
        "state": state,
        "states": Question.State.choices,
        "may_write": may_write_bank(request.user),
        "warnings": warnings_of(bank),
    }
    return render(request, "quizzes/bank/questions.html", context)


@for_roles(*MAY_READ_BANK)
@require_safe
def question(request: PersonRequest, key: UUID) -> HttpResponse:
    """Show a question with every version it had and the quizzes that may draw it."""
    asked = get_object_or_404(questions_visible_to(request.user), key=key)
    context = {
        "question": asked,
        "versions": asked.versions.select_related("norm").order_by("-number"),
        "quizzes": quizzes_drawing(asked),
        "mended": mended_line(mended_key_of(asked)),
        "may_write": may_write_bank(request.user),
        "states": [choice for choice in Question.State.choices if choice[0] != asked.state],
    }
    return render(request, "quizzes/bank/question.html", context)


@for_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: PersonRequest, bank_slug: str) -> HttpResponse:
    """Write a question."""
    bank = get_object_or_404(banks_visible_to(request.user), slug=bank_slug)
    form = QuestionForm(request.POST.dict() or None, initial={"key": uuid4(), "expected": 0})
    return question_form(request, form, bank, None)


@for_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_question(request: PersonRequest, key: UUID) -> HttpResponse:
    """Change a question: what was asked before stays as its earlier version."""
    asked = get_object_or_404(questions_visible_to(request.user), key=key)
    sent = {**request.POST.dict(), "key": str(key)} if request.method == "POST" else None
    form = QuestionForm(sent, initial=initial_of(asked))
    return question_form(request, form, asked.bank, asked)


def question_form(request: PersonRequest, form: QuestionForm, bank: Bank, asked: Question | None) -> HttpResponse:
    """Show the form, or store what it says and show the question."""
    if form.is_bound and form.is_valid():
        stored = store(request, form, bank)
        if stored:
            messages.success(request, _("Guardamos la pregunta."))
            warn(request, bank)
            return redirect("bank:question", stored.key)
    context = {"form": form, "bank": bank, "question": asked}
    return render(request, "quizzes/bank/question_form.html", context, status=422 if form.errors else 200)


def store(request: PersonRequest, form: QuestionForm, bank: Bank) -> Question | None:
    """Store the question of a valid form, or tell the form why it could not be stored."""
    data = form.cleaned_data
    try:
        return save_question(
            bank=bank,
            content=form.content(),
            topic=data["topic"],
            now=timezone.now(),
            key=data["key"],
            state=data["state"],
            author_key=request.user.learner_key,
            expected=data["expected"],
        )[0]
    except StaleVersion:
        newest = questions_visible_to(request.user).get(key=data["key"])
        form.data = {**form.data, "expected": newest.current.number if newest.current else 0}
        form.add_error(
            None, _("Otra persona guardó una versión nueva mientras escribías. Lo tuyo sigue aquí: compáralo y guarda otra vez.")
        )
        form.differences = differences_from(newest, form)
    return None


@for_roles(*MAY_WRITE_BANK)
@act_of(lambda request, key: reverse("bank:question", args=[key]))
def set_state(request: PersonRequest, key: UUID) -> HttpResponse:
    """Retire a question or bring it back."""
    asked = get_object_or_404(questions_visible_to(request.user), key=key)
    form = StateForm(request.POST)
    if form.is_valid():
        set_question_state(question=asked, state=form.cleaned_data["state"], author_key=request.user.learner_key, now=timezone.now())
        messages.success(request, _("La pregunta está ahora: %(state)s.") % {"state": asked.get_state_display().lower()})
        warn(request, asked.bank)
    return redirect(reverse("bank:question", args=[key]))


def warnings_of(bank: Bank | None = None) -> list[str]:
    """Return what is wrong with the quizzes of a bank, or of all: those that cannot be started, and those that need no knowledge."""
    short = [quiz.message for quiz in short_quizzes() if bank is None or bank.pk in quiz.bank_ids]
    return short + [quiz.message for quiz in guessed_quizzes() if bank is None or bank.pk in quiz.bank_ids]


def mended_line(mended: MendedKey | None) -> str:
    """Return whom an earlier key of a question reached and what becomes of their attempts, in words."""
    if mended is None:
        return ""
    told = ngettext(
        "La versión %(numbers)s tiene otra respuesta correcta.",
        "Las versiones %(numbers)s tienen otra respuesta correcta.",
        len(mended.versions),
    )
    told %= {"numbers": listed(mended.versions)}
    if not mended.people:
        return told + " " + _("Nadie la recibió en un intento.")
    facts = {"people": mended.people, "open": mended.open_attempts, "submitted": mended.submitted}
    reached = ngettext(
        "La recibió %(people)d persona: intentos entregados, %(submitted)d; intentos en curso, %(open)d.",
        "La recibieron %(people)d personas: intentos entregados, %(submitted)d; intentos en curso, %(open)d.",
        mended.people,
    )
    kept = _(
        "Todos conservan esa versión: corregir la pregunta no cambia ninguna nota, y los que están en curso se califican con la respuesta "
        "anterior. Quien revisa sus respuestas lee que la pregunta se corrigió."
    )
    return " ".join([told, reached % facts, kept])


def warn(request: PersonRequest, bank: Bank) -> None:
    """Tell the author what is wrong with the quizzes of this bank as it is now."""
    for warning in warnings_of(bank):
        messages.warning(request, warning)
