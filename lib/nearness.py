"""Finds the known text that was probably meant; comparing costs milliseconds, so it is done for the
first different texts alone.
"""

from collections.abc import Mapping
from difflib import get_close_matches

# Letters of a text that are compared.
LONGEST_COMPARED = 200
# Who reads so many suggestions has one cause to mend, and not each text.
MOST_COMPARED = 40


class Nearest:
    """The texts that are known, each with what is shown for it."""

    def __init__(self, known: Mapping[str, str]):
        self.known = known
        self.compared: dict[str, str] = {}

    def to(self, text: str) -> str:
        """Return what is shown for the nearest known text, or an empty text for none, and after
        MOST_COMPARED different ones.
        """
        text = text[:LONGEST_COMPARED]
        if text not in self.compared:
            if len(self.compared) >= MOST_COMPARED:
                return ""
            near = get_close_matches(text, self.known, n=1, cutoff=0.8)
            self.compared[text] = self.known[near[0]] if near else ""
        return self.compared[text]
