"""What authors write is stripped when it is stored and safe when it is shown, however it came in
(INJ-02).
"""

import json
import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import StructBlockValidationError
from wagtail.rich_text import expand_db_html

from content.blocks import TEXT_FEATURES, PlainBlocks, SourceBlock
from courses.blocks import LessonBlocks

HOSTILE = (
    '<script>alert(1)</script><p onclick="alert(1)" style="position:fixed" class="x">Uno</p>',
    (
        '<p><a href="javascript:alert(1)">Dos</a> <a href="JaVa\tScRiPt:alert(1)">dos</a> <a '
        'href=" '
        'javascript:alert(1)">dos</a></p>'
    ),
    (
        '<p><a href="data:text/html,<script>alert(1)</script>">Tres</a> <a '
        'href="vbscript:x">tres</a></p>'
    ),
    '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)"><text>Cuatro</text></a></svg>',
    (
        '<iframe src="https://otro.example" srcdoc="<script>alert(1)</script>"></iframe><object '
        'data="x"></object><embed src="x">'
    ),
    (
        '<style>body{display:none}</style><link rel="stylesheet" '
        'href="https://otro.example/a.css"><meta http-equiv="refresh" content="0;url=x">'
    ),
    (
        '<table class="x" background="javascript:alert(1)"><tr><td '
        'onmouseover="alert(1)">Cinco</td></tr></table>'
    ),
)
# The editor cannot even read these.
UNREADABLE = (
    (
        '<img src="x" onerror="alert(1)"><video><source onerror="alert(1)"></video><math><mi '
        'xlink:href="data:x">m</mi></math>'
    ),
    (
        '<form action="https://otro.example"><input autofocus onfocus="alert(1)"><button '
        'formaction="javascript:alert(1)">Seis</button></form>'
    ),
    "<b><i><u><blink><marquee onstart=alert(1)>Siete",
    (
        "<![CDATA[x><img src=x onerror=alert(1)>]]><!-- a --!><img src=x onerror=alert(1)> --><?x "
        "><img src=x onerror=alert(1)>"
    ),
    (
        "<!x [<img src=x onerror=alert(1)>]><p "
        "title='</p><script>alert(1)</script>'>Ocho</p><noscript><p "
        "title='</noscript><script>alert(1)</script>'>"
    ),
    "&lt;script&gt;alert(1)&lt;/script&gt;<textarea><script>alert(1)</script></textarea><title><script>alert(1)</script></title>",
)
PLAIN = {"p", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h3", "br"}


class Tags(HTMLParser):
    """Collects elements with their attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def assert_harmless(text: str) -> None:
    """Fail on elements, attributes and addresses that a plain text has no use for."""
    for tag, attributes in Tags(text).found:
        assert tag in PLAIN, text
        assert set(attributes) <= {"href", "data-block-key", "linktype", "id"}, text
        assert re.match(r"https?://|mailto:|tel:|#|/|$", attributes.get("href") or ""), text


@pytest.mark.parametrize("written", HOSTILE)
def test_rich_text_is_stripped_on_the_way_in(written):
    converter = ContentstateConverter(features=TEXT_FEATURES)
    assert_harmless(converter.to_database_format(converter.from_database_format(written)))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "\x01javascript:alert(1)",
        "java\nscript:x",
    ],
)
def test_links_of_the_editor_lead_to_the_web(target):
    entity = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": target}}}
    block = {
        "key": "a",
        "text": "Enlace",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"offset": 0, "length": 6, "key": 0}],
    }
    sent = json.dumps({"blocks": [block], "entityMap": entity})
    assert_harmless(ContentstateConverter(features=TEXT_FEATURES).to_database_format(sent))


@pytest.mark.parametrize("written", HOSTILE + UNREADABLE)
def test_what_was_stored_by_another_way_is_shown_safely(written, rf):
    """A file, a copy of another site or an old version may have stored anything."""
    for blocks, stored in (
        (PlainBlocks(), {"type": "text", "value": {"heading": written, "body": written}}),
        (
            LessonBlocks(),
            {
                "type": "case",
                "value": {
                    "title": "Caso",
                    "situation": written,
                    "choices": [{"text": written, "feedback": written}],
                },
            },
        ),
    ):
        shown = str(blocks.to_python([stored])[0].render())
        for tag, attributes in Tags(shown).found:
            assert tag not in {
                "script",
                "iframe",
                "object",
                "embed",
                "style",
                "link",
                "meta",
                "form",
                "input",
                "button",
                "img",
                "video",
                "math",
            }, shown
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (
                shown
            )
            assert not re.match(
                r"\W*(javascript|data|vbscript)\W*:",
                re.sub(r"\s", "", attributes.get("href") or ""),
                re.IGNORECASE,
            ), shown


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//otro.example",
        "ftp://otro.example/a",
        "https://",
        "no es",
    ],
)
def test_sources_lead_to_the_web(target):
    block = SourceBlock()
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"title": "Fuente", "url": target}))
    assert list(refused.value.block_errors) == ["url"]
    shown = render_to_string(
        "content/blocks/sources.html",
        {"value": {"sources": [block.to_python({"title": "Fuente", "url": target})]}},
    )
    assert "<a" not in shown
    assert "Fuente" in shown


def test_sources_keep_their_links():
    block = SourceBlock()
    for address in ("https://www.gob.pe/mininter", ""):
        assert block.clean(block.to_python({"title": "Fuente", "url": address}))["url"] == address
    shown = render_to_string(
        "content/blocks/sources.html",
        {"value": {"sources": [block.to_python({"title": "F", "url": "https://gob.pe/a"})]}},
    )
    assert 'href="https://gob.pe/a"' in shown


def test_embeds_of_links_are_not_fetched(settings):
    assert settings.WAGTAILEMBEDS_FINDERS == []
    assert_harmless(expand_db_html('<p><embed embedtype="media" url="http://127.0.0.1/x"/></p>'))
