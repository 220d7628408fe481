"""Renders the fields of every form so that nothing a person typed is cut or replaced before it is
sent.
"""

import json
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest


class KeepsWhatIsTyped(DjangoTemplates):
    """What is too long or cannot be read stays in its field and is refused in words by the
    server.
    """

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        if widget := context.get("widget"):
            limit = widget["attrs"].pop(
                "maxlength", None
            )  # browsers cut what is pasted without a word
            if limit is not None:
                widget["attrs"]["data-limit"] = limit  # static/js/limits.js counts instead
            if "config_json" in widget:  # Wagtail's calendar puts today where it cannot read a date
                widget["config_json"] = json.dumps(
                    {**json.loads(widget["config_json"]), "validateOnBlur": False}
                )
        return super().render(template_name, context, request)
