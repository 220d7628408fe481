"""Serves whoever looks after people: finding them, their card, and what is
corrected on it.
"""

from roster.views.acting import act, move
from roster.views.adding import add
from roster.views.calls import call_list, call_list_file, contacted
from roster.views.card import card
from roster.views.deciding import decide_request, requests_to_decide
from roster.views.ended import ended_posts
from roster.views.files import (
    confirm_roster_file,
    register_files,
    register_template,
    roster_file,
    roster_files,
    roster_result,
    roster_template,
    set_columns,
    set_courses,
    undo_roster_file,
)
from roster.views.institutions import (
    add_institution,
    institution,
    institution_act,
    institutions,
)
from roster.views.leaving import leaving
from roster.views.merging import find_other, merge
from roster.views.own_requests import ask_for, own_requests, withdraw_request
from roster.views.roles import end, give, keep, roles
from roster.views.searching import search
from roster.views.slips import slips
from roster.views.training import training
from roster.views.transfers import reject, transfers
from roster.views.unplaced import place, unplaced

__all__ = [
    "act",
    "add",
    "add_institution",
    "ask_for",
    "call_list",
    "call_list_file",
    "card",
    "confirm_roster_file",
    "contacted",
    "decide_request",
    "end",
    "ended_posts",
    "find_other",
    "give",
    "institution",
    "institution_act",
    "institutions",
    "keep",
    "leaving",
    "merge",
    "move",
    "own_requests",
    "place",
    "register_files",
    "register_template",
    "reject",
    "requests_to_decide",
    "roles",
    "roster_file",
    "roster_files",
    "roster_result",
    "roster_template",
    "search",
    "set_columns",
    "set_courses",
    "slips",
    "training",
    "transfers",
    "undo_roster_file",
    "unplaced",
    "withdraw_request",
]
