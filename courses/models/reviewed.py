"""Defines what is common to pages that learners read: somebody else let them through."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from wagtail.models import PagePermissionTester, Revision

from accounts.models import User
from content.models import SitePage
from content.publishing import PublishingProblem
from courses.models.review import Approval, is_alone, is_by_people
from lib.text_fields import printing_refusal
from lib.texts import as_written


class PrintedTitle:
    """A page whose title certificates print: it holds only what they can draw, whoever saves it."""

    def full_clean(self, *args, **kwargs):
        """Compose the title first, so that its length is that of what is stored."""
        self.title = as_written(self.title)
        super().full_clean(*args, **kwargs)

    def clean(self):
        super().clean()
        if refusal := printing_refusal(self.title):
            raise ValidationError({"title": refusal})


class ReviewedPermissions(PagePermissionTester):
    """What a person may do with a page that learners read: nobody publishes it alone, except where
    nobody reviews.
    """

    def can_publish(self) -> bool:
        return super().can_publish() and is_alone(self.user, self.page)

    def can_publish_subpage(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return super().can_publish()


class ReviewedPage(SitePage):
    """A page that learners read: what a person wrote there is published when somebody else let that
    revision through.
    """

    personal_data = False

    class Meta:
        abstract = True

    def permissions_for_user(self, user: User) -> ReviewedPermissions:
        return ReviewedPermissions(user, self)

    @property
    def has_workflow(self) -> bool:
        """Say whether a review would ask somebody: without a step it would end at once."""
        workflow = self.get_workflow()
        return workflow is not None and workflow.tasks.filter(active=True).exists()

    def get_url_parts(self, *args: Any, **kwargs: Any) -> Any:
        """Return no address while something above is not published: nobody could open it."""
        return (
            None
            if self.get_ancestors().filter(live=False, depth__gt=1).exists()
            else super().get_url_parts(*args, **kwargs)
        )

    def missing_approval(self) -> list[PublishingProblem]:
        revision = (
            Revision.objects.filter(pk=self.live_revision_id).first()
            if self.live_revision_id
            else None
        )
        if (
            revision is None
            or not is_by_people(revision)
            or Approval.objects.filter(revision=revision.pk).exists()
        ):
            return []
        return [PublishingProblem(_now("Revisión"), _now("falta que otra persona la apruebe."))]
