"""Numbers are written for people in texts, and for programs in attributes: a separator of thousands
would break the form.
"""

import re

import pytest
from django.utils import timezone

from accounts.roles import sync_roles
from quizzes.models import ResponseEvent
from tests.quizzes.screens import page, sent

pytestmark = pytest.mark.django_db
FOR_PEOPLE = re.compile(
    r'\b(aria-label|alt|title|content|placeholder|data-w-[a-z-]*label[a-z-]*)="[^"]*"'
)
SCREENS = {
    "question": "{attempt}1/",
    "last question": "{attempt}4/",
    "review": "{attempt}revisar/",
    "quiz": "/cursos/curso/m2/cuestionario/",
    "lesson": "/cursos/curso/m1/l1/",
    "course": "/cursos/curso/",
    "catalogue": "/cursos/",
    "home": "/mi-aprendizaje/",
    "requirements": "/mi-aprendizaje/curso/requisitos/",
    "national figures": "/panel/",
    "regional figures": "/panel/puno/",
    "bank": "/gestion/preguntas/banco/banco/",
}


@pytest.mark.parametrize("address", SCREENS.values(), ids=SCREENS.keys())
def test_no_attribute_holds_a_number_for_people(attempt, lucia, ada, as_lina, monkeypatch, address):
    for part, person in (("/panel/", lucia), ("/gestion/", ada)):
        if address.startswith(part):
            sync_roles(today=timezone.localdate())
            as_lina.force_login(person)
    monkeypatch.setattr(
        "django.template.base.localize",
        lambda value, **_: f"⟦{value}⟧" if isinstance(value, int | float) else str(value),
    )
    answer = as_lina.get(address.format(attempt=f"/intentos/{attempt.uuid}/"), follow=True)
    assert answer.status_code == 200, address
    tags = re.findall(r"<[a-z][^>]*>", answer.content.decode())
    assert [tag for tag in tags if "⟦" in FOR_PEOPLE.sub("", tag)] == []


def test_an_answer_after_a_thousand_others_is_stored(as_lina, attempt):
    as_lina.post(page(attempt, 1), sent([0], sequence="999"))
    order = re.search(
        r'name="sequence" value="([^"]*)"', as_lina.get(page(attempt, 1)).content.decode()
    ).group(1)
    as_lina.post(page(attempt, 1), sent([1], sequence=order))
    assert ResponseEvent.objects.order_by("pk").last().sequence == 1000
