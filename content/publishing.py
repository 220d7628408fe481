"""Says what stops a page from being published, and where: asked by every door that leads to
publishing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import Block, ListBlock, StreamValue
from wagtail.models import Page

from content.links import addresses_in, is_out_of_reach, unreachable
from lib.drafts import too_long


@dataclass(frozen=True)
class PublishingProblem:
    """One thing that stops a page from being published: the place in words, and what is wrong
    there.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class CannotPublish(Exception):
    """A page was about to be published although something stops it; nothing was written."""

    def __init__(self, page: Page, problems: list[PublishingProblem]):
        words = {"title": page.title, "problems": "; ".join(str(problem) for problem in problems)}
        super().__init__(_("“%(title)s”: %(problems)s") % words)
        self.page, self.problems = page, problems


def field_problems(page: Page) -> Iterator[PublishingProblem]:
    """Yield what the model refuses, with the label of each field."""
    try:
        page.full_clean()
    except ValidationError as refused:
        for name, messages in refused.message_dict.items():
            where = "" if name == NON_FIELD_ERRORS else str(page._meta.get_field(name).verbose_name)
            for message in messages:
                yield PublishingProblem(_capital(where), message)
    for field in page._meta.concrete_fields:
        for message in too_long(field, field.value_from_object(page)):
            yield PublishingProblem(_capital(str(field.verbose_name)), message)


def block_problems(stream: StreamValue) -> Iterator[PublishingProblem]:
    """Yield what is missing or wrong in each block of a body, with the place of the block."""
    for place, child in enumerate(stream, start=1):
        where = _("Bloque %(place)d, %(kind)s") % {"place": place, "kind": child.block.label}
        try:
            child.block.clean(child.value)
        except ValidationError as refused:
            yield from _told(child.block, refused, [where])
        for address in filter(is_out_of_reach, addresses_in(child.get_prep_value())):
            yield PublishingProblem(where, unreachable(address))


def _told(block: Block, refused: ValidationError, path: list[str]) -> Iterator[PublishingProblem]:
    """Yield what a block refuses, part by part: a group and a list of blocks keep the errors of
    their parts.
    """
    parts = getattr(refused, "block_errors", None)
    if parts is None:
        yield from _here(refused.messages, path)
        return
    yield from _here(refused.non_block_errors, path)
    for name, part in parts.items():
        if isinstance(block, ListBlock):
            yield from _told(block.child_block, part, [*path, str(name + 1)])
        else:
            inner = block.child_blocks[name]
            yield from _told(inner, part, [*path, str(inner.label)])


def _here(messages: Iterable[object], path: list[str]) -> Iterator[PublishingProblem]:
    for message in messages:
        yield PublishingProblem(" › ".join(path), str(message))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
