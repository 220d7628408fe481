"""Numbers certificates after the completion committed, in the one background worker."""

from django.utils import timezone
from django_tasks import task

from certificates.services import number_waiting_certificates


@task()
def number_certificates() -> int:
    """Number what waits; the due jobs repeat it if this is lost."""
    return number_waiting_certificates(now=timezone.now())
