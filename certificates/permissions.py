"""Says whose certificates a person may list."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from certificates.models import Certificate
from lib.prepared import Parameter


def certificates_of(user: User) -> QuerySet[Certificate]:
    """Return the person's own certificates, the newest first."""
    return certificates_with(user.learner_key)


def certificates_with(learner: UUID | Parameter) -> QuerySet[Certificate]:
    """Return the certificates of a learner's key, the newest first; the key may come later."""
    return Certificate.objects.filter(learner=learner).order_by("-created_at", "-pk")
