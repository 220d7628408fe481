"""Measures Spanish prose: paragraphs of a lesson file, sentences, syllables and the Szigriszt-Pazos
index.
"""

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise
from typing import Any

STRONG, STRESSED_WEAK = "aeoáéó", "íú"
SENTENCE_END = re.compile(r"(?<=[.!?…])[»\")]*\s+")
WORD = re.compile(r"[^\W\d_]+")


def paragraphs_of_html(html: str) -> list[str]:
    """Return the paragraphs and list items of a fragment, without tags."""
    parts = re.split(r"</(?:p|li|h3)>", html)
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts]
    return [text for text in texts if text]


def paragraphs(block: dict[str, Any]) -> list[str]:
    """Return what one block says in whole paragraphs: no headings, no labels, no cells of
    tables.
    """
    match block["type"]:
        case "text" | "callout":
            return paragraphs_of_html(block["body"])
        case "steps":
            return [
                text
                for step in block["steps"]
                for text in (step["title"], *paragraphs_of_html(step.get("body", "")))
            ]
        case "case":
            choices = [
                text
                for choice in block["choices"]
                for text in (choice["text"], *paragraphs_of_html(choice["feedback"]))
            ]
            return [*paragraphs_of_html(block["situation"]), *choices]
        case "citation":
            return paragraphs_of_html(block["says"])
        case "checklist":
            return list(block["items"])
    return []


def labels(block: dict[str, Any]) -> list[str]:
    """Return headings, captions and cells of one block."""
    cells = [*block.get("columns", []), *(cell for line in block.get("rows", []) for cell in line)]
    names = ("heading", "title", "question", "caption", "note", "description")
    return [text for text in (*(block.get(name, "") for name in names), *cells) if text]


def sentences(texts: Iterable[str]) -> list[str]:
    """Return the sentences of paragraphs; the end of a paragraph ends a sentence."""
    return [part for text in texts for part in SENTENCE_END.split(text) if WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words of a text; figures are none, because nobody reads them by syllables."""
    return WORD.findall(text)


def syllables(word: str) -> int:
    """Count the syllables of a Spanish word: two strong vowels, or a stressed weak one beside
    another vowel, are apart.
    """
    silent = re.sub(r"([qg])u(?=[eiéí])", r"\1", word.lower()).replace("ü", "u")
    count = 0
    for group in re.findall(r"[aeiouáéíóú](?:h?[aeiouáéíóú])*", re.sub(r"y$", "i", silent)):
        vowels = group.replace("h", "")
        pairs = pairwise(vowels)
        count += 1 + sum(
            (a in STRONG and b in STRONG) or a in STRESSED_WEAK or b in STRESSED_WEAK
            for a, b in pairs
        )
    return max(count, 1)


def szigriszt(texts: Iterable[str]) -> float:
    """Return the Szigriszt-Pazos index of paragraphs: 206.835 - 62.3 syllables per word - words per
    sentence.

    On the INFLESZ scale, 55 to 65 is “normal”, 65 to 80 “fairly easy”.
    """
    found = sentences(texts)
    spoken = [word for sentence in found for word in words(sentence)]
    return 206.835 - 62.3 * sum(map(syllables, spoken)) / len(spoken) - len(spoken) / len(found)
