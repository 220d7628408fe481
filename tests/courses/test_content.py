"""Walks every starter lesson and question as an editor would: length, order, law, sources,
repetition, reading level.
"""

import gzip
import re
from collections import Counter
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from courses.editions import outline_of
from courses.loading import FOLDER, draws_of, read_toml
from courses.models import CourseHead
from learning.services import enrol_learner
from norms.models import Norm
from norms.services import norm_from_row, read_register
from questions.models.topic import topic_of
from tests.courses.prose import labels, paragraphs, paragraphs_of_html, sentences, szigriszt

LESSONS = sorted(FOLDER.glob("*/*/*.toml"))
BANKS = sorted(FOLDER.glob("*/questions-*.toml"))
COURSES = sorted(path.parent for path in FOLDER.glob("*/course.toml"))
KINDS = {"text", "steps", "figure", "table", "callout", "download", "case", "citation", "checklist"}
NORMAL_READING = 55  # INFLESZ: the lower end of “normal”
HEAVIEST_PAGE = 12 * 1024
# Norms that the lessons name by what officials call them.
NAMES = {
    "Constitución": "CON-1993",
    "Código Penal": "CP-635",
    "Ley de Migraciones": "DLEG-1350",
    "Ley del Refugiado": "LEY-27891",
    "Ley General de Salud": "LEY-26842",
    "Ley Orgánica de Municipalidades": "LEY-27972",
    "Ley de Protección de Datos Personales": "LEY-29733",
    "Cartagena": "CARTAGENA-1984",
    "Belém do Pará": "BELEM-1994",
    "Convención Americana": "CADH-1969",
    "Palermo": "RL-27527",
    "Discriminación racial": "ICERD-1965",
    "Derechos del Niño": "CDN-1989",
    "Trabajadores migratorios": "CMW-1990",
    "Convención de 1951": "CONV-1951",
    "Estatuto de los Refugiados": "CONV-1951",
    "Estatuto de los Apátridas": "CONV-1954",
    "Reducir los casos de apatridia": "CONV-1961",
}

every_lesson = pytest.mark.parametrize(
    "path", LESSONS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix(""))
)


@cache
def lesson_of(path: Path) -> dict:
    return read_toml(path)


@cache
def register() -> dict:
    return {row["code"]: row for row in read_register()}


def blocks(path: Path, kind: str) -> list[dict]:
    return [block for block in lesson_of(path)["blocks"] if block["type"] == kind]


def said(path: Path) -> list[str]:
    """Return everything a lesson says, block by block."""
    return [
        text for block in lesson_of(path)["blocks"] for text in (*paragraphs(block), *labels(block))
    ]


def questions() -> list[dict]:
    return [
        {**question, "bank": path.name}
        for path in BANKS
        for question in read_toml(path)["questions"]
    ]


def identifiers(value) -> list[str]:
    """Return every `key` and `id` that is meant to be unique, wherever it stands."""
    if isinstance(value, list):
        return [found for part in value for found in identifiers(part)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("key", "id", "module_key") if name in value]
    return own + [
        found
        for name, part in value.items()
        if name not in {"sources", "facts"}
        for found in identifiers(part)
    ]


def test_there_is_something_to_walk():
    assert LESSONS
    assert BANKS


@every_lesson
def test_lesson_takes_some_minutes_to_read(path):
    assert 500 <= len(" ".join(said(path)).split()) <= 900


@every_lesson
def test_lesson_begins_with_a_decision_that_has_one_best_choice(path):
    first, *others = lesson_of(path)["blocks"]
    assert first["type"] == "case"
    for block in [first, *(block for block in others if block["type"] == "case")]:
        assert [choice["is_best"] for choice in block["choices"]].count(True) == 1
        assert len({choice["text"] for choice in block["choices"]}) == len(block["choices"]) >= 2
        assert all(paragraphs_of_html(choice["feedback"]) for choice in block["choices"])


@every_lesson
def test_lesson_has_only_blocks_that_the_editor_knows(path):
    assert {block["type"] for block in lesson_of(path)["blocks"]} <= KINDS


