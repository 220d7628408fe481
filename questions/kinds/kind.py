"""Says what a kind of question has to answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Protocol

JSON = dict[str, Any]
FormFields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a question, in the words the author reads, and the field it belongs to."""

    field: str
    message: str


class Kind(Protocol):
    """One kind of question.

    Everything it stores is JSON of its own, and says the version of its schema.

    `content` is what an author wrote, key included, and stays in a version. `layout` is how a paper
    shows it, `response` what was answered to that paper, `asked` the copy of both content and
    layout that an attempt keeps when it is handed in.
    """

    name: str
    # Templates of a learner's question and of its review, and of a version in the bank.
    question_template: str
    reviewed_template: str
    version_template: str

    @property
    def label(self) -> str:
        """Its name on the screen."""

    # content
    def tidied(self, content: JSON) -> JSON:
        """Return the content as it is stored: without what an author left empty."""

    def problems(self, content: JSON, written: JSON) -> Iterator[Problem]:
        """Yield what is wrong with a tidied content; `written` is what its author sees."""

    def texts(self, content: JSON) -> list[str]:
        """Return every text, for a search."""

    def right_texts(self, content: JSON) -> list[str]:
        """Return the key in words; nothing where it is missing."""

    def is_mended(self, before: JSON, after: JSON) -> bool:
        """Say whether a newer content holds another key than an older one, for what both ask."""

    # present
    def lay_out(self, content: JSON, *, is_shuffled: bool, random: Random) -> JSON:
        """Return how a paper shows the content."""

    def shown(self, content: JSON, layout: JSON, response: JSON) -> JSON:
        """Return what the page of a question shows: never the key, nor what tells it."""

    # read
    def read(self, sent: FormFields) -> JSON:
        """Read the response that a form sent; what it cannot mean is left out."""

    def fits(self, layout: JSON, response: JSON) -> bool:
        """Say whether a response answers what this paper shows."""

    def is_blank(self, response: JSON) -> bool:
        """Say whether nothing was answered."""

    def plain(self, response: JSON) -> Any:
        """Return a response as the copy of a person's data tells it."""

    # score
    def score(self, content: JSON, layout: JSON, response: JSON, rule: int) -> Fraction | None:
        """Return what a response earns, from 0 to 1; None while a person has to mark it."""

    def blind_score(self, content: JSON, *, place: int, is_shuffled: bool) -> Fraction:
        """Return what somebody earns, on average, who knows nothing and always answers at one place
        (-1: the last).
        """

    def example(self, content: JSON, layout: JSON, *, is_right: bool) -> JSON:
        """Return a response that earns everything, or nothing: for the demonstration and the runs
        of tools.
        """

    # evidence
    def asked(self, content: JSON, layout: JSON) -> JSON:
        """Return a copy of what was asked, as it was shown, with its key: the proof does not depend
        on the bank.
        """

    def answered(self, asked: JSON, response: JSON) -> list[str]:
        """Return what was answered, in words."""

    def reviewed(self, asked: JSON, response: JSON) -> JSON:
        """Return what the result shows once the key may be seen."""
