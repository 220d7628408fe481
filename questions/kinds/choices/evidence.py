"""Copies what a question with choices asked, {schema, choices: texts as shown, correct: shown
places}, and tells what was answered.
"""

from typing import Any

from questions.kinds.choices.content import SCHEMA, choices_in
from questions.kinds.choices.present import correct_places


def asked(content: dict[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    """Copy the choices as they were shown, and which were right."""
    choices = choices_in(content)
    texts = [choices[author_place].text for author_place in layout["order"]]
    return {"schema": SCHEMA, "choices": texts, "correct": sorted(correct_places(content, layout))}


def answered(copied: dict[str, Any], response: dict[str, Any]) -> list[str]:
    """Return the texts of the chosen choices."""
    return [copied["choices"][place] for place in response["chosen"]]


def reviewed(copied: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Return the choices that matter, chosen or right, and the texts of the others."""
    choices = [
        {
            "text": text,
            "is_correct": place in copied["correct"],
            "is_chosen": place in response["chosen"],
        }
        for place, text in enumerate(copied["choices"])
    ]
    main = [choice for choice in choices if choice["is_chosen"] or choice["is_correct"]]
    others = [choice["text"] for choice in choices if choice not in main]
    return {"told": main, "others": others}
