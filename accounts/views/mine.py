"""Serves what is a person's own: first entry, account, names, e-mail and password."""

from datetime import datetime
from http import HTTPStatus

from allauth.account import views as library
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.forms import (
    ChangePasswordForm,
    EmailForm,
    FirstEntryForm,
    InstitutionForm,
    PersonForm,
)
from accounts.limits import (
    EMAIL_CHANGES,
    EMAIL_CHANGES_OF_PERSON,
    EMAIL_CHANGES_TO_ADDRESS,
    Limit,
    held_back,
    network_of,
    take,
)
from accounts.missing_institution import SaidInstitutionForm
from accounts.models import User
from accounts.notices import tell_of_new_email
from accounts.permissions import (
    STEWARDS,
    current_grants,
    holds_role,
    looks_after_everybody,
    waits_for_second_factor,
)
from accounts.policies import FORM_METHODS, PersonRequest, act_of, signed_in
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.queries import (
    current_membership,
    has_said_where,
    memberships_of,
    missing_institution_of,
    organisations_matching,
)
from accounts.tasks import send_email_change_letter
from lib.letters import leads_out


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def first_entry(request: PersonRequest) -> HttpResponse:
    """Confirm institution and post and read the privacy notice; it may wait. Who chose their
    institution in their account is asked about the notice alone.
    """
    has_said = has_said_where(request.user)
    membership = None if has_said else current_membership(request.user)
    form = FirstEntryForm(
        request.POST or None,
        initial={"post": membership.post if membership else ""},
        organisation=membership.organisation if membership else None,
        has_accepted=request.user.privacy_notice_version == PRIVACY_NOTICE_VERSION,
    )
    if request.method == "POST" and form.is_valid():
        is_right = form.cleaned_data.get("organisation_is_right", True)
        services.confirm_first_entry(
            user=request.user,
            post=form.cleaned_data.get("post"),
            organisation_is_right=is_right,
            now=timezone.now(),
        )
        if not is_right:
            messages.info(
                request,
                _("Anotamos que esa no es tu entidad. Busca la tuya aquí, ahora o cuando quieras."),
            )
            return redirect("accounts:change_institution")
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {
        "form": form,
        "membership": membership,
        "has_said_where": has_said,
        "later": settings.LOGIN_REDIRECT_URL,
        "notice_version": PRIVACY_NOTICE_VERSION,
    }
    return render(request, "accounts/first_entry.html", context)


@signed_in
@act_of(lambda request: reverse("accounts:account"))
def end_other_sessions(request: PersonRequest) -> HttpResponse:
    """Sign the person out everywhere else: for a lost phone, or a device where «Salir» was
    forgotten.
    """
    services.end_other_sessions(
        user=request.user, kept=request.session.session_key or "", now=timezone.now()
    )
    messages.success(request, _("Cerramos tu sesión en los demás equipos."))
    return redirect("accounts:account")


@signed_in
@never_cache
@require_safe
def account(request: PersonRequest) -> HttpResponse:
    """Show people what we hold about them. Of the document, its type and last three digits only."""
    memberships = memberships_of(request.user)
    membership = next((row for row in memberships if row.ended_on is None), None)
    context = {
        "membership": membership,
        "missing": None if membership else missing_institution_of(request.user),
        "former": [row for row in memberships if row.ended_on],
        "last_digits": request.user.document_number[-3:],
        "grants": current_grants(request.user),
        "is_steward": holds_role(request.user, *STEWARDS),
        "is_site_operator": looks_after_everybody(request.user),
        "lacks_second_factor": waits_for_second_factor(request.user),
    }
    return render(request, "accounts/account.html", context)


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def correct(request: PersonRequest) -> HttpResponse:
    """Let people correct their names and post."""
    user, membership = request.user, current_membership(request.user)
    now_held = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "post": membership.post if membership else "",
    }
    form = PersonForm(request.POST or None, initial=now_held, has_post=membership is not None)
    if request.method == "POST" and form.is_valid():
        services.correct_person(user=user, now=timezone.now(), **{**now_held, **form.corrected})
        messages.success(request, _("Guardamos tus datos."))
        return redirect("accounts:account")
    return render(request, "accounts/correct.html", {"form": form, "membership": membership})


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def change_institution(request: PersonRequest) -> HttpResponse:
    """Let people say that they work somewhere else now; where they worked stays with its dates, and
    the new place waits for its coordinator.
    """
    text = request.GET.get("buscar", "").strip()[:100]
    matches, has_more = organisations_matching(text)
    is_missing = "said" in request.POST
    form = InstitutionForm(
        None if is_missing else request.POST or None, initial={"cargo": told_post(request.user)}
    )
    said_form = SaidInstitutionForm(request.POST if is_missing else None)
    if is_missing and said_form.is_valid():
        membership = current_membership(request.user)
        services.say_missing_institution(
            user=request.user,
            words=said_form.cleaned_data["said"],
            post=membership.post if membership else told_post(request.user),
            now=timezone.now(),
        )
        messages.success(request, _("La anotamos. Alguien la buscará y la pondrá en tu cuenta."))
        return redirect("accounts:account")
    if not is_missing and request.method == "POST" and form.is_valid():
        organisation, membership = form.cleaned_data["entidad"], current_membership(request.user)
        post = form.cleaned_data["cargo"] or (membership.post if membership else "")
        services.move_person(
            user=request.user,
            organisation=organisation,
            post=post,
            now=timezone.now(),
            moved_by=request.user,
        )
        messages.success(request, _("Guardamos tu entidad."))
        return redirect("accounts:account")
    context = {
        "form": form,
        "said_form": said_form,
        "text": text,
        "found": matches,
        "has_more": has_more,
        "marked": form["entidad"].value(),
        "membership": current_membership(request.user),
    }
    return render(request, "accounts/change_institution.html", context)


