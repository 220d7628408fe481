"""Checks that templates compile, are used, and hold neither scripts, styles nor foreign
addresses.
"""

import re

import pytest
from django.template.loader import get_template

from tests.architecture.sources import ROOT, modules, shown, templates, tracked

# Django, Wagtail and the sign-in library look these up by name.
FOUND_BY_NAME = {
    "wagtailadmin/404.html",
    "wagtailadmin/home.html",
    "wagtailadmin/home/account_summary.html",
    "wagtailadmin/home/user_objects_in_workflow_moderation.html",
    "wagtailadmin/home/workflow_objects_to_moderate.html",
    "wagtailadmin/pages/copy.html",
    "wagtailadmin/shared/headers/_actions.html",
    "wagtailadmin/shared/page_status_tag.html",
    "wagtailadmin/shared/side_panels/includes/status/privacy.html",
    "wagtailadmin/shared/user_avatar.html",
    "wagtailadmin/tables/boolean_cell.html",
    "wagtailusers/users/create.html",
    "wagtailusers/users/edit.html",
    "403.html",
    "404.html",
    "429.html",
    "500.html",
    "503.html",
}
LINKS_TO_STATES = re.compile(r"https?://(?:[\w.-]+\.)?gob\.pe\b")


def names():
    return [str(path.relative_to(ROOT / "templates")) for path in templates()]


@pytest.mark.parametrize("name", names())
def test_template_compiles(name):
    get_template(name)


def test_every_template_is_used():
    text = "\n".join(path.read_text() for path in [*templates(), *modules()])
    pages = {
        f"{path.relative_to(ROOT / 'templates')}"
        for path in templates()
        if re.search(r"_page\.html$", path.name)
    }
    unused = [name for name in names() if name not in FOUND_BY_NAME | pages and name not in text]
    assert not unused


def test_every_page_template_belongs_to_a_page():
    text = "\n".join(path.read_text() for path in modules())
    orphans = [
        path
        for path in templates()
        if path.name.endswith("_page.html") and f"class {camel(path.stem)}(" not in text
    ]
    assert not shown(orphans)


def camel(words):
    return "".join(word.capitalize() for word in words.split("_"))


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("script", r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")[^>]*>"),
        ("style", r"<style\b"),
        ("style attribute", r"<[a-z][^<>]*\sstyle="),
        ("handler", r"<[a-z][^<>]*\son[a-z]+="),
    ],
)
def test_templates_hold_nothing_inline(what, pattern):
    guilty = [path for path in templates() if re.search(pattern, path.read_text(), re.IGNORECASE)]
    assert not shown(guilty), what


def test_no_foreign_host_is_called():
    guilty = []
    for path in [
        *templates(),
        *[path for path in tracked() if path.suffix in {".css", ".js", ".svg"}],
    ]:
        text = re.sub(r"http://www\.w3\.org/\S+", "", LINKS_TO_STATES.sub("", path.read_text()))
        if re.search(r"https?://\w|(?:src|href)=\"//|url\(['\"]?//", text):
            guilty.append(path)
    assert not shown(guilty)


def test_templates_ask_for_addresses_by_name():
    literal = re.compile(r"""(?:href|action)=["']/|=/(?:cursos|cuenta)/""")
    guilty = [path for path in templates() if literal.search(path.read_text())]
    assert not shown(guilty)


# The browser takes the answer itself: a file to download, a session that begins, a decision of the
# operators, a document that no device keeps while it waits.
SENT_BY_THE_BROWSER = {
    "privacy/own_data.html",
    "operations/evidence.html",
    "accounts/registered.html",
    "accounts/sign_in.html",
    "accounts/challenge.html",
    "roster/add.html",
    "roster/files.html",
    "roster/training.html",
    "privacy/decide_erasure.html",
}


def test_what_is_typed_waits_for_the_signal():
    forms = re.compile(r"<form(?![^>]*\bdata-act)[^>]*method=\"post\".*?</form>", re.DOTALL)
    guilty = [
        name
        for name in names()
        if name not in SENT_BY_THE_BROWSER
        and any(
            "components/field.html" in form
            for form in forms.findall((ROOT / "templates" / name).read_text())
        )
    ]
    assert not guilty, 'a form with fields says data-act="page"'


def test_every_form_that_signs_out_tells_the_outbox():
    forms = [
        form
        for path in templates()
        for form in re.findall(r"<form[^>]*account_logout[^>]*>", path.read_text())
    ]
    assert forms
    assert [form for form in forms if "data-leave" not in form] == []
