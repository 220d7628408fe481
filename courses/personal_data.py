"""Says what this room holds about a person: the editions they published."""

from django.utils.translation import gettext_lazy as _

from accounts.data_map import Holding, facts_of, register_holding
from courses.models import Edition

EDITION = {"course.slug": _("Curso"), "number": _("Edición"), "frozen_at": _("Publicada")}

register_holding(
    Holding(
        "courses",
        "editions",
        _("Ediciones de cursos que publicaste"),
        ("courses.Edition",),
        EDITION,
        lambda user: facts_of(Edition.objects.filter(author_key=user.learner_key).select_related("course").order_by("pk"), EDITION),
        _("Quedan sin tu nombre."),
        of_person=(_("Ediciones de cursos que publicó"), _("Quedan sin su nombre.")),
    )
)
