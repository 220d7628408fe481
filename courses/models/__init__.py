"""Holds what can be learned: the page tree that editors write and the editions that publishing freezes."""

from courses.models.editions import Body, CourseHead, Edition
from courses.models.pages import ActivityPage, CataloguePage, CoursePage, LessonPage, ModulePage

__all__ = ["ActivityPage", "Body", "CataloguePage", "CourseHead", "CoursePage", "Edition", "LessonPage", "ModulePage"]
