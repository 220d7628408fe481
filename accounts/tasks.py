"""Sends the letters about a person's account.

They wait for the worker, so that an answer never tells by its time who exists.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from accounts import documents
from accounts.letters import LetterFacts, LetterMessage
from accounts.models import User
from accounts.queries import people_with_email
from accounts.services import read_email_change
from accounts.services.email_changes import EMAIL_CHANGE_LASTS
from provider.queries import letter_signature, the_provider


def send_letter(template: str, email: str, context: dict, facts: LetterFacts) -> None:
    """Queue `account/email/<template>_subject.txt` and `_message.txt` for one address: text alone,
    no pictures.
    """
    subject = " ".join(render_to_string(f"account/email/{template}_subject.txt", context).split())
    body = render_to_string(f"account/email/{template}_message.txt", context)
    letter = f"{body.strip()}\n\n{letter_signature(the_provider())}\n"
    message = LetterMessage(subject, letter, from_email=settings.DEFAULT_FROM_EMAIL, to=[email])
    message.facts = replace(facts, kind=template)
    message.send()


def password_link(user: User) -> str:
    """Return the address where a person chooses a password: once, within
    `PASSWORD_RESET_TIMEOUT`.
    """
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    # The site's own address, never the one of the request: a forged host must not end up in a
    # letter.
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=parts)


def facts_of(username: str) -> LetterFacts:
    """Return whose letter it is, by the opaque name; nobody's when the person is gone."""
    person = User.objects.filter(username=username).first()
    return LetterFacts(learner=person.learner_key if person else None)


@task()
def send_recovery_letter(username: str) -> None:
    """Send the link to choose a new password.

    An opaque name that belongs to nobody gets nothing.
    """
    user = User.objects.filter(username=username, is_active=True).exclude(email="").first()
    if user is None:
        return
    link = password_link(user)
    send_letter(
        "password_reset_key",
        user.email,
        {"link": link, "days": settings.PASSWORD_RESET_TIMEOUT // 86400},
        LetterFacts(
            learner=user.learner_key,
            holds_secret=True,
            ends_at=timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        ),
    )


@task()
def send_email_changed_letter(username: str, sealed: str, at: str, by_operator: bool) -> None:
    """Tell the address that was there before of the change.

    It holds no name: whose it is, its owner knows.

    The opaque name lets an erasure find the letter; the address is encrypted while it waits.
    """
    words = {
        "at": datetime.fromisoformat(at),
        "by_operator": by_operator,
        "help": settings.BASE_URL + reverse("support:help"),
    }
    send_letter("email_changed", documents.decrypt(sealed), words, facts_of(username))


@task()
def send_password_changed_letter(username: str, sealed: str, at: str) -> None:
    """Tell the address of that moment, which may have changed since, that the account has a new
    password.
    """
    words = {
        "at": datetime.fromisoformat(at),
        "recover": settings.BASE_URL + reverse("account_reset_password"),
        "help": settings.BASE_URL + reverse("support:help"),
    }
    send_letter("password_changed", documents.decrypt(sealed), words, facts_of(username))


@task()
def send_email_change_letter(token: str) -> None:
    """Send the link that confirms a new e-mail; nothing when it belongs to somebody else.

    The token is encrypted.
    """
    change = read_email_change(token)
    if change is None or people_with_email(change.email).exists():
        return
    link = settings.BASE_URL + reverse("accounts:confirm_email", kwargs={"token": token})
    facts = replace(
        facts_of(change.username),
        holds_secret=True,
        ends_at=change.asked_at + EMAIL_CHANGE_LASTS,
    )
    send_letter("email_change", change.email, {"link": link}, facts)
