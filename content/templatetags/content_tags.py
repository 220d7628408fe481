"""Shows what editors wrote."""

from bs4.element import PreformattedString
from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

register = template.Library()


class PlainText(Whitelister):
    """Lets through what the features of our rich text can make, and nothing else."""

    element_rules = {
        "[document]": allow_without_attributes,
        "a": attribute_rule({"href": check_url}),
        **dict.fromkeys(("p", "b", "strong", "i", "em", "ul", "ol", "li", "h3", "br"), allow_without_attributes),
    }

    def clean_string_node(self, doc, node):
        """Comments, sections and instructions would be written out as they are: a browser ends them earlier than their author."""
        if isinstance(node, PreformattedString):
            node.extract()


whitelister = PlainText()


@register.filter
def prose(value: RichText | str) -> SafeString:
    """Return rich text as safe HTML. The editor strips it on the way in; this holds for whatever came in by another way."""
    source = value.source if isinstance(value, RichText) else value
    return mark_safe(whitelister.clean(expand_db_html(source or "")))  # noqa: S308 - only the elements above are left
