"""Draws questions as the bank keeps them, for properties over many."""

from hypothesis import strategies as st


@st.composite
def askable(draw):
    """A question as the bank keeps it: kind, right places, and how many choices it offers."""
    kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
    count = 2 if kind == "true_false" else draw(st.integers(2, 6))
    most = count - 1 if kind == "multiple" else 1
    return kind, draw(st.frozensets(st.integers(0, count - 1), min_size=1, max_size=most)), count
