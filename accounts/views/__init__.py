"""Serves the screens of people: the entrance, the registration and what is theirs."""

from accounts.views.entrance import (
    inactive,
    new_password,
    new_password_done,
    recover,
    recover_sent,
    session,
    sign_in,
    sign_out,
    signed_out,
    to_sign_in,
)
from accounts.views.helping import give_code, help_person, use_recovery_code
from accounts.views.mine import (
    account,
    change_email,
    change_institution,
    change_password,
    confirm_email,
    correct,
    end_other_sessions,
    first_entry,
)
from accounts.views.notice import confirm_notice
from accounts.views.registration import register, register_data, registered

__all__ = [
    "account",
    "change_email",
    "change_institution",
    "change_password",
    "confirm_email",
    "confirm_notice",
    "correct",
    "end_other_sessions",
    "first_entry",
    "give_code",
    "help_person",
    "inactive",
    "new_password",
    "new_password_done",
    "recover",
    "recover_sent",
    "register",
    "register_data",
    "registered",
    "session",
    "sign_in",
    "sign_out",
    "signed_out",
    "to_sign_in",
    "use_recovery_code",
]
