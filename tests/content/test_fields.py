"""Changed blocks of a page are no migration: they are no part of the table."""

from importlib import import_module

import pytest
from django.db.migrations.writer import MigrationWriter

from content.blocks import PlainBlocks
from content.fields import BlocksField
from content.models import StandardPage
from courses.models import LessonPage


@pytest.mark.parametrize("model", [StandardPage, LessonPage])
def test_a_migration_describes_no_blocks(model):
    field = model._meta.get_field("body")
    assert isinstance(field, BlocksField)
    written, _imports = MigrationWriter.serialize(field)
    assert "Block" not in written.replace("BlocksField", "")


def test_a_field_made_by_a_migration_makes_the_same_column():
    original = BlocksField(PlainBlocks(), verbose_name="contenido", blank=True)
    _name, path, arguments, options = original.deconstruct()
    module, _dot, kind = path.rpartition(".")
    remade = getattr(import_module(module), kind)(*arguments, **options)
    assert remade.get_internal_type() == original.get_internal_type()
    assert (remade.blank, remade.verbose_name) == (True, "contenido")
