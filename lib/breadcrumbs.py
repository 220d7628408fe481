"""Shows where a page lies (templates/components/breadcrumb.html)."""

from itertools import zip_longest

from django import template

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, list[dict[str, str]]]:
    """Take title and address of each step in turn, an empty address for what is no link; the page
    itself comes last, with its title alone.
    """
    pairs = zip_longest(steps[::2], steps[1::2], fillvalue="")
    return {"crumbs": [{"title": title, "url": url} for title, url in pairs]}
