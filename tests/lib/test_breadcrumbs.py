"""Checks that steps lead back, and that the page itself is marked."""

from django.template import Context, Template
from django.utils.html import strip_tags


def shown(steps):
    tag = "{% breadcrumb " + steps + " %}"
    return " ".join(Template(tag).render(Context({"name": "A & B"})).split())


def test_steps_are_links_and_the_last_is_this_page():
    text = shown('"Cursos" "/cursos/" name')
    assert '<a href="/cursos/">Cursos</a>' in text
    assert 'aria-current="page">A &amp; B</span>' in text
    assert strip_tags(text).split() == ["Cursos", "A", "&amp;", "B"]


def test_a_step_without_an_address_is_no_link():
    text = shown('"Inicio" "/" name "" "Aquí"')
    assert "<span>A &amp; B</span>" in text
    assert text.count("aria-current") == 1
