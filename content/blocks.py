"""Offers the blocks that any page may use."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BlockGroup,
    ChoiceBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    TextBlock,
)
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import AbstractRendition
from wagtail.images.shortcuts import get_rendition_or_not_found

from content.links import is_out_of_reach, unreachable
from content.shown_pictures import SHOWN_AS, showing_refusal
from lib.drafts import LineBlock, ProseBlock
from lib.texts import tidied
from lib.yes_no import YesNoBlock

TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]


class ContentBlock(StructBlock):
    """A block whose author may say that a change to it changes the substance of what is taught."""

    is_substantive = YesNoBlock(
        required=False,
        label=_("Cambio de fondo"),
        help_text=_("Márcalo si quien ya terminó el curso debe volver a leer este bloque."),
    )

    def get_form_layout(self) -> BlockGroup:
        """Put the mark away behind the content, so that a folded block is named by its first
        text.
        """
        return BlockGroup(
            [name for name in self.child_blocks if name != "is_substantive"],
            settings=["is_substantive"],
        )


class TextPartBlock(ContentBlock):
    heading = LineBlock(required=False, max_length=120, label=_("Subtítulo"))
    body = ProseBlock(features=TEXT_FEATURES, label=_("Texto"))

    class Meta:
        label = _("Texto")
        icon = "pilcrow"
        template = "content/blocks/text.html"


class StepBlock(StructBlock):
    title = LineBlock(max_length=120, label=_("Paso"))
    body = ProseBlock(features=TEXT_FEATURES, required=False, label=_("Explicación"))


class StepsBlock(ContentBlock):
    heading = LineBlock(required=False, max_length=120, label=_("Subtítulo"))
    steps = ListBlock(
        StepBlock(), min_num=2, default=[{"title": "", "body": ""}] * 2, label=_("Pasos")
    )

    class Meta:
        label = _("Pasos")
        icon = "list-ol"
        template = "content/blocks/steps.html"


class FigureValue(StructValue):
    """A picture with what is said about it."""

    @property
    def picture(self) -> AbstractRendition | None:
        """The picture as a lesson shows it; None where there is none, or it cannot be shown so."""
        image = self["image"]
        if not image or showing_refusal(image.width, image.height):
            return None
        return get_rendition_or_not_found(image, SHOWN_AS)

    @property
    def bytes_on_a_phone(self) -> int:
        """The size of the picture as a lesson shows it; 0 where none is shown or its file is
        gone.
        """
        if not self.picture:
            return 0
        try:
            return self.picture.file.size
        except (OSError, ValueError):  # the file is gone
            return 0


class FigureBlock(ContentBlock):
    image = ImageChooserBlock(label=_("Imagen"))
    description = LineBlock(max_length=250, label=_("Descripción para quien no puede verla"))
    caption = LineBlock(required=False, max_length=250, label=_("Leyenda"))
    source = LineBlock(required=False, max_length=250, label=_("Fuente"))

    class Meta:
        value_class = FigureValue
        label = _("Figura")
        label_format = "{description}"
        icon = "image"
        template = "content/blocks/figure.html"

    def clean(self, value):
        """Refuse a picture that could not be shown; a draft may wait for another."""
        block_value = super().clean(value)
        image = None if self.is_deferred_validation else block_value["image"]
        if image and (refusal := showing_refusal(image.width, image.height)):
            raise StructBlockValidationError(block_errors={"image": ValidationError(refusal)})
        return block_value


class TableValue(StructValue):
    """A table whose cells know the head of their column: on a phone each row is read alone."""

    @property
    def labelled_rows(self) -> list[list[tuple[str, str]]]:
        """The rows as pairs of column and cell; a row may have fewer or more cells than there are
        columns.
        """
        columns = list(self["columns"])
        rows = (list(row) for row in self["rows"])
        return [
            [
                (columns[place] if place < len(columns) else "", cell)
                for place, cell in enumerate(row)
            ]
            for row in rows
        ]


class TableBlock(ContentBlock):
    caption = LineBlock(max_length=200, label=_("Qué muestra y de qué año"))
    columns = ListBlock(
        LineBlock(max_length=80), min_num=2, max_num=5, default=["", ""], label=_("Columnas")
    )
    rows = ListBlock(
        ListBlock(LineBlock(max_length=300, required=False), default=["", ""], label=_("Celdas")),
        min_num=1,
        default=[["", ""]],
        label=_("Filas"),
    )
    note = LineBlock(required=False, max_length=300, label=_("Fuente y notas"))

    class Meta:
        label = _("Tabla simple")
        icon = "table"
        value_class = TableValue
        template = "content/blocks/table.html"

    def clean(self, value):
        """Refuse a row that does not fill its columns; a draft may wait for its cells."""
        block_value = super().clean(value)
        wrong = {} if self.is_deferred_validation else uneven_rows(block_value)
        if wrong:
            raise StructBlockValidationError(
                block_errors={"rows": ListBlockValidationError(block_errors=wrong)}
            )
        return block_value


def uneven_rows(table: TableValue) -> dict[int, ValidationError]:
    """Return the refusal of each row that has fewer or more cells than there are columns, by its
    place.
    """
    columns = len(table["columns"])
    sentence = _(
        "Celdas de esta fila: %(cells)d. Columnas de la tabla: %(columns)d. Agrega o quita "
        "celdas; una puede quedar vacía."
    )
    counts = {place: len(row) for place, row in enumerate(table["rows"])}
    return {
        place: ListBlockValidationError(
            non_block_errors=[ValidationError(sentence % {"cells": cells, "columns": columns})]
        )
        for place, cells in counts.items()
        if cells != columns
    }


CALLOUT_KINDS = {
    "info": _("Para saber"),
    "attention": _("Atención"),
    "example": _("Ejemplo local para adaptar"),
    "reading": _("Lectura de este curso, sin revisión legal: consulta a tu asesoría legal"),
    "unconfirmed": _("Lo que aún no está confirmado"),
}


class CalloutValue(StructValue):
    """A callout whose kind is said once, though authors begin its title with the same words."""

    @property
    def kind_name(self) -> str:
        """The words above the title."""
        return str(CALLOUT_KINDS[self["kind"]])

    @property
    def name(self) -> str:
        """The title without the words of its kind."""
        title = self["title"].removeprefix(self.kind_name).lstrip(" :")
        return title[:1].upper() + title[1:]


class CalloutBlock(ContentBlock):
    kind = ChoiceBlock(choices=list(CALLOUT_KINDS.items()), default="info", label=_("Clase"))
    title = LineBlock(required=False, max_length=120, label=_("Título"))
    body = ProseBlock(features=TEXT_FEATURES, label=_("Texto"))

    class Meta:
        label = _("Aviso")
        label_format = "{title}"
        icon = "info-circle"
        value_class = CalloutValue
        template = "content/blocks/callout.html"


class ChecklistBlock(ContentBlock):
    title = LineBlock(max_length=120, label=_("Título"))
    items = ListBlock(TextBlock(rows=1), min_num=2, default=["", ""], label=_("Puntos"))

    class Meta:
        label = _("Lista para imprimir")
        icon = "tick-inverse"
        template = "content/blocks/checklist.html"


class DownloadBlock(ContentBlock):
    document = DocumentChooserBlock(label=_("Documento"))
    title = LineBlock(max_length=120, label=_("Título"))

    class Meta:
        label = _("Descarga")
        label_format = "{title}"
        icon = "download"
        template = "content/blocks/download.html"


class SourceValue(StructValue):
    """A source; what was stored before addresses were checked is shown without its link."""

    @property
    def link(self) -> str:
        """The address when it is one of the web, otherwise empty."""
        return self["url"] if is_web_address(self["url"] or "") else ""


class SourceBlock(StructBlock):
    title = LineBlock(max_length=300, label=_("Publicación, autor y año"))
    url = LineBlock(required=False, max_length=600, label=_("Dirección"))

    class Meta:
        value_class = SourceValue

    def clean(self, value):
        """Refuse what a browser would run when it is pressed, and what no reader can open; a draft
        may wait for its address.
        """
        block_value = super().clean(value)
        url = "" if self.is_deferred_validation else block_value["url"]
        if "//" in url and is_out_of_reach(url):
            raise StructBlockValidationError(
                block_errors={"url": ValidationError(unreachable(url))}
            )
        if url and not is_web_address(url):
            text = _("Escribe la dirección completa: https://…")
            raise StructBlockValidationError(block_errors={"url": ValidationError(text)})
        return block_value


def is_web_address(address: str) -> bool:
    """Say whether an address leads to a page of the web."""
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True


class SourcesBlock(ContentBlock):
    sources = ListBlock(SourceBlock(), min_num=1, label=_("Fuentes"))

    class Meta:
        label = _("Fuentes")
        icon = "openquote"
        template = "content/blocks/sources.html"


class PlainBlocks(StreamBlock):
    """Blocks whose texts hold nothing that nobody sees, wherever an author copied them from."""

    text = TextPartBlock()
    steps = StepsBlock()
    figure = FigureBlock()
    table = TableBlock()
    callout = CalloutBlock()
    download = DownloadBlock()

    def clean(self, value):
        """Take out of every text what nobody sees, and compose it: before its length is
        measured.
        """
        return super().clean(self.to_python(all_tidied(self.get_prep_value(value))))


def all_tidied(stored: Any) -> Any:
    """Return stored blocks with their texts tidied, at whatever depth they stand."""
    if isinstance(stored, str):
        return tidied(stored)
    if isinstance(stored, dict):
        return {name: all_tidied(part) for name, part in stored.items()}
    return [all_tidied(part) for part in stored] if isinstance(stored, list | tuple) else stored