@every_lesson
def test_lesson_cites_norms_of_the_register_whose_state_is_known(path):
    cited = [block["norm"] for block in blocks(path, "citation")]
    assert cited
    for code in cited:
        norm = norm_from_row(register()[code])
        assert norm.confidence in {"high", "medium", "unverified"}
        assert norm.state in Norm.State.values


def named_norms(text: str) -> set[str]:
    """Return the codes of the norms that a text names, by number or by the name officials use; an
    unknown number names itself.
    """
    numbers = {re.sub(r"^[A-Z]{2} ", "", row["number"]): code for code, row in register().items()}
    numbers |= {
        code.removeprefix("TUO-LEY-"): code for code in register() if code.startswith("TUO-LEY-")
    }
    written = [
        *re.findall(r"(?<![\d-])\d{5}(?!\d|,\d|-)", text),
        *re.findall(r"D\. Leg\. (\d{3,4})", text),
        *re.findall(r"\b\d{3,6}-\d{4}-[A-Z]+\b", text),
        *re.findall(r"\bOR (\d{3}-\d{4})", text),
    ]
    by_name = {code for name, code in NAMES.items() if name in text}
    return by_name | {numbers.get(number, number) for number in written}


@every_lesson
def test_every_norm_that_a_lesson_names_is_declared_so_that_its_change_reaches_the_lesson(path):
    lesson = lesson_of(path)
    cited = {block["norm"] for block in blocks(path, "citation")}
    locators = [block["locator"] for block in blocks(path, "citation")]
    named = named_norms(
        " ".join([lesson["title"], lesson["summary"], lesson["objective"], *locators, *said(path)])
    )
    assert named - cited - set(lesson["norms"]) == set()
    assert set(lesson["norms"]) <= set(register())
    assert cited & set(lesson["norms"]) == set()


def test_norms_are_found_by_number_and_by_name():
    text = (
        "La Ley 32192 y otra, la 27604; el D. Leg. 1350, el D.S. 008-2019-MIMP y la "
        "Constitución. Llama al 0800-15170; son 1,247,942."
    )
    assert named_norms(text) == {
        "LEY-32192",
        "LEY-27604",
        "DLEG-1350",
        "DS-008-2019-MIMP",
        "CON-1993",
    }
    assert named_norms("La Ley 99999 no está en el registro.") == {"99999"}


@every_lesson
def test_lesson_ends_in_something_to_print_and_says_its_sources(path):
    assert blocks(path, "checklist")
    sources = lesson_of(path)["sources"]
    assert sources
    assert all(source["key"] and source["title"].strip() for source in sources)
    assert all(source["url"] == "" or re.match(r"https?://", source["url"]) for source in sources)
    assert len({source["key"] for source in sources}) == len(sources)


@every_lesson
def test_lesson_brings_a_local_example_to_adapt(path):
    assert [block for block in blocks(path, "callout") if block["kind"] == "example"]


@every_lesson
def test_every_fact_stands_in_the_text_word_for_word_with_its_source(path):
    text, facts = " ".join(said(path)), lesson_of(path)["facts"]
    assert facts
    assert not [fact["sentence"] for fact in facts if fact["sentence"] not in text]
    assert not [
        fact["sentence"]
        for fact in facts
        if not re.search(r"notas de investigación|norms\.csv", fact["source"])
    ]
    named = [
        code for fact in facts for code in re.findall(r"norms\.csv ([A-Z][\w-]+)", fact["source"])
    ]
    assert len(named) >= len(
        [fact for fact in facts if "notas de investigación" not in fact["source"]]
    )
    assert set(named) <= set(register())
    assert {fact["confidence"] for fact in facts} <= set("HMLU")


@every_lesson
def test_what_nobody_confirmed_is_said_in_one_block_and_nowhere_else(path):
    doubtful = [fact["sentence"] for fact in lesson_of(path)["facts"] if fact["confidence"] == "U"]
    blocks_of_doubt = [block for block in blocks(path, "callout") if block["kind"] == "unconfirmed"]
    gathered = " ".join(text for block in blocks_of_doubt for text in paragraphs(block))
    elsewhere = [
        text
        for block in lesson_of(path)["blocks"]
        if block not in blocks_of_doubt
        for text in (*paragraphs(block), *labels(block))
        if re.search(r"por verificar", text, re.IGNORECASE)
    ]
    assert len(blocks_of_doubt) <= 1
    assert not [sentence for sentence in doubtful if sentence not in gathered]
    assert elsewhere == []


