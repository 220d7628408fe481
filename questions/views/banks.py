"""Serves the banks themselves: their list, a new one, and the title of one."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import PersonRequest, for_site_roles
from questions.forms import BankForm
from questions.models import Bank, Question
from questions.permissions import (
    MAY_READ_BANK,
    MAY_WRITE_BANK,
    banks_visible_to,
    may_write_bank,
    questions_visible_to,
)
from questions.services import BankExists, add_bank, rename_bank
from questions.uses import warnings_of


@for_site_roles(*MAY_READ_BANK)
@require_safe
def banks(request: PersonRequest) -> HttpResponse:
    """List the banks with their questions by state, and what is wrong with the quizzes that draw
    from them.
    """
    rows = list(banks_visible_to(request.user))
    counts = Counter(
        questions_visible_to(request.user).order_by().values_list("bank_id", "shown_state")
    )
    bank_rows = [
        {"bank": bank} | {state: counts[bank.pk, state] for state in Question.ShownState.values}
        for bank in rows
    ]
    context = {
        "banks": bank_rows,
        "may_write": may_write_bank(request.user),
        "warnings": warnings_of(),
    }
    context["waiting"] = questions_visible_to(request.user).in_review()
    context["returned"] = questions_visible_to(request.user).returned()
    return render(request, "questions/banks.html", context)


@for_site_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_bank(request: PersonRequest) -> HttpResponse:
    """Make a bank; the form sent again leads to the one that it made."""
    form = BankForm(request.POST or None)
    if request.method == "POST":
        bank = made_bank(request, form)
        if bank:
            return redirect("bank:questions", bank.slug)
    return render(
        request, "questions/new_bank.html", {"form": form}, status=422 if form.errors else 200
    )


def made_bank(request: PersonRequest, form: BankForm) -> Bank | None:
    """Store the bank of a valid form; return the empty one that stands there already under the same
    title, or None where the form was refused.
    """
    if form.is_valid():
        bank = form.save(commit=False)
        try:
            add_bank(bank, author_key=request.user.learner_key, now=timezone.now())
        except BankExists:
            return Bank.objects.get(slug=bank.slug)
        return bank
    if form.same is None or form.same.questions.exists():
        return None
    messages.info(request, _("Ese banco ya existe, y está vacío: escribe aquí sus preguntas."))
    return form.same


@for_site_roles(*MAY_WRITE_BANK)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: PersonRequest, bank_slug: str) -> HttpResponse:
    """Give a bank another title."""
    bank = get_object_or_404(banks_visible_to(request.user), slug=bank_slug)
    form = BankForm(request.POST or None, instance=bank)
    if request.method == "POST" and form.is_valid():
        rename_bank(
            form.save(commit=False), author_key=request.user.learner_key, now=timezone.now()
        )
        messages.success(request, _("Guardamos el título."))
        return redirect("bank:questions", bank.slug)
    context = {"form": form, "bank": Bank.objects.get(pk=bank.pk)}
    return render(request, "questions/new_bank.html", context, status=422 if form.errors else 200)
