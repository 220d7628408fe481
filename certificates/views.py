"""Serves the holder's certificates, the document, and public verification."""

from collections.abc import Callable
from functools import wraps
from uuid import uuid4

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import (
    CERTIFICATE_FILES,
    REPLACEMENTS_OF_PERSON,
    TRANSCRIPTS,
    VERIFICATIONS,
    Limit,
    held_back,
    network_of,
    take,
)
from accounts.policies import PersonRequest, public, signed_in
from certificates.codes import grouped, is_well_formed, normalise
from certificates.forms import MAXIMUM_TYPED, VerificationForm
from certificates.models import Certificate
from certificates.permissions import certificates_of
from certificates.queries import certificate_with_code, successor_of
from certificates.rendering import document_ending, render_pdf, verification_url
from certificates.replacing import NothingToReplace, outdated_data, replace_certificate
from certificates.transcript import render_transcript, transcript_of
from lib.identifiers import read_uuid

View = Callable[..., HttpResponse]


def kept_private(view: View) -> View:
    """Keep whatever the view answers out of caches and search engines.

    No other host gets its address as a referrer, as on every page; our own must, or a browser
    calls the origin of its forms "null" and they are refused.
    """

    @wraps(view)
    def answer(*args, **kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@signed_in
@kept_private
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the person's own certificates."""
    return own_list(request)


def own_list(request: HttpRequest) -> HttpResponse:
    """Show the person's own certificates, with what may be done with each."""
    own = {row.pk: row for row in certificates_of(request.user)}
    rows = [
        {
            "certificate": row,
            "address": verification_url(row.code),
            "outdated": outdated_data(row, request.user) if row.is_valid else [],
            "successor": successor_of(row, own),
        }
        for row in own.values()
    ]
    return render(request, "certificates/mine.html", {"rows": rows, "act": uuid4()})


@signed_in
@kept_private
@require_safe
def transcript(request: PersonRequest) -> HttpResponse:
    """Give the person what they learned, as a document for their personnel file."""
    now = timezone.now()
    if not take(TRANSCRIPTS, request.user.pk, now=now):
        return too_many(request, TRANSCRIPTS)
    drawn = render_transcript(transcript_of(request.user), now)
    response = HttpResponse(drawn, content_type="application/pdf")
    name = f"constancia-{timezone.localdate(now):%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
@kept_private
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: PersonRequest, code: str) -> HttpResponse:
    """Issue the person's own certificate anew with the data of today; sent twice, it is one.

    Opening the address shows the list.
    """
    if request.method != "POST":
        return redirect("certificates:mine")
    now = timezone.now()
    own = certificates_of(request.user).exclude(state=Certificate.State.REVOKED)
    certificate = get_object_or_404(own, code=code)
    if not take(REPLACEMENTS_OF_PERSON, request.user.pk, now=now):
        messages.error(
            request,
            _("Emitiste certificados muchas veces seguidas. Espera una hora y vuelve a intentar."),
        )
        return held_back(own_list(request), REPLACEMENTS_OF_PERSON)
    try:
        replace_certificate(
            certificate=certificate,
            actor=request.user,
            now=now,
            uuid=read_uuid(request.POST.get("uuid")),
        )
    except NothingToReplace:
        messages.info(request, _("Tu certificado ya tiene tus datos de hoy."))
    else:
        messages.success(
            request,
            _("Emitimos tu certificado otra vez. El anterior dice «Reemplazado» y lleva al nuevo."),
        )
    return redirect("certificates:mine")


@public
@kept_private
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code; without scripts it comes back as ?codigo=."""
    if "codigo" not in request.GET:
        return render(request, "certificates/verify.html", {"form": VerificationForm()})
    form = VerificationForm({"codigo": request.GET["codigo"][:MAXIMUM_TYPED]})
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form})
    return redirect("certificates:verification", form.cleaned_data["codigo"])


@public
@kept_private
@require_safe
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a certificate is valid, revoked, replaced or unknown; it is also the certificate
    as a web page.

    Never a grade, an e-mail or an institution.
    """
    if not take(VERIFICATIONS, network_of(request), now=timezone.now()):
        return too_many(request, VERIFICATIONS)
    return answer_for(request, code, "certificates:verification", show_result)


@public
@kept_private
@require_safe
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give the document to whoever has its code."""
    if not take(CERTIFICATE_FILES, network_of(request), now=timezone.now()):
        return too_many(request, CERTIFICATE_FILES)
    return answer_for(request, code, "certificates:pdf", show_document)


@public
@kept_private
@require_safe
def pasted_address(request: HttpRequest, pasted: str) -> HttpResponse:
    """Lead to the certificate whose code stands in an address that was pasted with more than
    belongs to it.
    """
    code = normalise(pasted[:MAXIMUM_TYPED])
    if not is_well_formed(code):
        raise Http404
    if ".pdf" in pasted.lower():
        return redirect("certificates:pdf", code)
    return redirect("certificates:verification", code)


def answer_for(
    request: HttpRequest,
    typed: str,
    address: str,
    show: Callable[[HttpRequest, Certificate], HttpResponse],
) -> HttpResponse:
    """Find the certificate behind what stands in the address and show it, or say what is wrong with
    the code.
    """
    code = normalise(typed[:MAXIMUM_TYPED])
    if not is_well_formed(code):
        form = VerificationForm({"codigo": typed[:MAXIMUM_TYPED]})
        return render(request, "certificates/verify.html", {"form": form}, status=404)
    if code != typed:
        return redirect(address, code)
    try:
        certificate = certificate_with_code(code)
        if certificate:
            return show(request, certificate)
    except DatabaseError:
        return unchecked(code)
    return render(
        request,
        "certificates/verification.html",
        {"code": code, "checked_at": timezone.now()},
        status=404,
    )


def show_result(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """Show state and facts as they are at this moment."""
    successor = successor_of(certificate, {})
    context = {
        "certificate": certificate,
        "code": certificate.code,
        "checked_at": timezone.now(),
        "document": document_ending(certificate.document_last),
        "successor": successor,
        "successor_address": verification_url(successor.last.code) if successor else "",
    }
    return render(request, "certificates/verification.html", context)


def show_document(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """Give the PDF of a valid certificate; say so while it waits for its number; otherwise lead to
    what became of it.
    """
    if not certificate.is_valid:
        return redirect("certificates:verification", certificate.code)
    if certificate.number is None:
        response = render(
            request, "certificates/preparing.html", {"code": certificate.code}, status=202
        )
        response["Retry-After"] = "60"
        return response
    response = HttpResponse(render_pdf(certificate), content_type="application/pdf")
    response["Content-Disposition"] = (
        f'attachment; filename="certificado-{grouped(certificate.code)}.pdf"'
    )
    return response


def unchecked(code: str) -> HttpResponse:
    """Fail closed: never “valid” when the register does not answer.

    Drawn without session or person, which live there too.
    """
    context = {"code": code, "checked_at": timezone.now()}
    return HttpResponse(
        render_to_string("certificates/unchecked.html", context),
        status=503,
        headers={"Retry-After": "60"},
    )


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    """Ask to wait a minute, as long as each of these limits looks back."""
    return held_back(render(request, "certificates/too_many.html"), limit)
