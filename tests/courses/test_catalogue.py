"""Checks the search and the topics of the catalogue: for any courses as rules, and once on the
page.
"""

import html

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from learning.catalogue import matching_courses, suggestion_for, topics_of
from lib.folding import folded, sorting_key
from tests.courses.outlines import outlines
from tests.factories.courses import publish_course

always = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
COURSES = st.lists(outlines(largest=1), max_size=3, unique_by=lambda outline: outline.title)


@always
@given(COURSES)
def test_nothing_asked_finds_everything_in_order(courses):
    assert matching_courses(courses, "", "") == courses
    assert matching_courses(courses, "   ", "") == courses


@always
@given(COURSES, st.data())
def test_a_course_is_found_by_any_words_of_its_texts_in_any_order(courses, data):
    assume(courses)
    course = data.draw(st.sampled_from(courses))
    titles = [activity.title for activity in course.activities] + [
        module.title for module in course.modules
    ]
    known = " ".join(
        [course.title, course.summary, course.outcome, course.audience, *course.topics, *titles]
    ).split()
    words = data.draw(st.lists(st.sampled_from(known), max_size=4))
    asked = "".join(
        letter.upper() if data.draw(st.booleans()) else letter for letter in " ".join(words)
    )
    assert course in matching_courses(courses, asked, "")


@always
@given(
    COURSES,
    st.text(alphabet="abñá 1", max_size=8),
    st.text(alphabet="abñá 1", max_size=4),
    st.data(),
)
def test_asking_for_more_never_finds_more(courses, query, more, data):
    topic = data.draw(st.sampled_from(["", *topics_of(courses)]))
    wide, narrow = (
        matching_courses(courses, query, ""),
        matching_courses(courses, f"{query} {more}", topic),
    )
    assert [course for course in wide if course in narrow] == narrow


@always
@given(COURSES)
def test_every_topic_leads_to_its_courses_and_no_course_is_lost(courses):
    topics = topics_of(courses)
    assert len(set(topics)) == len(topics)
    for topic in topics:
        assert (
            matching_courses(courses, "", topic)
            == [course for course in courses if topic in course.topics]
            != []
        )
    found = [course for topic in topics for course in matching_courses(courses, "", topic)]
    assert all(course in found for course in courses if course.topics)
    assert topics == sorted(topics, key=sorting_key)


@always
@given(COURSES, st.data())
def test_a_suggestion_leads_somewhere(courses, data):
    words = [
        word
        for course in courses
        for word in (course.title.split() + course.summary.split())
        if len(word) > 3
    ]
    mistyped = (
        [word[:-1] + "x" for word in data.draw(st.lists(st.sampled_from(words), max_size=2))]
        if words
        else []
    )
    query = " ".join(
        [*mistyped, *data.draw(st.lists(st.text(alphabet="xyz", max_size=5), max_size=1))]
    )
    assume(not matching_courses(courses, query, ""))
    suggestion = suggestion_for(courses, query)
    if suggestion:
        assert folded(suggestion) != folded(query)
        assert matching_courses(courses, suggestion, "")


@pytest.fixture
def catalogue(site, client, django_capture_on_commit_callbacks):
    """Ask the page of a catalogue with two courses, and return its text."""
    with django_capture_on_commit_callbacks(execute=True):
        for slug, title, topics in (
            ("rescate", "Atención en frontera", ["frontera"]),
            ("datos", "Leer cifras", ["datos", "frontera"]),
        ):
            page = publish_course(site, slug, modules=1, lessons=1)
            page.title = title
            page.topics.set(topics)
            page.save_revision().publish()

    def ask(**asked) -> str:
        answer = client.get("/cursos/", asked)
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    return ask


def cards(text: str) -> list[str]:
    """Return the titles of the courses that a page shows."""
    return [title for title in ("Atención en frontera", "Leer cifras") if f">{title}<" in text]


@pytest.mark.django_db
def test_the_page_finds_by_words_and_topics_together(catalogue):
    assert cards(catalogue()) == ["Atención en frontera", "Leer cifras"]
    assert cards(catalogue(q="ATENCION")) == ["Atención en frontera"]
    assert cards(catalogue(tema="datos")) == ["Leer cifras"]
    assert cards(catalogue(q="frontera", tema="datos")) == ["Leer cifras"]
    assert cards(catalogue(q="atención", tema="datos")) == []


@pytest.mark.django_db
def test_the_page_says_what_it_did_not_find_and_offers_what_is_near(catalogue):
    assert "No encontramos “fromtera”." in (text := catalogue(q="fromtera"))
    assert "¿Buscabas “frontera”?" in text
    assert "No encontramos “salud”." in (text := catalogue(tema="salud"))
    assert "¿Buscabas" not in text


@pytest.mark.django_db
def test_the_page_stands_whatever_is_asked(catalogue, client):
    for asked in ("x" * 5000, "<script>alert(1)</script>", "%00\0", "' OR 1=1 --", "ñ" * 200):
        answer = client.get("/cursos/", {"q": asked, "tema": asked})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
