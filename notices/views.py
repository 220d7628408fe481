"""Serves their notices to people, with what they want by letter, and to operators the letters that
did not leave.
"""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import documents
from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_site_roles, public, signed_in
from notices.choosing import choose_letters, mute
from notices.forms import ShortMessageForm
from notices.holding import discard_held, held_letters, release_held
from notices.kinds import kinds_for
from notices.queries import (
    FAILED_SHOWN,
    failed_letters,
    is_letter,
    is_notice_of,
    is_quiet,
    muted_kinds,
    notices_of,
    queue_state,
    shown_notices,
)
from notices.services import (
    mark_read,
    send_again,
    send_all_again,
)
from notices.short_messages import agree, consent_of, short_messages, withdraw_consent
from notices.unsubscribing import TokenIsOver, read_unsubscribe_token


def to_notices(request: HttpRequest, **kwargs) -> str:
    """Return where a person goes on."""
    return reverse("notices:notices")


@signed_in
@never_cache
@require_safe
def notices(request: PersonRequest) -> HttpResponse:
    """Show what waits for the person, and what they were told."""
    waiting, told = shown_notices(notices_of(request.user))
    has_unread = any(shown.notice.read_at is None for shown in (*waiting, *told))
    context = {"waiting": waiting, "told": told, "has_unread": has_unread}
    return render(request, "notices/notices.html", context)


@signed_in
@act_of(to_notices)
def read(request: PersonRequest, number: int) -> HttpResponse:
    """Mark one notice as read; one of somebody else is not there."""
    if not is_notice_of(request.user, number):
        raise Http404
    mark_read(learner=request.user.learner_key, number=number, now=timezone.now())
    return redirect("notices:notices")


@signed_in
@act_of(to_notices)
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark all notices as read."""
    mark_read(learner=request.user.learner_key, now=timezone.now())
    return redirect("notices:notices")


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def choices(request: PersonRequest) -> HttpResponse:
    """Let a person choose what comes by letter."""
    adapter = short_messages()
    is_about_telephone = adapter is not None and "celular" in request.POST
    form = ShortMessageForm(request.POST if is_about_telephone else None)
    if is_about_telephone:
        if form.is_valid():
            telephone = form.cleaned_data["telephone"]
            agree(person=request.user, telephone=telephone, now=timezone.now())
            messages.success(request, _("Guardamos tu celular."))
            return redirect("notices:choices")
    elif "sin_celular" in request.POST:
        withdraw_consent(person=request.user, now=timezone.now())
        messages.success(request, _("Borramos tu celular: no recibirás más mensajes."))
        return redirect("notices:choices")
    elif request.method == "POST":
        # What was stopped while the page was open, as by the link of a letter, stays so.
        stopped = muted_kinds(request.user) & set(request.POST.getlist("mostrado"))
        wanted = set(request.POST.getlist("correo")) - stopped
        choose_letters(person=request.user, wanted=wanted, now=timezone.now())
        messages.success(request, _("Guardamos qué correos quieres."))
        return redirect("notices:choices")
    muted = muted_kinds(request.user)
    context = {
        "rows": [(kind, kind.name not in muted) for kind in kinds_for(request.user)],
        "short_messages": adapter,
        "form": form,
    }
    if adapter and (consent := consent_of(request.user)):
        context |= {"consent": consent, "last_digits": documents.decrypt(consent.telephone)[-3:]}
    return render(request, "notices/choices.html", context)


@csrf_exempt
@public
@never_cache
@require_http_methods(FORM_METHODS)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever has the letter stop more of its kind, without signing in.

    Opening the address changes nothing: scanners of mail open it too. A program of mail sends with
    neither page nor cookie (RFC 8058): what nobody can make up is the signed address.
    """
    try:
        asked = read_unsubscribe_token(token)
    except TokenIsOver:
        context = {"is_over": True}
        return render(request, "notices/unsubscribe.html", context, status=HTTPStatus.GONE)
    if asked is None:
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        mute(learner=asked.learner, kind=asked.kind, now=timezone.now())
    context = {"token": token, "kind": asked.kind, "is_done": is_done}
    return render(request, "notices/unsubscribe.html", context)


def to_letters(request: HttpRequest, **kwargs) -> str:
    """Return where an operator goes on."""
    return reverse("notices:letters")


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def letters(request: PersonRequest) -> HttpResponse:
    """Show how many letters wait, whether the mail server takes them, and those that failed."""
    now = timezone.now()
    failed = list(failed_letters(now)[:FAILED_SHOWN])
    held = held_letters()
    context = {
        "held": held[:FAILED_SHOWN],
        "held_count": held.count(),
        "state": queue_state(now),
        "is_night": is_quiet(now),
        "failed": failed,
        "may_all_go": sum(letter.may_go_again for letter in failed) > 1,
    }
    return render(request, "notices/letters.html", context)


@for_site_roles(Role.OPERATOR)
@act_of(to_letters)
def again(request: PersonRequest, number: int) -> HttpResponse:
    """Put one letter back into the queue."""
    if send_again(number=number, operator=request.user, now=timezone.now()):
        messages.success(request, _("La carta espera su turno otra vez."))
    elif is_letter(number):
        messages.info(request, _("Esa carta ya espera, ya salió o ya no puede salir."))
    else:
        raise Http404
    return redirect("notices:letters")


@for_site_roles(Role.OPERATOR)
@act_of(to_letters)
def all_again(request: PersonRequest) -> HttpResponse:
    """Put all that failed and may leave back into the queue."""
    count = send_all_again(operator=request.user, now=timezone.now())
    if count:
        text = ngettext(
            "%(count)d carta espera su turno otra vez.",
            "%(count)d cartas esperan su turno otra vez.",
            count,
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Ninguna carta que falló puede salir otra vez."))
    return redirect("notices:letters")


@for_site_roles(Role.OPERATOR)
@act_of(to_letters)
def release(request: PersonRequest, number: int | None = None) -> HttpResponse:
    """Let a letter leave that a restore held, or all of them."""
    count = release_held(number=number, operator=request.user, now=timezone.now())
    if count:
        text = ngettext(
            "%(count)d carta espera su turno.", "%(count)d cartas esperan su turno.", count
        )
        messages.success(request, text % {"count": count})
        return redirect("notices:letters")
    return to_letters_undone(request)


@for_site_roles(Role.OPERATOR)
@act_of(to_letters)
def discard(request: PersonRequest, number: int | None = None) -> HttpResponse:
    """Delete a letter that a restore held, or all of them."""
    count = discard_held(number=number, operator=request.user, now=timezone.now())
    if count:
        text = ngettext(
            "Descartamos %(count)d carta: no saldrá.",
            "Descartamos %(count)d cartas: no saldrán.",
            count,
        )
        messages.success(request, text % {"count": count})
        return redirect("notices:letters")
    return to_letters_undone(request)


def to_letters_undone(request: PersonRequest) -> HttpResponse:
    """Say that nothing was held any more: another operator may have discarded it meanwhile."""
    messages.info(request, _("Ninguna carta estaba retenida: ya se decidió de ella."))
    return redirect("notices:letters")
