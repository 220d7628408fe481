"""Walks the editor as each of those who work there and fails on words that were left in English or
in the Spanish of elsewhere.
"""

import json
import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import Resolver404, resolve
from django.utils import timezone
from wagtail.models import Page

from accounts.roles import sync_roles
from content.models import HomePage, StandardPage
from courses.models import LessonPage, ModulePage
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# Words that Spanish does not have, or does not write so.
ENGLISH = re.compile(
    r"\b(the|and|you|your|this|that|these|with|from|for|are|is|was|were|have|has "
    r"been|not|of|to|by|all|any|its|be|been|will|can|cannot"
    r"|please|why|search|upload|none|true|false|mins?|options?|page|pages|add|edit|delete|save|saved|create|created|view|choose|filter"
    r"|filters|image|images|document|documents|title|name|date|status|type|types|user|users|group|groups|settings|history|usage|report"
    r"|reports|workflow|workflows|task|tasks|collection|account|help|home|more|show|hide|close|open|sort|order|ago|live|draft|published"
    r"|unpublished|locked|default|required|optional|select|selected|change|changed|changes|updated|actions?|move|copy|next|previous|first"
    r"|last|yes|back|go|new|old|now|at|on|in|or|if|as|an|it|there|here|complex|privacy|comments?|results?|found|size|file|files|tags?"
    r"|time|zone|language|theme|dark|light|system|log "
    r"out|dashboard|locale|slug|revision|preview|side|panel|toggle|expand|collapse|block"
    r"|link|text|email|anchor|external|internal|width|height|feedback|what's|guide|alias|ancestor|parent|child|descendants|used|unused"
    r"|failed|success|warning|must|should|could|would|does|already|port|phone|subject|body|rows?|address|number|level|labels?)\b",
    re.IGNORECASE,
)
# Spanish of other places, or that says «usted».
OF_ELSEWHERE = re.compile(
    r"despublic|elim[ií]nel|ordenador|fichero|seleccione\b|ingrese\b|modifique|actualice\b"
    r"|\bvisualizar|usted|su subida|públicada|etiqueda|multi-palabra"
    r"|por favor|anidad|está seguro|marquilla|\ben vivo\b|creado en\b|título de la página"
    r"|rechazad|moderaci",
    re.IGNORECASE,
)
# Written so in Spanish too, or by people of the tests.
ALSO_SPANISH = re.compile(r"\S+@\S+|https?://\S+|\b(min|slug|panel|as|hora min)\b", re.IGNORECASE)
SPOKEN = (
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "aria-description",
    "data-w-tooltip-content-value",
)
OTHER_DOORS = [
    "/gestion/pages/?q=nadadeesto",
    "/gestion/pages/search/?q=nadadeesto",
    "/gestion/choose-page/",
    "/gestion/choose-page/?page_type=wagtailcore.page&q=nadadeesto",
    "/gestion/choose-page/search/?q=nadadeesto",
    "/gestion/choose-external-link/",
    "/gestion/choose-email-link/",
    "/gestion/choose-anchor-link/",
    "/gestion/choose-phone-link/",
    "/gestion/images/chooser/",
    "/gestion/images/chooser/create/",
    "/gestion/images/?q=nadadeesto",
    "/gestion/documents/chooser/",
    "/gestion/documents/chooser/create/",
    "/gestion/documents/?q=nadadeesto",
    "/gestion/norms/chooser/",
    "/gestion/users/?q=nadadeesto",
    "/gestion/reports/site-history/?q=nadadeesto",
    "/gestion/reports/aging-pages/",
    "/gestion/no-existe/",
]


def spoken(node: object) -> list[str]:
    """Return the texts of a plain value that a script shows: those that look like a sentence or a
    label.
    """
    if isinstance(node, dict):
        return [
            text
            for name, part in node.items()
            if name not in {"name", "url", "icon_name", "classnames"}
            for text in spoken(part)
        ]
    if isinstance(node, list):
        return [text for part in node for text in spoken(part)]
    is_label = (
        isinstance(node, str)
        and (" " in node or node[:1].isupper())
        and not re.search(r"[<{/_]|--|^w-", node)
    )
    return [node] if is_label else []


