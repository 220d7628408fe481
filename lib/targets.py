"""Says where a person was going, so that sign-in and registration lead there."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest) -> str:
    """Return where the person was going, when it is an address of this site; otherwise an empty
    text.
    """
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A word without a slash in front would be read as the name of a view, or below this page.
    return target if is_ours and target.startswith("/") else ""


def next_query(request: HttpRequest) -> dict[str, str]:
    """Return what an address carries so that the next page knows it too; nothing when nobody was
    going anywhere.
    """
    target = safe_next(request)
    return {"next": target} if target else {}
