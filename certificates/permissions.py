"""Says whose certificates a person may list."""

from django.db.models import QuerySet

from accounts.models import User
from certificates.models import Certificate


def certificates_of(user: User) -> QuerySet[Certificate]:
    """Return the person's own certificates, the newest first, with what replaced them."""
    return Certificate.objects.filter(learner=user.learner_key).select_related("replaced_by").order_by("-created_at", "-pk")
