"""Every kind of question keeps the same promises, whatever it asks: whoever adds a kind adds its
examples here.
"""

import json
from random import Random

import pytest
from django.template.loader import get_template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from questions.kinds import KINDS, kind_labels, kind_of
from questions.kinds.choices.content import Choice, content_with
from questions.models import QuestionVersion
from questions.scoring import ScoringRule

CONTENTS = {
    "single": content_with(
        [Choice("Diez días", True), Choice("Un año", False), Choice("Nunca", False)]
    ),
    "multiple": content_with(
        [
            Choice("DNI", True),
            Choice("Recibo", False),
            Choice("Foto", True),
            Choice("Título", False),
        ]
    ),
    "true_false": content_with([Choice("Verdadero", False), Choice("Falso", True)]),
}
# Every answer that a form can send to a question: ticking everything is one of them.
EVERYTHING = {
    name: {"chosen": [str(place) for place in range(len(content["choices"]))]}
    for name, content in CONTENTS.items()
}
GARBAGE = [{}, {"chosen": []}, {"chosen": ["x", "", "²", "-1", "1" * 30]}, {"other": ["1"]}]
RULE = ScoringRule.EVEN
kinds = pytest.mark.parametrize("name", KINDS)
seeds = st.integers(0, 1000)


def laid_out(name, seed=0):
    """Return a kind, an example of its content and one layout of it."""
    kind = kind_of(name)
    return kind, CONTENTS[name], kind.lay_out(CONTENTS[name], is_shuffled=True, random=Random(seed))


def test_every_kind_has_an_example():
    assert set(CONTENTS) == set(EVERYTHING) == set(KINDS)
    assert all(kind.name == name for name, kind in KINDS.items())


def test_models_and_forms_offer_every_kind():
    assert list(QuestionVersion._meta.get_field("kind").flatchoices) == kind_labels()
    assert all(len(name) <= QuestionVersion._meta.get_field("kind").max_length for name in KINDS)


@kinds
def test_every_kind_has_a_label_and_its_templates(name):
    kind = kind_of(name)
    with override("es"):
        assert str(kind.label)
    for template in (kind.question_template, kind.reviewed_template, kind.version_template):
        assert get_template(template)


@kinds
def test_example_can_be_asked_and_is_kept_as_it_is(name):
    kind, content, _layout = laid_out(name)
    assert list(kind.problems(content, content)) == []
    assert kind.tidied(content) == content
    assert kind.right_texts(content)
    assert set(kind.right_texts(content)) <= set(kind.texts(content))


@kinds
def test_nothing_written_is_told(name):
    kind = kind_of(name)
    empty = kind.tidied({})
    assert list(kind.problems(empty, empty))


@kinds
def test_everything_stored_is_json_with_a_schema_version(name):
    kind, content, layout = laid_out(name)
    response = kind.read(EVERYTHING[name])
    for stored in (
        kind.tidied(content),
        layout,
        response,
        kind.read({}),
        kind.asked(content, layout),
    ):
        assert json.loads(json.dumps(stored)) == stored
        assert isinstance(stored["schema"], int)
        assert stored["schema"] >= 1


@kinds
@given(seed=seeds)
def test_a_paper_never_shows_the_key(name, seed):
    """What is shown is the same whichever answer is right, and says so by no word."""
    kind, content, layout = laid_out(name, seed)
    texts = kind.texts(content)
    shown = kind.shown(content, layout, kind.read({}))
    assert not any(word in json.dumps([shown, layout]) for word in ("correct", "right", "key"))
    for right in range(len(texts)):
        other = content_with(Choice(text, place == right) for place, text in enumerate(texts))
        assert kind.shown(other, layout, kind.read({})) == shown
        assert kind.lay_out(other, is_shuffled=True, random=Random(seed)) == layout


@kinds
def test_a_paper_that_is_not_shuffled_is_always_the_same(name):
    kind, content, _layout = laid_out(name)
    papers = [kind.lay_out(content, is_shuffled=False, random=Random(seed)) for seed in range(20)]
    assert all(paper == papers[0] for paper in papers)


@kinds
@given(seed=seeds)
def test_right_earns_one_and_wrong_and_blank_earn_nothing(name, seed):
    kind, content, layout = laid_out(name, seed)
    right, wrong = (kind.example(content, layout, is_right=is_right) for is_right in (True, False))
    assert [
        kind.score(content, layout, answer, RULE) for answer in (right, wrong, kind.read({}))
    ] == [1, 0, 0]
    assert kind.fits(layout, right)
    assert kind.fits(layout, wrong)
    assert kind.is_blank(kind.read({}))
    assert not kind.is_blank(right)


@kinds
@given(seed=seeds)
def test_ticking_everything_never_earns(name, seed):
    kind, content, layout = laid_out(name, seed)
    assert kind.score(content, layout, kind.read(EVERYTHING[name]), RULE) == 0


@kinds
@pytest.mark.parametrize("is_shuffled", [True, False])
def test_who_knows_nothing_earns_half_at_most(name, is_shuffled):
    """On average over who always answers at the first place, and who at the last."""
    first, last = (
        kind_of(name).blind_score(CONTENTS[name], place=place, is_shuffled=is_shuffled)
        for place in (0, -1)
    )
    assert 0 <= first + last <= 1


@kinds
@pytest.mark.parametrize("sent", GARBAGE)
def test_what_a_form_cannot_mean_is_left_out(name, sent):
    kind, _content, layout = laid_out(name)
    assert kind.read(sent) == kind.read({})
    assert kind.fits(layout, kind.read(sent))


@kinds
def test_what_the_paper_does_not_have_is_refused(name):
    kind, content, layout = laid_out(name)
    assert not kind.fits(layout, kind.read({"chosen": [str(len(kind.texts(content)))]}))


@kinds
@given(seed=seeds)
def test_the_same_answer_is_stored_in_one_way(name, seed):
    kind = kind_of(name)
    sent = EVERYTHING[name]["chosen"] * 2
    assert kind.read({"chosen": Random(seed).sample(sent, len(sent))}) == kind.read(
        EVERYTHING[name]
    )


@kinds
@given(seed=seeds)
def test_evidence_reads_back(name, seed):
    """From the copy alone, without content and layout, one reads what was asked, answered and
    right.
    """
    kind, content, layout = laid_out(name, seed)
    asked = json.loads(json.dumps(kind.asked(content, layout)))
    right = kind.example(content, layout, is_right=True)
    assert sorted(kind.answered(asked, right)) == sorted(kind.right_texts(content))
    assert kind.answered(asked, kind.read({})) == []
    assert kind.reviewed(asked, right)
    assert set(kind.answered(asked, kind.read(EVERYTHING[name]))) == set(kind.texts(content))


@kinds
def test_no_key_is_mended_by_the_same_content(name):
    kind = kind_of(name)
    assert not kind.is_mended(CONTENTS[name], CONTENTS[name])


@kinds
def test_a_question_may_become_one_of_any_other_kind(name):
    for other in KINDS:
        assert kind_of(name).is_mended(CONTENTS[other], CONTENTS[name]) in {True, False}
