"""Goes on with lists of people after the answer."""

from django.utils import timezone
from django_tasks import task

from roster.files.carrying_out import go_on_with
from roster.models import RosterFile
from roster.register import settle_institutions


@task()
def go_on_with_list(number: int) -> None:
    """Carry a list out, or take it back, to its end."""
    for file in RosterFile.objects.filter(pk=number):
        go_on_with(file, timezone.now())


@task()
def settle() -> None:
    """Let people and figures follow what changed in the register of institutions."""
    settle_institutions(timezone.now())
