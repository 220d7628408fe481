"""Checks that rooms, modules and models keep the rules of docs/architecture.md."""

import ast
import configparser
import re

from django.apps import apps
from django.conf import settings
from wagtail.models import Page

from tests.architecture.sources import ROOMS, ROOT, modules, shown, tracked

OURS = {*settings.ROOMS, "demo"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "common", "core", "base", "misc"}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def test_every_page_names_its_parents():
    def says_parents(model):
        return any(
            "parent_page_types" in vars(kind)
            for kind in model.__mro__
            if kind.__module__.split(".")[0] in OURS
        )

    assert not [
        model.__name__
        for model in our_models()
        if issubclass(model, Page) and not says_parents(model)
    ]


def test_no_page_names_its_children():
    naming = [
        model.__name__
        for model in our_models()
        if issubclass(model, Page) and vars(model).get("subpage_types")
    ]
    assert not naming


def test_every_model_says_whether_it_is_personal_data():
    silent = [
        model.__name__
        for model in our_models()
        if not isinstance(getattr(model, "personal_data", None), bool)
    ]
    assert not silent


def test_every_constraint_has_a_told_name():
    names = [constraint.name for model in our_models() for constraint in model._meta.constraints]
    assert not [name for name in names if "%" in name or re.search(r"_uniq$|_[0-9a-f]{6,}$", name)]


def test_no_module_has_a_name_that_says_nothing():
    nameless = [
        path for path in modules() if NAMES_THAT_SAY_NOTHING & {path.stem, path.parent.name}
    ]
    assert not shown(nameless)


def test_every_module_says_its_duty_in_one_line():
    silent = []
    for path in modules():
        source = path.read_text()
        if source.strip() and not (ast.get_docstring(ast.parse(source)) or "").strip():
            silent.append(path)
    assert not shown(silent)


def test_no_module_is_longer_than_400_lines():
    assert not shown([path for path in modules() if len(path.read_text().splitlines()) > 400])


def test_views_fetch_through_the_right():
    views = [path for path in modules() if path.stem == "views" or path.parent.name == "views"]
    assert not shown([path for path in views if ".objects.all()" in path.read_text()])


def test_every_room_is_under_the_contracts():
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    assert set(contracts["importlinter"]["root_packages"].split()) == set(ROOMS)


def test_locale_does_not_hide_the_standard_library():
    assert not (ROOT / "locale" / "__init__.py").exists()


def test_migrations_have_told_names():
    assert not shown(
        [path for path in tracked() if "migrations" in path.parts and "_auto_" in path.name]
    )
