"""Says what this app holds about a person: the editions they published."""

from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from privacy.audit_data import WHO_DID_WHAT
from privacy.data_map import Holding, facts_of

EDITION = {"course.slug": _("Curso"), "number": _("Edición"), "frozen_at": _("Publicada")}

HOLDINGS = (
    Holding(
        name="editions",
        title=_("Ediciones de cursos que publicaste"),
        tables=("courses.Edition",),
        retention=(WHO_DID_WHAT,),
        labels=EDITION,
        rows=lambda user: facts_of(
            Edition.objects.filter(author_key=user.learner_key)
            .select_related("course")
            .order_by("pk"),
            EDITION,
        ),
        after_erasure=_("Quedan sin tu nombre."),
        of_person=(_("Ediciones de cursos que publicó"), _("Quedan sin su nombre.")),
    ),
)