@every_lesson
def test_a_reading_of_the_law_comes_with_its_warning(path):
    """What applies a certain text by our own reading stands in a lesson that prints the warning of
    a reading.
    """
    readings = [
        fact["sentence"]
        for fact in lesson_of(path)["facts"]
        if "para asesoría legal" in fact["source"]
    ]
    marked = [
        text
        for block in blocks(path, "callout")
        if block["kind"] == "reading"
        for text in paragraphs(block)
    ]
    assert bool(readings) == bool(marked)
    assert {
        fact["confidence"]
        for fact in lesson_of(path)["facts"]
        if "para asesoría legal" in fact["source"]
    } <= {"M"}


def test_no_key_of_a_question_rests_on_a_reading_of_the_law():
    """MI7 to MI11, DO9, DO11, LI3 and PA11 of the research are readings; what they apply is taught,
    never graded.
    """
    readings = re.compile(r"\b(MI7|MI8|MI9|MI10|MI11|DO9|DO11|LI3|PA11)\b|lectura")
    assert [
        question["key"] for question in questions() if readings.search(question["source"])
    ] == []


@every_lesson
def test_lesson_reads_at_least_normally(path):
    assert (
        szigriszt([text for block in lesson_of(path)["blocks"] for text in paragraphs(block)])
        >= NORMAL_READING
    )


@every_lesson
def test_lesson_speaks_with_respect(path):
    assert not re.search(r"\bilegal(es)?\b", " ".join(said(path)), re.IGNORECASE)


def test_every_identifier_is_a_uuid_and_unique_over_all_courses():
    keys = [
        key
        for path in (*LESSONS, *BANKS, *(folder / "course.toml" for folder in COURSES))
        for key in identifiers(read_toml(path))
    ]
    assert [key for key in keys if str(UUID(key)) != key] == []
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_sentence_and_no_paragraph_is_said_twice():
    asked = [text for question in questions() for text in (question["stem"], question["feedback"])]
    lessons = [text for path in LESSONS for text in said(path)]
    choices = [
        choice["text"]
        for question in questions()
        for choice in question["choices"]
        if question["kind"] != "true_false"
    ]
    told = [
        sentence
        for sentence in sentences([*lessons, *asked, *choices])
        if len(sentence.split()) >= 6
    ]
    whole = [
        text
        for path in LESSONS
        for block in lesson_of(path)["blocks"]
        for text in paragraphs(block)
    ]
    assert [sentence for sentence, count in Counter(told).items() if count > 1] == []
    assert [text for text, count in Counter(whole).items() if count > 1] == []


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_every_written_module_has_its_lessons_and_enough_questions(folder):
    course = read_toml(folder / "course.toml")
    written = [module for module in course["modules"] if (folder / module["folder"]).is_dir()]
    banks = {
        read_toml(path)["bank"]: read_toml(path)["questions"]
        for path in folder.glob("questions-*.toml")
    }
    final = Counter()
    for draw in course["final_quiz"]["draws"]:
        final[draw["bank"]] += draw["count"]
    assert {path.parent.name for path in folder.glob("*/*.toml")} == {
        module["folder"] for module in written
    }
    for module in written:
        slugs = {lesson_of(path)["slug"] for path in (folder / module["folder"]).glob("*.toml")}
        asked = banks[module["bank"]]
        assert slugs - {question["lesson"] for question in asked} == set(), (
            "a lesson without a question"
        )
        assert {question["lesson"] for question in asked} - slugs == set(), (
            "a question without its lesson"
        )
        assert len(asked) >= max(module["quiz"]["questions"], final[module["bank"]])


# Questions that ask one concept in other words: a paper holds one of them at most.
ONE_CONCEPT = {
    "article 323": {"cc4f380c", "3a5e6040", "f89a9b6b"},
    "a child alone": {"805e008d", "7d65754b"},
    "an unpaid wage": {"7ae232f3", "4a505c28"},
    "the estimate of taxes": {"ae3fc679", "a9a4bb68"},
}


