"""Checks the pure rules of outlines for any course, not for one example."""

import copy
import json
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from courses.outline import block_digests, changed_substance, digest, is_material, read_outline
from tests.courses.outlines import LANGUAGES, outlines, stored_outlines

always = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3)
    ),
    max_leaves=8,
)
BLOCKS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from("abcdef"),
            "type": st.sampled_from(["text", "case"]),
            "value": st.fixed_dictionaries(
                {"is_substantive": st.booleans(), "body": st.text(max_size=6)}
            ),
        }
    ),
    max_size=5,
    unique_by=lambda block: block["id"],
)


def items(stored):
    return [item for module in stored["modules"] for item in module["activities"]]


@always
@given(stored_outlines(), st.sampled_from(LANGUAGES))
def test_activities_stand_in_the_order_of_the_pages_and_are_numbered(stored, language):
    outline = read_outline(stored, language)
    assert [str(activity.key) for activity in outline.activities] == [
        item["key"] for item in items(stored)
    ]
    assert [activity.number for activity in outline.activities] == list(
        range(1, len(outline.activities) + 1)
    )
    assert [module.number for module in outline.modules] == list(
        range(1, len(stored["modules"]) + 1)
    )
    assert [activity for module in outline.modules for activity in module.activities] == list(
        outline.activities
    )


@always
@given(stored_outlines(), st.sampled_from(LANGUAGES))
def test_every_activity_is_found_by_key_and_by_address_and_nothing_else_is(stored, language):
    outline = read_outline(stored, language)
    assert list(outline.by_key.values()) == list(outline.activities)
    assert list(outline.by_path.values()) == list(outline.activities)
    for module in outline.modules:
        for activity in module.activities:
            assert outline.by_key[activity.key] is activity
            assert outline.by_path[module.slug, activity.slug] is activity
            assert (activity.module_slug, activity.module_title) == (module.slug, module.title)


@always
@given(outlines())
def test_minutes_and_weight_are_sums(outline):
    assert (
        outline.minutes
        == sum(module.minutes for module in outline.modules)
        == sum(item.minutes for item in outline.activities)
    )
    assert outline.weight == sum(item.weight for item in outline.activities)


@always
@given(outlines())
def test_what_is_required_is_a_part_in_order(outline):
    assert list(outline.required) == [item for item in outline.activities if item.is_required]


@always
@given(outlines())
def test_neighbours_lead_there_and_back(outline):
    assume(outline.activities)
    walked, step = [], outline.activities[0]
    assert outline.neighbours(step.key)[0] is None
    while step:
        walked.append(step)
        following = outline.neighbours(step.key)[1]
        assert following is None or outline.neighbours(following.key)[0] is step
        step = following
    assert walked == list(outline.activities)


@always
@given(stored_outlines())
def test_a_language_shows_its_own_texts_and_borrows_what_it_lacks(stored):
    outline = read_outline(stored, "qu")
    for item, activity in zip(items(stored), outline.activities, strict=True):
        assert activity.title == item["titles"].get("qu", item["titles"]["es"])
        assert activity.slug == item["slugs"].get("qu", item["slugs"]["es"])
    assert read_outline(stored, "ay") == read_outline(stored, "es")


@always
@given(stored_outlines())
def test_keys_order_and_rules_are_the_same_in_every_language(stored):
    spanish, quechua = (read_outline(stored, language) for language in LANGUAGES)
    assert list(spanish.by_key) == list(quechua.by_key)
    for one, other in zip(spanish.activities, quechua.activities, strict=True):
        assert (one.minutes, one.is_required, one.kind, one.facts) == (
            other.minutes,
            other.is_required,
            other.kind,
            other.facts,
        )


