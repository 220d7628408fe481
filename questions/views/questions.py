"""Serves questions to those who write and review them."""

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

from accounts.permissions import Role, holds_role
from accounts.policies import PersonRequest, act_of, for_site_roles
from courses.models import reviewers_besides
from lib.lists import listed
from questions.forms import (
    FindForm,
    QuestionForm,
    QuestionReviewForm,
    SendAgainForm,
    StateForm,
    differences_from,
    initial_of,
)
from questions.models import Bank, Question
from questions.permissions import (
    MAY_READ_BANK,
    MAY_REVIEW_BANK,
    MAY_WRITE_BANK,
    banks_visible_to,
    may_review_questions,
    may_write_bank,
    questions_visible_to,
)
from questions.queries import found_questions, mended_versions
from questions.services import (
    OwnQuestion,
    StaleVersion,
    decision_made,
    review_question,
    save_question,
    send_question_again,
    set_question_state,
    writers_of,
)
from questions.uses import needs_of, reached_by, uses_of, warnings_of

ON_A_PAGE = 50


@for_site_roles(*MAY_READ_BANK)
@require_safe
def questions(request: PersonRequest, bank_slug: str) -> HttpResponse:
    """List the questions of a bank, found by words and by state."""
    bank = get_object_or_404(banks_visible_to(request.user), slug=bank_slug)
    form = FindForm(request.GET)
    query, state = form.found("q")[:100], form.found("estado")
    rows = found_questions(questions_visible_to(request.user).filter(bank=bank), query, state)
    context = {
        "bank": bank,
        "page": Paginator(rows, ON_A_PAGE).get_page(form.found("pagina") or 1),
        "query": query,
        "state": state,
        "states": Question.ShownState.choices,
        "may_write": may_write_bank(request.user),
        "warnings": warnings_of(bank),
    }
    return render(request, "questions/questions.html", context)


@for_site_roles(*MAY_READ_BANK)
@require_safe
def question(request: PersonRequest, key: UUID) -> HttpResponse:
    """Show a question with every version it had and the quizzes that may draw it."""
    row = get_object_or_404(questions_visible_to(request.user), key=key)
    return shown_question(request, row)


