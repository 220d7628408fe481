"""Opens the question bank inside the editor to those who write and review questions, and keeps quizzes with attempts there."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from accounts.permissions import Role, holds_role
from learning.activities import register_records_check
from learning.queries import people_inside
from quizzes import bank_views
from quizzes.models import Question, QuizPage
from quizzes.permissions import MAY_READ_BANK, may_review_questions, may_write_bank
from quizzes.queries import has_attempts, returned_to, waiting_for

urlpatterns = [
    path("", bank_views.banks, name="banks"),
    path("banco-nuevo/", bank_views.new_bank, name="new_bank"),
    path("banco/<slug:bank_slug>/", bank_views.questions, name="questions"),
    path("banco/<slug:bank_slug>/nueva/", bank_views.new_question, name="new_question"),
    path("<uuid:key>/", bank_views.question, name="question"),
    path("<uuid:key>/editar/", bank_views.edit_question, name="edit_question"),
    path("<uuid:key>/revision/", bank_views.review, name="review"),
    path("<uuid:key>/estado/", bank_views.set_state, name="set_state"),
]

register_records_check(has_attempts)


class BankMenuItem(MenuItem):
    """The way to the bank, for those who may read it."""

    def is_shown(self, request):
        return holds_role(request.user, *MAY_READ_BANK)


@hooks.register("register_admin_urls")
def register_bank_urls():
    return [path("preguntas/", include((urlpatterns, "bank")))]


@hooks.register("register_admin_menu_item")
def register_bank_menu_item():
    return BankMenuItem(_("Preguntas"), reverse("bank:banks"), name="preguntas", icon_name="help", order=250)


class QuestionsPanel(Component):
    """Questions on the home of the editor of whom they wait for: their number in words, and the way to each."""

    order = 60
    template_name = "quizzes/bank/waiting_panel.html"
    most = 5

    def __init__(self, name: str, heading: str, questions: list[Question]):
        self.name, self.heading, self.questions = name, heading, questions

    def get_context_data(self, parent_context: object) -> dict[str, object]:
        shown = self.questions[: self.most]
        is_cut = len(self.questions) > self.most
        return {"name": self.name, "heading": self.heading, "questions": shown, "is_cut": is_cut}


@hooks.register("construct_homepage_panels")
def tell_questions_that_wait(request: HttpRequest, panels: list[Component]) -> None:
    """Tell a reviewer what waits for their decision, and an author what came back."""
    user = request.user
    if may_review_questions(user):
        waiting = list(waiting_for(user.learner_key, is_alone=not holds_role(user, Role.REVIEWER)))
        if waiting:
            told = "%(count)d pregunta espera tu revisión", "%(count)d preguntas esperan tu revisión"
            heading = ngettext(*told, len(waiting)) % {"count": len(waiting)}
            panels.append(QuestionsPanel("preguntas-por-revisar", heading, waiting))
    if may_write_bank(user):
        returned = list(returned_to(user.learner_key))
        if returned:
            told = "Te devolvieron %(count)d pregunta", "Te devolvieron %(count)d preguntas"
            heading = ngettext(*told, len(returned)) % {"count": len(returned)}
            panels.append(QuestionsPanel("preguntas-devueltas", heading, returned))


# What decides who passes a quiz, and how often it may be tried.
RULES = ("pass_mark", "attempts_allowed", "wait_hours", "attempts_maximum")


@hooks.register("after_edit_page")
def tell_people_of_other_rules(request: HttpRequest, page: Page) -> None:
    """Tell who is in the course, while the draft of a published quiz says other rules than those in force."""
    published = QuizPage.objects.filter(pk=page.pk, live=True).first() if isinstance(page, QuizPage) else None
    is_same = published is None or all(getattr(page, name) == getattr(published, name) for name in RULES)
    if is_same or not request.accepts("text/html"):
        return
    for course in people_inside([page], timezone.localdate()):
        sentence = _now("Cambian la nota mínima o los intentos. %(people)s Vale para los intentos que empiecen después de publicar.")
        messages.warning(request, sentence % {"people": course})


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_topics_nobody_has(request: HttpRequest, page: Page) -> None:
    """Tell at once that a draw would find nothing; whoever sends or publishes the page reads it with what else stops it."""
    is_save = not any(name.startswith("action-") for name in request.POST)
    if not isinstance(page, QuizPage) or not is_save or not request.accepts("text/html"):
        return
    for problem in page.topic_problems():
        messages.warning(request, str(problem))