def papers() -> list[list[dict]]:
    """Return what each quiz of the starter courses draws."""
    courses = [read_toml(folder / "course.toml") for folder in COURSES]
    return [
        draws
        for course in courses
        for draws in (
            [draws_of(module) for module in course["modules"]] + [course["final_quiz"]["draws"]]
        )
    ]


def pool(draw: dict) -> set[str]:
    """Return the short keys of the questions that a draw may take."""
    found = [
        row
        for path in BANKS
        if read_toml(path)["bank"] == draw["bank"]
        for row in read_toml(path)["questions"]
    ]
    return {
        row["key"][:8]
        for row in found
        if topic_of(draw.get("topic", "")) in {"", topic_of(row["topic"])}
    }


@pytest.mark.parametrize("concept", ONE_CONCEPT)
def test_no_paper_asks_one_concept_twice(concept):
    keys = ONE_CONCEPT[concept]
    assert keys <= {question["key"][:8] for question in questions()}
    for draws in papers():
        assert sum(min(draw["count"], len(pool(draw) & keys)) for draw in draws) <= 1


def test_every_draw_finds_its_questions_and_leaves_others_for_a_second_attempt():
    for draws in papers():
        for draw in draws:
            assert len(pool(draw)) > draw["count"]


@pytest.mark.parametrize(
    "question", questions(), ids=lambda question: f"{question['bank']}:{question['key'][:8]}"
)
def test_question_can_be_answered_and_teaches(question):
    texts = [choice["text"].strip() for choice in question["choices"]]
    right = [choice["is_correct"] for choice in question["choices"]].count(True)
    assert question["kind"] in {"single", "multiple", "true_false"}
    assert question["feedback"].strip()
    assert question["stem"].strip()
    assert "notas de investigación" in question["source"]
    assert question["norm"] == "" or question["norm"] in register()
    assert len({text.casefold() for text in texts}) == len(texts) >= 2
    assert all(texts)
    if question["kind"] == "multiple":
        assert 1 <= right < len(texts)
    else:
        assert right == 1


def test_the_place_of_the_right_choice_cannot_be_guessed():
    """The files shuffle nothing: whoever always ticks one place, the longest or the next one must
    not pass (0.7) nor come near.
    """
    single = [question["choices"] for question in questions() if question["kind"] == "single"]
    places = [[choice["is_correct"] for choice in choices].index(True) for choices in single]
    longest = [
        max(choices, key=lambda choice: len(choice["text"]))["is_correct"] for choices in single
    ]
    following = [(place - before) % 3 for before, place in pairwise(places)]
    assert Counter(places).most_common(1)[0][1] / len(places) <= 0.45
    assert {0, 1, 2} <= set(places)
    assert longest.count(True) / len(longest) <= 0.45
    assert Counter(following).most_common(1)[0][1] / len(following) <= 0.6


def test_true_and_false_and_the_number_of_right_choices_vary():
    sentences_told = [
        question["choices"][0]["is_correct"]
        for question in questions()
        if question["kind"] == "true_false"
    ]
    patterns = [
        [choice["is_correct"] for choice in question["choices"]]
        for question in questions()
        if question["kind"] == "multiple"
    ]
    assert 0.3 <= sentences_told.count(True) / len(sentences_told) <= 0.7
    assert len(set(map(tuple, patterns))) >= 3
    for place in range(3):
        assert 0.2 <= [pattern[place] for pattern in patterns].count(True) / len(patterns) <= 0.8, (
            place
        )


@pytest.mark.django_db
def test_every_lesson_is_light_on_the_wire(django_capture_on_commit_callbacks, client, lina):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_starter_courses", stdout=StringIO())
    client.force_login(lina)
    weights = {}
    for head in CourseHead.objects.filter(is_open=True):
        enrol_learner(user=lina, course=head, received_at=timezone.now())
        outline = outline_of(head.latest_edition_id)
        for activity in outline.activities:
            if activity.kind == "lesson":
                answer = client.get(
                    reverse(
                        "learning:activity",
                        args=[outline.slug, activity.module_slug, activity.slug],
                    )
                )
                assert answer.status_code == 200
                weights[activity.slug] = len(gzip.compress(answer.content, mtime=0))
    assert len(weights) == len(LESSONS)
    assert {slug: weight for slug, weight in weights.items() if weight >= HEAVIEST_PAGE} == {}