def told_post(user: User) -> str:
    """Return the post that a person told together with an institution that is still sought."""
    missing = missing_institution_of(user)
    return missing.post if missing else ""


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def change_email(request: PersonRequest) -> HttpResponse:
    """Ask for a new e-mail.

    It changes when it is confirmed behind the link of its letter, so the answer never tells whether
    somebody has it.
    """
    form = EmailForm(request.POST or None, initial={"email": request.user.email}, user=request.user)
    limit = None
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        email = form.cleaned_data["email"]
        limit = limit_reached(email, request, now)
        if limit is None:
            token = services.email_change_token(user=request.user, email=email, now=now)
            send_email_change_letter.enqueue(token)
            if leads_out():
                told = _(
                    "Te llegará un enlace al correo que escribiste. Tu correo cambia cuando lo "
                    "abras y pulses «Confirma»;"
                    " si en 15 minutos no llega, pide otro."
                )
                messages.success(request, told)
            else:
                told = _(
                    "Tu correo queda como está: este sitio todavía no envía correos y el enlace "
                    "no te llegará. Pide una corrección en «Mis pedidos»."
                )
                messages.warning(request, told)
            return redirect("accounts:account")
        if limit == EMAIL_CHANGES:
            form.add_error(
                None, _("Desde tu red llegaron muchos pedidos. Espera un minuto y envía otra vez.")
            )
        else:
            form.add_error(
                None,
                _(
                    "Ya pediste varios enlaces. Espera 15 minutos y revisa también tu correo no "
                    "deseado."
                ),
            )
    return held_back(
        render(request, "accounts/change_email.html", {"form": form}), limit or form.reached
    )


def limit_reached(email: str, request: PersonRequest, now: datetime) -> Limit | None:
    """Count a letter to an address that nobody has proved yet: by network, by who asks and by who
    would get it.
    """
    counts = (
        (EMAIL_CHANGES, network_of(request)),
        (EMAIL_CHANGES_OF_PERSON, request.user.pk),
        (EMAIL_CHANGES_TO_ADDRESS, email.lower()),
    )
    return next((limit for limit, who in counts if not take(limit, who, now=now)), None)


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def confirm_email(request: PersonRequest, token: str) -> HttpResponse:
    """Store the new e-mail by POST: opening the link, as mail scanners do, changes nothing.

    A link of another account looks like one that never was.
    """
    change = services.read_email_change(token)
    if change is None or change.username != request.user.username:
        return render(request, "accounts/unusable_link.html", status=HTTPStatus.NOT_FOUND)
    now = timezone.now()
    if not services.email_change_is_usable(user=request.user, change=change, now=now):
        return used_or_old(request, change)
    if request.method != "POST":
        return render(request, "accounts/confirm_email.html", {"change": change})
    try:
        with transaction.atomic():
            is_stored = services.change_email(user=request.user, change=change, now=now)
            if is_stored:
                tell_of_new_email(
                    user=request.user, before=change.before, by_operator=False, now=now
                )
    except services.PersonExists:
        is_stored = False
    if not is_stored:
        return used_or_old(request, change)
    messages.success(request, _("Guardamos tu correo."))
    return redirect("accounts:account")


def used_or_old(request: PersonRequest, change: services.EmailChange) -> HttpResponse:
    """Say why a link changes nothing: pressed twice, it has done what it was for."""
    if request.user.email == change.email:
        text = _("Ese enlace ya no sirve porque ya lo usaste: tu correo es %(email)s.")
        messages.info(request, text % {"email": change.email})
    else:
        messages.error(request, _("Ese enlace ya no sirve. Pide otro desde aquí."))
    return redirect("accounts:account")


class ChangePasswordView(library.PasswordChangeView):
    """Changes the password and ends every session, this one too: the person signs in with the new
    one.
    """

    template_name = "accounts/change_password.html"
    form_class = ChangePasswordForm

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)


change_password = signed_in(
    never_cache(
        sensitive_post_parameters()(
            require_http_methods(FORM_METHODS)(ChangePasswordView.as_view())
        )
    )
)
