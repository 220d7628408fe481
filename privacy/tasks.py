"""Sends the last letter that a person gets."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django_tasks import task

from accounts import documents
from accounts.letters import LetterFacts
from accounts.tasks import send_letter


@task()
def send_erased_letter(sealed: str, at: str) -> None:
    """Tell a person for the last time.

    The address goes from the note of the task as soon as it ends (`receivers`).
    """
    words = {"at": datetime.fromisoformat(at), "help": settings.BASE_URL + reverse("support:help")}
    facts = LetterFacts(is_last=True)
    send_letter("erased", documents.decrypt(sealed), words, facts)
