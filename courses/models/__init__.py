"""Holds what can be learned: the page tree that editors write and the editions that publishing
freezes.
"""

from courses.models.editions import Body, CourseHead, Edition
from courses.models.pages import (
    ActivityPage,
    CataloguePage,
    CoursePage,
    LessonPage,
    ModulePage,
)
from courses.models.review import (
    Approval,
    ReviewTask,
    follow_newest,
    is_alone,
    own_words,
    reviewers_besides,
    text_of,
    who_may_approve,
    writers_of,
)
from courses.models.reviewed import ReviewedPage

__all__ = [
    "ActivityPage",
    "Approval",
    "Body",
    "CataloguePage",
    "CourseHead",
    "CoursePage",
    "Edition",
    "LessonPage",
    "ModulePage",
    "ReviewTask",
    "ReviewedPage",
    "follow_newest",
    "is_alone",
    "own_words",
    "reviewers_besides",
    "text_of",
    "who_may_approve",
    "writers_of",
]
