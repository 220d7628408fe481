"""Registers, places, corrects and empowers people: each act is one transaction."""

from accounts.services.bounces import note_address
from accounts.services.email_changes import (
    EmailChange,
    change_email,
    email_change_is_usable,
    email_change_token,
    read_email_change,
)
from accounts.services.grants import (
    BeyondTheCeiling,
    LastOperator,
    check_an_operator_stays,
    end_role,
    grant_role,
)
from accounts.services.institutions import import_organisations
from accounts.services.locks import hold_person
from accounts.services.merges import follow_merges
from accounts.services.names import (
    InvalidEmail,
    InvalidName,
    PersonExists,
    checked_email,
    checked_name,
)
from accounts.services.organisations import (
    Ground,
    Obstacle,
    RegisterRefusal,
    add_organisation,
    close_organisation,
    correct_organisation,
    merge_organisation,
    record_headcount,
    relocate_organisation,
    rename_organisation,
    reopen_organisation,
    was_changed,
)
from accounts.services.people import (
    PostBeganLater,
    confirm_first_entry,
    confirm_privacy_notice,
    correct_person,
    create_person,
    end_other_sessions,
    end_post,
    move_person,
    put_back,
    register_person,
    say_missing_institution,
    take_back,
)
from accounts.services.records import record_act_on, record_look
from accounts.services.unread import store_unread
from accounts.sessions import end_all_sessions

__all__ = [
    "BeyondTheCeiling",
    "EmailChange",
    "Ground",
    "InvalidEmail",
    "InvalidName",
    "LastOperator",
    "Obstacle",
    "PersonExists",
    "PostBeganLater",
    "RegisterRefusal",
    "add_organisation",
    "change_email",
    "check_an_operator_stays",
    "checked_email",
    "checked_name",
    "close_organisation",
    "confirm_first_entry",
    "confirm_privacy_notice",
    "correct_organisation",
    "correct_person",
    "create_person",
    "email_change_is_usable",
    "email_change_token",
    "end_all_sessions",
    "end_other_sessions",
    "end_post",
    "end_role",
    "follow_merges",
    "grant_role",
    "hold_person",
    "import_organisations",
    "merge_organisation",
    "move_person",
    "note_address",
    "put_back",
    "read_email_change",
    "record_act_on",
    "record_headcount",
    "record_look",
    "register_person",
    "relocate_organisation",
    "rename_organisation",
    "reopen_organisation",
    "say_missing_institution",
    "store_unread",
    "take_back",
    "was_changed",
]