def shown_question(
    request: PersonRequest, asked: Question, typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show a question; `typed` is what a reviewer wrote for a decision that was refused."""
    initial = {"number": asked.current.number, **(typed or {})} if asked.current else {}
    context = {
        "question": asked,
        "versions": asked.versions.select_related("norm").order_by("-number"),
        "uses": uses_of(asked),
        "mended": mended_line(asked),
        "may_write": may_write_bank(request.user),
        "states": [choice for choice in Question.State.choices if choice[0] != asked.state],
        "needing": needs_of(asked),
        "returned": asked.current.reviews.filter(is_approved=False).last()
        if asked.current
        else None,
        "review_form": QuestionReviewForm(initial=initial) if may_decide(request, asked) else None,
        "is_alone": not holds_role(request.user, Role.REVIEWER),
        "nobody_reviews": asked.waits_for_review and not reviewers_besides(request.user),
    }
    return render(request, "questions/question.html", context, status=status)


def may_decide(request: PersonRequest, asked: Question) -> bool:
    """Say whether the person decides about the newest version: a reviewer who wrote no part of it,
    or an operator alone.
    """
    if not asked.waits_for_review or not may_review_questions(request.user):
        return False
    return not holds_role(
        request.user, Role.REVIEWER
    ) or request.user.learner_key not in writers_of(asked)


@for_site_roles(*MAY_REVIEW_BANK)
@act_of(lambda request, key: reverse("bank:question", args=[key]))
def review(request: PersonRequest, key: UUID) -> HttpResponse:
    """Approve the newest version, or send it back with a comment."""
    row = get_object_or_404(questions_visible_to(request.user), key=key)
    is_reviewer = holds_role(request.user, Role.REVIEWER)
    form = QuestionReviewForm(request.POST, needs_reason=not is_reviewer)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
    elif decide(request, row, form.cleaned_data):
        return redirect("bank:question", row.key)
    newest = questions_visible_to(request.user).get(pk=row.pk)
    typed = {name: form.data.get(name, "") for name in ("comment", "number_seen")}
    return shown_question(request, newest, typed, status=422)


def decide(request: PersonRequest, asked: Question, sent: dict) -> bool:
    """Keep the decision and say what it means; False when it was refused, because of what a message
    says.
    """
    is_approved = sent["decision"] == "approve"
    decision = {
        "number": sent["number"],
        "reviewer_key": request.user.learner_key,
        "is_approved": is_approved,
        "comment": sent["comment"],
    }
    if not may_decide(request, asked) and not decision_made(asked, **decision):
        messages.error(request, _("Esta versión ya no espera tu revisión."))
        return False
    try:
        review_question(
            question=asked,
            now=timezone.now(),
            is_alone=not holds_role(request.user, Role.REVIEWER),
            **decision,
        )
    except (StaleVersion, OwnQuestion):
        messages.error(
            request,
            _(
                "La pregunta cambió después de que la abriste: no decidimos nada. Lee cómo está "
                "ahora y decide otra vez."
            ),
        )
        return False
    if is_approved:
        messages.success(
            request,
            _("Aprobada. Los próximos intentos la usan; los que están en curso conservan la suya."),
        )
    else:
        messages.success(
            request,
            _("Devuelta. Quien la escribió la encuentra al entrar al editor, con tu comentario."),
        )
    return True


@for_site_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: PersonRequest, bank_slug: str) -> HttpResponse:
    """Write a question."""
    bank = get_object_or_404(banks_visible_to(request.user), slug=bank_slug)
    form = QuestionForm(request.POST.dict() or None, initial={"key": uuid4(), "expected": 0})
    return question_form(request, form, bank, None)


@for_site_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_question(request: PersonRequest, key: UUID) -> HttpResponse:
    """Change a question: what was asked before stays as its earlier version."""
    row = get_object_or_404(questions_visible_to(request.user), key=key)
    data = {**request.POST.dict(), "key": str(key)} if request.method == "POST" else None
    form = QuestionForm(data, initial=initial_of(row))
    return question_form(request, form, row.bank, row)


def question_form(
    request: PersonRequest, form: QuestionForm, bank: Bank, asked: Question | None
) -> HttpResponse:
    """Show the form, or store what it says and show the question."""
    if form.is_bound and form.is_valid():
        stored = store(request, form, bank)
        if stored:
            tell_what_was_stored(request, *stored)
            warn(request, bank)
            return redirect("bank:question", stored[0].key)
    context = {"form": form, "bank": bank, "question": asked}
    context["needing"] = needs_of(asked) if asked else []
    return render(
        request, "questions/question_form.html", context, status=422 if form.errors else 200
    )


def tell_what_was_stored(request: PersonRequest, row: Question, is_changed: bool) -> None:
    """Say what saving a question did, and what becomes of it now."""
    shown = questions_visible_to(request.user).get(pk=row.pk).shown_state
    if not is_changed and shown == Question.ShownState.RETURNED:
        sentence = _(
            "No cambiaste nada: la pregunta sigue devuelta. Cámbiala, o pulsa “Envía otra vez a "
            "revisión” si está bien así."
        )
        messages.warning(request, sentence)
        return
    messages.success(request, _("Guardamos la pregunta."))
    if shown == Question.ShownState.IN_REVIEW:
        messages.info(
            request, _("Está en revisión: los intentos la usan cuando otra persona la aprueba.")
        )


def store(request: PersonRequest, form: QuestionForm, bank: Bank) -> tuple[Question, bool] | None:
    """Store the question of a valid form and say whether anything changed, or tell the form why it
    could not be stored.
    """
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
            opened=form.opened(),
        )
    except StaleVersion:
        newest = questions_visible_to(request.user).get(key=data["key"])
        taken = form.is_newly_opened(newest)
        form.differences = differences_from(newest, form)
        sentence = _(
            "Otra persona cambió la pregunta mientras escribías. Lo tuyo sigue aquí: compáralo y "
            "guarda otra vez."
        )
        form.add_error(None, sentence)
        if taken:
            kept = _("Queda lo que eligió la otra persona, y tú no tocaste: %(fields)s.")
            form.add_error(None, kept % {"fields": "; ".join(taken)})
    return None


@for_site_roles(*MAY_WRITE_BANK)
@act_of(lambda request, key: reverse("bank:question", args=[key]))
def set_state(request: PersonRequest, key: UUID) -> HttpResponse:
    """Retire a question or bring it back."""
    row = get_object_or_404(questions_visible_to(request.user), key=key)
    form = StateForm(request.POST)
    if form.is_valid():
        try:
            set_question_state(
                question=row,
                **form.cleaned_data,
                author_key=request.user.learner_key,
                now=timezone.now(),
            )
        except StaleVersion:
            sentence = _(
                "Otra persona cambió el estado después de que abriste la pregunta: no cambiamos "
                "nada. Mírala y decide otra vez."
            )
            messages.error(request, sentence)
            return redirect("bank:question", row.key)
        state = Question.ShownState(questions_visible_to(request.user).get(pk=row.pk).shown_state)
        messages.success(
            request, _("La pregunta está ahora: %(state)s.") % {"state": state.label.lower()}
        )
        warn(request, row.bank)
    return redirect(reverse("bank:question", args=[key]))


@for_site_roles(*MAY_WRITE_BANK)
@act_of(lambda request, key: reverse("bank:question", args=[key]))
def send_again(request: PersonRequest, key: UUID) -> HttpResponse:
    """Send a returned question to review again as it is."""
    row = get_object_or_404(questions_visible_to(request.user), key=key)
    form = SendAgainForm(request.POST)
    if form.is_valid():
        facts = {"author_key": request.user.learner_key, "now": timezone.now()}
        try:
            send_question_again(question=row, **form.cleaned_data, **facts)
        except StaleVersion:
            sentence = _(
                "La pregunta cambió después de que la abriste: no enviamos nada. Mírala y decide "
                "otra vez."
            )
            messages.error(request, sentence)
        else:
            messages.success(
                request, _("Está otra vez en revisión: otra persona la aprueba o la devuelve.")
            )
    return redirect("bank:question", row.key)


def mended_line(asked: Question) -> str:
    """Return which earlier versions of a question had another key, and whom they reached, in words;
    nothing when none had.
    """
    versions = mended_versions(asked)
    numbers = [version.number for version in versions]
    if not numbers:
        return ""
    sentence = ngettext(
        "La versión %(numbers)s tiene otra respuesta correcta.",
        "Las versiones %(numbers)s tienen otra respuesta correcta.",
        len(numbers),
    )
    reach = reached_by(versions) or _("Nadie la recibió en un intento.")
    return f"{sentence % {'numbers': listed(numbers)}} {reach}"


def warn(request: PersonRequest, bank: Bank) -> None:
    """Tell the author what is wrong with the quizzes of this bank as it is now."""
    for warning in warnings_of(bank):
        messages.warning(request, warning)