@always
@given(stored_outlines())
def test_an_activity_ends_with_the_first_of_itself_its_module_and_its_course(stored):
    outline = read_outline(stored, "es")
    for module in stored["modules"]:
        for item in module["activities"]:
            dates = [
                datetime.fromisoformat(part["expires_at"])
                for part in (stored["course"], module, item)
                if part["expires_at"]
            ]
            activity = next(found for found in outline.activities if str(found.key) == item["key"])
            assert activity.expires_at == min(dates, default=None)
            if dates and min(dates).year > 1:
                assert activity.is_expired(min(dates))
                assert not activity.is_expired(min(dates) - timedelta(seconds=1))


@always
@given(stored_outlines())
def test_an_outline_survives_the_database(stored):
    assert read_outline(json.loads(json.dumps(stored)), "es") == read_outline(stored, "es")


@always
@given(JSON, st.randoms(use_true_random=False))
def test_a_digest_does_not_depend_on_the_order_of_names(value, source):
    assert digest(shuffled(value, source)) == digest(value)


def shuffled(value, source: random.Random):
    if isinstance(value, list):
        return [shuffled(part, source) for part in value]
    if isinstance(value, dict):
        names = source.sample(list(value), len(value))
        return {name: shuffled(value[name], source) for name in names}
    return value


@always
@given(JSON, JSON)
def test_two_values_have_two_digests(one, other):
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    assert digest(one) != digest(other)


@always
@given(BLOCKS)
def test_the_mark_of_substance_is_no_part_of_a_block(blocks):
    turned = copy.deepcopy(blocks)
    for block in turned:
        block["value"]["is_substantive"] = not block["value"]["is_substantive"]
    before, after = block_digests(blocks), block_digests(turned)
    assert [found["digest"] for found in before] == [found["digest"] for found in after]
    assert [found["is_substantive"] for found in before] == [
        not found["is_substantive"] for found in after
    ]


@always
@given(BLOCKS, BLOCKS)
def test_only_marked_blocks_that_differ_change_the_substance(old, new):
    before = {block["id"]: block["value"]["body"] for block in old}
    expected = any(
        block["value"]["is_substantive"] and before.get(block["id"]) != block["value"]["body"]
        for block in new
    )
    assert changed_substance(block_digests(old), block_digests(new)) == expected
    assert not changed_substance(block_digests(new), block_digests(new))


@always
@given(stored_outlines(), st.randoms(use_true_random=False))
def test_titles_order_minutes_and_optional_activities_are_no_material_change(stored, source):
    other = copy.deepcopy(stored)
    for module in other["modules"]:
        module["titles"], module["summary"] = {"es": "Otro título"}, "Otra"
        source.shuffle(module["activities"])
        for item in module["activities"]:
            item["minutes"], item["titles"] = 7, {"es": "Otra"}
        module["activities"] = [
            item
            for item in module["activities"]
            if item["is_required"] or "pass_mark" in item["facts"]
        ]
    source.shuffle(other["modules"])
    assert not is_material(stored, other, {}, {})
    assert not is_material(other, stored, {}, {})


@always
@given(stored_outlines(), st.data())
def test_what_completion_needs_is_a_material_change_both_ways(stored, data):
    assume(items(stored))
    other = copy.deepcopy(stored)
    changed = data.draw(st.sampled_from(items(other)))
    if "pass_mark" in changed["facts"] and data.draw(st.booleans()):
        changed["facts"]["pass_mark"] += 0.1
    else:
        changed["is_required"] = not changed["is_required"]
    assert is_material(stored, other, {}, {})
    assert is_material(other, stored, {}, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_course_without_modules_has_an_empty_outline(language):
    facts = {
        "key": "00000000-0000-4000-8000-000000000000",
        "slugs": {"es": "c"},
        "titles": {"es": "C"},
        "expires_at": None,
    }
    stored = {
        "course": {**facts, "summary": "", "outcome": "", "audience": "", "topics": []},
        "modules": [],
    }
    outline = read_outline(stored, language)
    assert (outline.minutes, outline.weight, outline.activities, outline.required) == (0, 0, (), ())
