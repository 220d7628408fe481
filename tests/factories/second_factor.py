"""Answers the question that follows a password, as an application on a telephone does."""

from datetime import timedelta

from django.utils import timezone

from accounts.second_factor import DEMO_SECRET, STEP_SECONDS, code_at

CHALLENGE = "/cuenta/ingresar/codigo/"


def code_now(secret: str = DEMO_SECRET, *, steps: int = 0) -> str:
    """Return the code that an application shows, or that of so many steps before or after."""
    return code_at(secret, timezone.now() + timedelta(seconds=steps * STEP_SECONDS))


def answer_challenge(client, answer, **code):
    """Send the code where a sign-in asks for one, and return what follows; any other answer as it
    is.
    """
    if answer.status_code != 302 or answer["Location"] != CHALLENGE:
        return answer
    return client.post(CHALLENGE, {"code": code_now(**code)})
