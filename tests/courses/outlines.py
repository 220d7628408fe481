"""Builds outlines for property tests: any course that publishing could have frozen."""

from typing import Any

from hypothesis import strategies as st

from courses.outline import Outline, read_outline

LANGUAGES = ("es", "qu")
WORDS = st.text(alphabet="abcdeñáéíóúüABCÑÁ 123", min_size=1, max_size=12).filter(str.strip)
DATES = st.none() | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())


@st.composite
def stored_outlines(draw: st.DrawFn, largest: int = 4) -> dict[str, Any]:
    """Draw a stored outline: keys unique over the course, slugs unique among neighbours, the first
    language complete.

    It has up to `largest` modules of up to `largest` activities.
    """
    number = iter(range(10_000))

    def texts(first: str) -> dict[str, str]:
        return {"es": first} | ({"qu": draw(WORDS)} if draw(st.booleans()) else {})

    def common(kind: str) -> dict[str, Any]:
        place = next(number)
        slugs = {"es": f"{kind}-{place}"} | (
            {"qu": f"{kind}-qu-{place}"} if draw(st.booleans()) else {}
        )
        key = f"00000000-0000-4000-8000-{place:012}"
        return {
            "key": key,
            "slugs": slugs,
            "titles": texts(draw(WORDS)),
            "summary": draw(WORDS),
            "expires_at": draw(DATES),
        }

    def activity() -> dict[str, Any]:
        kind = draw(st.sampled_from(["lesson", "quiz"]))
        return {
            **common(kind),
            "kind": kind,
            "minutes": draw(st.integers(1, 180)),
            "is_required": draw(st.booleans()),
            "weight": draw(st.integers(0, 9000)),
            "norms": draw(st.lists(st.sampled_from(["LEY-27891", "DLEG-1350"]), unique=True)),
            "bodies": {"es": "0" * 64},
            "facts": {"pass_mark": draw(st.sampled_from([0.5, 0.7]))} if kind == "quiz" else {},
        }

    def module() -> dict[str, Any]:
        return {
            **common("modulo"),
            "activities": [activity() for _ in range(draw(st.integers(0, largest)))],
        }

    course = {
        **common("curso"),
        "outcome": draw(WORDS),
        "audience": draw(WORDS),
        "topics": draw(st.lists(WORDS, max_size=3, unique=True)),
    }
    return {"course": course, "modules": [module() for _ in range(draw(st.integers(0, largest)))]}


def outlines(largest: int = 4) -> st.SearchStrategy[Outline]:
    """Return outlines as the first language reads them."""
    return stored_outlines(largest).map(lambda stored: read_outline(stored, "es"))
