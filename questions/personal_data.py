"""Says what this app holds about a person: the questions the person wrote."""

from django.utils.translation import gettext_lazy as _

from privacy.audit_data import WHO_DID_WHAT
from privacy.data_map import Holding, facts_of
from questions.models import QuestionVersion

QUESTION = {
    "question.key": _("Pregunta"),
    "number": _("Versión"),
    "stem": _("Enunciado"),
    "created_at": _("Escrita"),
}

HOLDINGS = (
    Holding(
        name="questions",
        title=_("Preguntas que escribiste"),
        tables=("questions.QuestionVersion",),
        retention=(WHO_DID_WHAT,),
        labels=QUESTION,
        rows=lambda user: facts_of(
            QuestionVersion.objects.filter(author_key=user.learner_key)
            .select_related("question")
            .order_by("pk"),
            QUESTION,
        ),
        after_erasure=_("Quedan sin tu nombre."),
        of_person=(_("Preguntas que escribió"), _("Quedan sin su nombre.")),
    ),
)
