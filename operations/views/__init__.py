"""Serves operators: the first day of a site, their home, what failed, and the trail."""

from operations.views.evidence import evidence
from operations.views.first_day import first_day, first_region, mail, provider, second_operator
from operations.views.home import home, measure
from operations.views.incidents import close_incident, incident, incidents, new_incident
from operations.views.notice import notice, remove_notice
from operations.views.tasks import drop_task, repeat_task, tasks
from operations.views.trail import check_chain, trail

__all__ = [
    "check_chain",
    "close_incident",
    "drop_task",
    "evidence",
    "first_day",
    "first_region",
    "home",
    "incident",
    "incidents",
    "mail",
    "measure",
    "new_incident",
    "notice",
    "provider",
    "remove_notice",
    "repeat_task",
    "second_operator",
    "tasks",
    "trail",
]
