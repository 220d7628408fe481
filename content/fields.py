"""Holds a stream field that leaves its blocks out of migrations."""

from typing import Any

from wagtail.fields import StreamField


class BlocksField(StreamField):
    """A stream of blocks that a migration does not describe: they are no part of the table, and a
    changed help text would be a migration.

    A migration that reads the blocks of stored pages reads their JSON.
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return what a migration needs to make the column."""
        name, path, _arguments, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [[]], options
