"""Opens the question bank inside the editor to those who write and review questions."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from accounts.permissions import Role, holds_role, holds_site_role
from questions.models import Question
from questions.permissions import MAY_READ_BANK, may_review_questions, may_write_bank
from questions.queries import returned_to, waiting_for


class BankMenuItem(MenuItem):
    """The way to the bank, for those who may read it."""

    def is_shown(self, request):
        return holds_site_role(request.user, *MAY_READ_BANK)


@hooks.register("register_admin_urls")
def register_bank_urls():
    return [path("preguntas/", include("questions.urls"))]


@hooks.register("register_admin_menu_item")
def register_bank_menu_item():
    return BankMenuItem(
        _("Preguntas"), reverse("bank:banks"), name="preguntas", icon_name="help", order=250
    )


class QuestionsPanel(Component):
    """Questions on the home of the editor of whom they wait for: their number in words, and the way
    to each.
    """

    order = 60
    template_name = "questions/waiting_panel.html"
    most = 5

    def __init__(self, name: str, heading: str, questions: list[Question]):
        self.name, self.heading, self.questions = name, heading, questions

    def get_context_data(self, parent_context: object) -> dict[str, object]:
        questions = self.questions[: self.most]
        is_cut = len(self.questions) > self.most
        return {
            "name": self.name,
            "heading": self.heading,
            "questions": questions,
            "is_cut": is_cut,
        }


@hooks.register("construct_homepage_panels")
def tell_questions_that_wait(request: HttpRequest, panels: list[Component]) -> None:
    """Tell a reviewer what waits for their decision, and an author what came back."""
    user = request.user
    if may_review_questions(user):
        waiting = list(waiting_for(user.learner_key, is_alone=not holds_role(user, Role.REVIEWER)))
        if waiting:
            sentences = (
                "%(count)d pregunta espera tu revisión",
                "%(count)d preguntas esperan tu revisión",
            )
            heading = ngettext(*sentences, len(waiting)) % {"count": len(waiting)}
            panels.append(QuestionsPanel("preguntas-por-revisar", heading, waiting))
    if may_write_bank(user):
        sent_back = list(returned_to(user.learner_key))
        if sent_back:
            sentences = "Te devolvieron %(count)d pregunta", "Te devolvieron %(count)d preguntas"
            heading = ngettext(*sentences, len(sent_back)) % {"count": len(sent_back)}
            panels.append(QuestionsPanel("preguntas-devueltas", heading, sent_back))
