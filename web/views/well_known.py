"""Tells machines of the web what the site has, what it keeps to people, and where to report a
weakness.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.policies import public
from content.models import StandardPage
from learning.queries import open_courses
from provider.queries import the_provider

# A person's own, acts, what verifies one certificate, and where people work: nothing of it belongs
# in a search engine.
CLOSED_TO_ROBOTS = (
    "/avisos/",
    "/cartas/",
    "/certificados/",
    "/cuenta/",
    "/documentos/",
    "/gestion/",
    "/inscripcion/",
    "/intentos/",
    "/mi-aprendizaje/",
    "/operacion/",
    "/panel/",
    "/personas/",
    "/primer-dia/",
    "/salud/",
    "/verificar/",
    "/ayuda/mis-preguntas/",
    "/ayuda/pedidos/",
    "/ayuda/recibido/",
)
VALID_FOR = timedelta(days=180)
HOURS = 60 * 60
PLAIN = "text/plain; charset=utf-8"


@public
@cache_control(public=True, max_age=HOURS)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Close what is a person's own to search engines, and name the sitemap."""
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in CLOSED_TO_ROBOTS)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('web:sitemap')}")
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)


@public
@cache_control(public=True, max_age=HOURS)
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the home page, the open courses and the plain pages."""
    courses = [reverse("learning:course", args=[outline.slug]) for _head, outline in open_courses()]
    slugs = StandardPage.objects.live().public().order_by("slug").values_list("slug", flat=True)
    plain = [f"{reverse('wagtail_serve', args=[''])}{slug}/" for slug in slugs]
    addresses = [
        reverse("wagtail_serve", args=[""]),
        reverse("learning:catalogue"),
        *courses,
        *plain,
    ]
    context = {"addresses": [settings.BASE_URL + address for address in addresses]}
    return render(
        request, "web/sitemap.xml", context, content_type="application/xml; charset=utf-8"
    )


@public
@cache_control(public=True, max_age=HOURS)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116)."""
    email = the_provider().email
    lines = [
        *([f"Contact: mailto:{email}"] if email else []),
        f"Contact: {settings.BASE_URL}{reverse('support:help')}",
        f"Expires: {timezone.now() + VALID_FOR:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: es, en",
        f"Canonical: {settings.BASE_URL}{reverse('web:security')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)


@public
@cache_control(public=True, max_age=HOURS)
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the mark: browsers ask here when a page names none."""
    return redirect(static("img/puriq.svg"))
