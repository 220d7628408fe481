"""Serves the screens of people: the entrance, the registration and what is theirs."""

from accounts.views.entrance import inactive, new_password, new_password_done, recover, recover_sent, sign_in, sign_out, to_sign_in
from accounts.views.mine import account, change_email, change_password, confirm_email, correct, first_entry
from accounts.views.registration import register, register_data, registered

__all__ = [
    "account",
    "change_email",
    "change_password",
    "confirm_email",
    "correct",
    "first_entry",
    "inactive",
    "new_password",
    "new_password_done",
    "recover",
    "recover_sent",
    "register",
    "register_data",
    "registered",
    "sign_in",
    "sign_out",
    "to_sign_in",
]
