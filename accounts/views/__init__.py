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
from accounts.views.opening import open_site
from accounts.views.registration import register, register_data, registered
from accounts.views.second_factor import (
    activate_second_factor,
    add_passkey,
    challenge,
    fresh_recovery_codes,
    recovery_codes,
    remove_passkey,
    remove_second_factor,
    second_factor,
)

__all__ = [
    "account",
    "activate_second_factor",
    "add_passkey",
    "challenge",
    "change_email",
    "change_institution",
    "change_password",
    "confirm_email",
    "confirm_notice",
    "correct",
    "end_other_sessions",
    "first_entry",
    "fresh_recovery_codes",
    "give_code",
    "help_person",
    "inactive",
    "new_password",
    "new_password_done",
    "open_site",
    "recover",
    "recover_sent",
    "recovery_codes",
    "register",
    "register_data",
    "registered",
    "remove_passkey",
    "remove_second_factor",
    "second_factor",
    "session",
    "sign_in",
    "sign_out",
    "signed_out",
    "to_sign_in",
    "use_recovery_code",
]
