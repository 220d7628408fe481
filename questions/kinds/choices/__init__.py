"""What the kinds have in common that offer choices to tick."""

from questions.kinds.choices.kind import ChoiceKind

__all__ = ["ChoiceKind"]
