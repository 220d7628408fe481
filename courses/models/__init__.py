"""Holds what can be learned: the page tree that editors write and the editions that publishing freezes."""

from courses.models.editions import Body, CourseHead, Edition
from courses.models.pages import ActivityPage, CataloguePage, CoursePage, LessonPage, ModulePage, ReviewedPage, is_alone
from courses.models.review import Approval, ReviewTask, reviewers_besides, writers_of

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
    "is_alone",
    "reviewers_besides",
    "writers_of",
]
