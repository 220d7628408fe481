"""Lets editors choose a norm of the register."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from norms.models import Norm


class StateColumn(Column):
    """The state in words; a norm that a lesson may not cite without a warning stands out."""

    def get_value(self, norm: Norm) -> str | SafeString:
        state = norm.get_state_display()
        return state if norm.is_in_force else format_html("<strong>{}</strong>", state)


class NormColumns:
    """What an author must know of a norm before citing it."""

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,
            Column("number", label=_("Número"), accessor="number"),
            StateColumn("state", label=_("Estado")),
            DateColumn("known_on", label=_("Texto conocido al"), accessor="known_on"),
        ]


class ChooseNormView(NormColumns, ChooseView):
    """The window in which a norm is chosen."""


class ChooseNormResultsView(NormColumns, ChooseResultsView):
    """The rows of that window after a search."""


class ShowsState:
    """Shows a chosen norm with its number; one that is not in force says so, before and after the
    page is saved.
    """

    def get_display_title(self, norm: Norm) -> str:
        return norm.cited if norm.is_in_force else f"{norm.cited} · {norm.get_state_display()}"


class ChosenNormView(ShowsState, ChosenView):
    """The answer to choosing one norm."""


class ChosenNormsView(ShowsState, ChosenMultipleView):
    """The answer to choosing several norms."""


class NormChooser(ShowsState, BaseChooser):
    """The field of a norm."""


class NormChooserViewSet(ChooserViewSet):
    model = "norms.Norm"
    icon = "clipboard-list"
    choose_view_class = ChooseNormView
    choose_results_view_class = ChooseNormResultsView
    chosen_view_class = ChosenNormView
    chosen_multiple_view_class = ChosenNormsView
    base_widget_class = NormChooser
    choose_one_text = _("Elige una norma")
    choose_another_text = _("Elige otra norma")
    page_title = _("Elige una norma")
    url_filter_parameters: list[str] = []


norm_chooser_viewset = NormChooserViewSet("norm_chooser")