def texts_of(body: str) -> list[str]:
    """Return what a person reads or hears on a screen of the editor."""
    if body.startswith("{"):
        body = json.loads(body).get("html") or ""
    page = BeautifulSoup(body, "html.parser")
    found = [
        text
        for script in page.select("script[type='application/json']")
        for text in spoken(json.loads(script.string or "null"))
    ]
    for hidden in page.select("script, style, svg, noscript, [data-side-panel-toggle-counter]"):
        hidden.decompose()
    found += [node[name] for name in SPOKEN for node in page.select(f"[{name}]")]
    found += [
        node["value"]
        for node in page.select("input[type=submit][value], input[type=button][value]")
    ]
    return [*found, *page.stripped_strings]


def foreign_in(body: str) -> set[str]:
    """Return the texts with a word in English, or in the Spanish of elsewhere."""
    texts = [(text, ALSO_SPANISH.sub(" ", text)) for text in texts_of(body)]
    return {
        " ".join(text.split())[:120]
        for text, ours in texts
        if ENGLISH.search(ours) or OF_ELSEWHERE.search(text)
    }


def links_of(body: str, address: str) -> list[str]:
    page = BeautifulSoup(body, "html.parser")
    found = [urljoin(address, link["href"]) for link in page.select("a[href]")]
    for script in page.select("script[type='application/json']"):
        found += re.findall(r'"(/gestion/[^"]*)"', script.string or "")
    return [
        link
        for link in found
        if urlsplit(link).path.startswith("/gestion/") and "logout" not in link
    ]


def kind_of(address: str) -> tuple:
    """Say which screen an address opens: one of each kind of page, and one of each view, is
    walked.
    """
    path = urlsplit(address).path
    try:
        match = resolve(path)
    except Resolver404:
        return (path,)
    about = [value for value in (*match.args, *match.kwargs.values()) if not str(value).isdigit()]
    number = next(
        (int(value) for value in (*match.args, *match.kwargs.values()) if str(value).isdigit()), 0
    )
    page = (
        Page.objects.filter(pk=number).first()
        if "wagtailadmin_pages" in match.namespaces or "explore" in path
        else None
    )
    return (match.view_name, *about, page.specific_class.__name__ if page else "")


@pytest.fixture
def editor(course, django_capture_on_commit_callbacks):
    """A course with a quiz, a plain page, a draft and what was changed."""
    with django_capture_on_commit_callbacks(execute=True):
        add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 3)])
        HomePage.objects.get().add_child(
            instance=StandardPage(title="Simple", slug="simple", live=False)
        ).save_revision()
        lesson = LessonPage.objects.first()
        lesson.objective = "Decide."
        lesson.save_revision(log_action=True)


@pytest.mark.parametrize("who", ["ada", "raul", "oscar"])
def test_every_screen_of_the_editor_speaks_as_we_do(editor, client, request, who):
    person = request.getfixturevalue(who)
    sync_roles(today=timezone.localdate())
    client.force_login(person)
    waiting, met, told = deque(["/gestion/", *OTHER_DOORS]), set(), {}
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address) if address not in OTHER_DOORS else address
        if kind in met:
            continue
        met.add(kind)
        answer = client.get(address)
        is_read = not answer.streaming and answer.headers.get("Content-Type", "").startswith(
            ("text/html", "application/json")
        )
        if not is_read or "/api/" in address:
            continue
        body = answer.content.decode()
        for text in foreign_in(body):
            told.setdefault(text, address)
        if answer.status_code == 200 and not body.startswith("{"):
            waiting.extend(links_of(body, address))
    assert len(met) > 40
    assert not told, "\n".join(f"{address}: {text}" for text, address in sorted(told.items()))
