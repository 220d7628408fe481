"""Serves operators: the first day of a site, their home, and what failed."""

from operations.views.first_day import first_day, first_region, mail, provider, second_operator
from operations.views.home import home, measure
from operations.views.tasks import drop_task, repeat_task, tasks

__all__ = [
    "drop_task",
    "first_day",
    "first_region",
    "home",
    "mail",
    "measure",
    "provider",
    "repeat_task",
    "second_operator",
    "tasks",
]
