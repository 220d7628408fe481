"""Shows what editors wrote, and the parts that frame every page: rendered once for each process."""

from functools import cache, lru_cache

import nh3
from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.rich_text import RichText, expand_db_html

from provider.queries import Logo, notice_at, provider_logo, the_provider

register = template.Library()
# What the features of our rich text can make, and nothing else.
PLAIN_ELEMENTS = {"a", "p", "b", "strong", "i", "em", "ul", "ol", "li", "h3", "br"}
PLAIN_ATTRIBUTES = {"a": {"href"}}
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
PLACES = {
    "home": "learning:home",
    "courses": "learning:catalogue",
    "certificates": "certificates:mine",
    "account": "accounts:account",
    "verify": "certificates:verify",
    "sign_in": "account_login",
}
# The same, of one's notices and of what roles open.
ROOMS = {
    "notices": "notices:notices",
    "panel": "reporting:national",
    "personas": "roster:search",
    "operacion": "operations:home",
}


@register.filter
def prose(value: RichText | str) -> SafeString:
    """Return rich text as safe HTML.

    The editor strips it on the way in; this holds for whatever came in by another way.
    """
    source = value.source if isinstance(value, RichText) else value
    markup = nh3.clean(
        expand_db_html(source or ""),
        tags=PLAIN_ELEMENTS,
        attributes=PLAIN_ATTRIBUTES,
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    return mark_safe(markup)  # noqa: S308 - only the elements above are left


@register.simple_tag(takes_context=True)
def places(context: template.Context) -> SafeString:
    """Return the main navigation, with the place of this page marked."""
    request = context.get("request")
    path, user = getattr(request, "path", ""), getattr(request, "user", None)
    current = tuple(
        "page" if path == address else "true" if address in path else ""
        for address in _addresses(*PLACES.values())
    )
    return _places(get_language(), bool(user and user.is_authenticated), current)


@cache
def _addresses(*names: str) -> tuple[str, ...]:
    return tuple(reverse(name) for name in names)


@lru_cache(maxsize=64)
def _places(language: str, is_inside: bool, current: tuple[str, ...]) -> SafeString:
    return render_to_string(
        "components/places.html",
        {"is_inside": is_inside, "current": dict(zip(PLACES, current, strict=True))},
    )


@register.simple_tag(takes_context=True)
def rooms(context: template.Context) -> SafeString:
    """Return one's notices and what one's roles open, with the one of this page marked."""
    request = context["request"]
    rooms = zip(ROOMS, _addresses(*ROOMS.values()), strict=True)
    current = next((name for name, address in rooms if address in request.path), "")
    menu = tuple(request.session.get("menu", ()))
    return _rooms(get_language(), menu, current, request.user.unread_notices)


@lru_cache(maxsize=256)
def _rooms(language: str, menu: tuple[str, ...], current: str, unread_count: int) -> SafeString:
    return render_to_string(
        "components/rooms.html", {"menu": menu, "current": current, "unread_count": unread_count}
    )


@register.simple_tag
def site_notice() -> SafeString | str:
    """Return what everybody is told of a time in which the site will not serve; no statement."""
    now = timezone.now()
    notice = notice_at(now)
    if notice is None:
        return ""
    told = {"notice": notice, "is_now": notice.since <= now}
    return render_to_string("components/site_notice.html", told)


@register.simple_tag
def site_footer() -> SafeString:
    """Return the end of every page: who is behind the site, and how to reach them."""
    provider = the_provider()
    contact = (provider.email, provider.telephone, provider.address)
    return _footer(get_language(), provider.name, contact, provider_logo())


@lru_cache(maxsize=16)
def _footer(language: str, name: str, contact: tuple[str, ...], logo: Logo | None) -> SafeString:
    email, telephone, address = contact
    return render_to_string(
        "components/footer.html",
        {
            "provider": {"name": name, "email": email, "telephone": telephone, "address": address},
            "logo": logo,
        },
    )


@register.simple_tag
def kept_part(name: str) -> SafeString:
    """Return a template that is the same on every page."""
    return _part(get_language(), name)


@lru_cache(maxsize=16)
def _part(language: str, name: str) -> SafeString:
    return render_to_string(name)
