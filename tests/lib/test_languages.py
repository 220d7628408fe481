"""A page says in which language it speaks."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from lib.languages import page_language


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "es-PE"), ("en", "en"), ("qu", "qu"), ("pt-br", "pt-BR"), (None, "es-PE")],
)
def test_a_language_is_told_as_browsers_read_it(language, said):
    with translation.override(language):
        assert page_language() == said


def test_an_error_page_speaks_the_language_in_use():
    with translation.override("es"):
        assert '<html lang="es-PE">' in render_to_string("404.html")
    with translation.override("en"):
        assert '<html lang="en">' in render_to_string("404.html")
