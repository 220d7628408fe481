"""Names the fields that Wagtail's forms leave in English, and asks a link there what publishing
will ask.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers, workflows
from wagtail.sites.views import IndexView as SitesView

from content.links import is_out_of_reach, unreachable

LINK_TEXT = _("Texto del enlace")
NAMES = {
    choosers.ExternalLinkChooserForm: {"url": _("Dirección"), "link_text": LINK_TEXT},
    choosers.AnchorLinkChooserForm: {"link_text": LINK_TEXT},
    choosers.EmailLinkChooserForm: {
        "email_address": _("Correo"),
        "link_text": LINK_TEXT,
        "subject": _("Asunto"),
        "body": _("Mensaje"),
    },
    choosers.PhoneLinkChooserForm: {"phone_number": _("Teléfono"), "link_text": LINK_TEXT},
    workflows.WorkflowPageForm: {"page": _("Página")},
}
COLUMNS = {
    "port": _("Puerto"),
    "site_name": _("Nombre del sitio"),
    "root_page": _("Página inicial"),
}


def name_fields() -> None:
    """Give each field and column its name, once, when the site starts."""
    for form, names in NAMES.items():
        for name, label in names.items():
            form.base_fields[name].label = label
    for column in SitesView.columns:
        column.label = COLUMNS.get(column.name, column.label)
    choosers.ExternalLinkChooserForm.base_fields["url"].validators.append(validate_reachable)


def validate_reachable(address: str) -> None:
    """Refuse an address that no reader can open, before it is in the text."""
    if is_out_of_reach(address):
        sentence = unreachable(address)
        raise ValidationError(sentence[:1].upper() + sentence[1:])
