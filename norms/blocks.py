"""Cites norms inside content, each with its state and the date up to which its text is known."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BlockGroup, ListBlock, StructBlock

from lib.drafts import LineBlock, ProseBlock
from lib.yes_no import YesNoBlock
from norms.choosers import norm_chooser_viewset

NormChooserBlock = norm_chooser_viewset.get_block_class(
    name="NormChooserBlock", module_path="norms.blocks"
)


class CitationBlock(StructBlock):
    """The norm's code is its key, so the stored value is readable and portable."""

    is_substantive = YesNoBlock(
        required=False,
        label=_("Cambio de fondo"),
        help_text=_("Márcalo si quien ya terminó el curso debe volver a leer este bloque."),
    )
    norm = NormChooserBlock(label=_("Norma"))
    locator = LineBlock(required=False, max_length=120, label=_("Artículos"))
    says = ProseBlock(
        features=["bold", "italic", "ol", "ul"], label=_("Qué dice, en palabras simples")
    )

    class Meta:
        label = _("Cita de una norma")
        label_format = "{norm} {locator}"
        form_layout = BlockGroup(["norm", "locator", "says"], settings=["is_substantive"])
        icon = "clipboard-list"
        template = "norms/blocks/citation.html"


class NormsBlock(StructBlock):
    """Norms that the text names without citing what they say: a change of one reaches the lesson
    all the same.
    """

    is_substantive = YesNoBlock(
        required=False,
        label=_("Cambio de fondo"),
        help_text=_("Márcalo si quien ya terminó el curso debe volver a leer este bloque."),
    )
    norms = ListBlock(NormChooserBlock(label=_("Norma")), min_num=1, label=_("Normas"))

    class Meta:
        label = _("Otras normas que nombra")
        label_format = ""
        form_layout = BlockGroup(["norms"], settings=["is_substantive"])
        icon = "list-ul"
        template = "norms/blocks/norms.html"
