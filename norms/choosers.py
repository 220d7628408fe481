"""Lets editors choose a norm of the register."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet


class NormChooserViewSet(ChooserViewSet):
    model = "norms.Norm"
    icon = "clipboard-list"
    choose_one_text = _("Elige una norma")
    choose_another_text = _("Elige otra norma")
    page_title = _("Elige una norma")
    url_filter_parameters: list[str] = []


norm_chooser_viewset = NormChooserViewSet("norm_chooser")
