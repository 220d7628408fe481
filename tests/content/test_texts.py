"""What authors type or upload holds nothing that nobody sees, and is measured as it is stored."""

import pytest
from django.core.exceptions import ValidationError

from content.models import CustomDocument, CustomImage
from courses.models import CoursePage, LessonPage, ModulePage
from lib.text_fields import tidy_texts

TYPED, STORED = " Nin\u0303ez\u200b \u202ey\u2060 familia ", "Niñez y familia"


@pytest.mark.parametrize("kind", [CustomImage, CustomDocument], ids=["picture", "document"])
def test_name_of_a_file(kind):
    row = kind(title=TYPED)
    with pytest.raises(ValidationError):  # it has no file yet
        row.full_clean()
    assert row.title == STORED


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (CoursePage, "summary"),
        (CoursePage, "outcome"),
        (ModulePage, "summary"),
        (LessonPage, "summary"),
        (LessonPage, "objective"),
    ],
    ids=[
        "course-summary",
        "course-outcome",
        "module-summary",
        "lesson-summary",
        "lesson-objective",
    ],
)
@pytest.mark.django_db
def test_texts_of_a_page(kind, name):
    page = kind(**{name: TYPED})
    with pytest.raises(ValidationError):  # it has no title yet
        page.full_clean()
    assert getattr(page, name) == STORED


def test_choices_and_what_is_named_stay():
    row = CustomImage(title=TYPED)
    tidy_texts(row, besides=("title",))
    assert row.title == TYPED
