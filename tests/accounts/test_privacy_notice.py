"""Who confirmed an older privacy notice reads the one in force once, after signing in, and goes on
to where they were going.
"""

import re
from html import unescape

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.utils import timezone

from accounts.carried_acts import CarriedAct, mark_of, seal
from accounts.models import User
from accounts.privacy_notice import NEWS, PRIVACY_NOTICE_VERSION, has_older_notice
from accounts.services import confirm_privacy_notice
from audit.models import AuditEntry
from learning.services import enrol_learner
from privacy.data_copy import copy_of
from tests.factories.second_factor import answer_challenge

pytestmark = pytest.mark.django_db
SIGN_IN, NOTICE = "/cuenta/ingresar/", "/cuenta/aviso/"
PASSWORD = "puriq-demo-2026"
HERE = {"HTTP_ORIGIN": "http://testserver"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CONFIRMED = "privacy_notice_confirmed"


@pytest.fixture
def older():
    """Let a person have confirmed the notice before the one in force."""

    def set_back(user):
        User.objects.filter(pk=user.pk).update(privacy_notice_version="2026-11-29")
        user.refresh_from_db()
        return user

    return set_back


def enter(client, user, *, steps=0, **more):
    form = {"username": user.email, "password": PASSWORD, **more}
    return answer_challenge(client, client.post(SIGN_IN, form, **HERE), steps=steps)


def fields_of(page, action: str) -> dict[str, str]:
    """Return the hidden fields of the form of a page that is sent to an address."""
    body = page.content.decode()
    start = body.index(f'action="{action}"')
    hidden = HIDDEN.findall(body[start : body.index("</form>", start)])
    return {name: unescape(value) for name, value in hidden}


def confirm(client, page):
    return client.post(NOTICE, fields_of(page, NOTICE), **HERE)


@pytest.mark.parametrize(
    "name", ["lina", "omar", "ada", "raul", "max_", "nora", "lucia", "teresa", "oscar"]
)
def test_everybody_reads_it_once_and_goes_on(request, client, older, name):
    user = older(request.getfixturevalue(name))
    answer = enter(client, user, next="/certificados/")
    assert answer["Location"] == f"{NOTICE}?next=%2Fcertificados%2F"
    page = client.get(answer["Location"])
    body = unescape(page.content.decode())
    for line in (*map(str, NEWS), f"Versión {PRIVACY_NOTICE_VERSION}.", "Entendido, continúa"):
        assert line in body
    assert confirm(client, page)["Location"] == "/certificados/"
    client.logout()
    assert enter(client, user, steps=1, next="/certificados/")["Location"] == "/certificados/"


def test_version_and_time_are_kept_in_the_person_and_in_the_trail(client, older, lina):
    older(lina)
    before = timezone.now()
    page = client.get(enter(client, lina)["Location"])
    assert confirm(client, page)["Location"] == "/mi-aprendizaje/"
    first_entry_at = lina.first_entry_at
    lina.refresh_from_db()
    assert lina.privacy_notice_version == PRIVACY_NOTICE_VERSION
    assert before <= lina.privacy_notice_at <= timezone.now()
    assert lina.first_entry_at == first_entry_at
    entry = AuditEntry.objects.get(action=CONFIRMED)
    assert entry.details == {"privacy_notice": PRIVACY_NOTICE_VERSION}
    assert (entry.actor_key, entry.object_key) == (lina.learner_key, str(lina.learner_key))


def test_confirming_twice_is_confirming_once(client, older, lina):
    older(lina)
    page = client.get(enter(client, lina)["Location"])
    confirm(client, page)
    lina.refresh_from_db()
    at = lina.privacy_notice_at
    assert confirm(client, page)["Location"] == "/mi-aprendizaje/"
    confirm_privacy_notice(user=lina, version=PRIVACY_NOTICE_VERSION, now=timezone.now())
    lina.refresh_from_db()
    assert lina.privacy_notice_at == at
    assert AuditEntry.objects.filter(action=CONFIRMED).count() == 1


def test_a_page_of_an_older_notice_confirms_nothing(client, older, lina):
    older(lina)
    enter(client, lina)
    answer = client.post(NOTICE, {"version": "2026-11-29", "next": "/certificados/"})
    assert fields_of(answer, NOTICE)["version"] == PRIVACY_NOTICE_VERSION
    assert fields_of(answer, NOTICE)["next"] == "/certificados/"
    lina.refresh_from_db()
    assert has_older_notice(lina)


def test_opening_the_page_confirms_nothing(client, older, lina):
    older(lina)
    client.get(enter(client, lina)["Location"])
    lina.refresh_from_db()
    assert has_older_notice(lina)
    assert not AuditEntry.objects.filter(action=CONFIRMED).exists()


def test_nothing_else_is_held_up(client, older, lina, course):
    """A session that lasts is not interrupted, and who left the page studies on."""
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    older(lina)
    enter(client, lina)
    for address in ("/cursos/curso/m1/l1/", "/mi-aprendizaje/", "/cuenta/"):
        assert client.get(address).status_code == 200


def test_who_confirmed_the_one_in_force_is_asked_nothing(client, lina):
    assert enter(client, lina)["Location"] == "/mi-aprendizaje/"
    assert client.get(NOTICE, {"next": "/certificados/"})["Location"] == "/certificados/"


def test_no_other_site_is_where_somebody_was_going(client, older, lina):
    older(lina)
    answer = enter(client, lina, next="https://malo.example/")
    assert answer["Location"] == NOTICE
    page = client.get(NOTICE, {"next": "https://malo.example/"})
    assert "malo.example" not in page.content.decode()
    sent = fields_of(page, NOTICE) | {"next": "https://malo.example/"}
    assert client.post(NOTICE, sent)["Location"] == "/mi-aprendizaje/"


def test_the_first_entry_is_where_a_newcomer_reads_it(client, lina):
    User.objects.filter(pk=lina.pk).update(first_entry_at=None, privacy_notice_version="")
    assert enter(client, lina)["Location"] == "/cuenta/primer-ingreso/"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_carried_act_waits_for_the_notice(older, lina, accept):
    older(lina)
    client = Client(enforce_csrf_checks=True)
    sent = {"first_name": "Lina Ñusta", "last_name": "Q'orianka", "post": ""}
    page = client.post("/cuenta/datos/", {**sent, "sent_by": mark_of(lina)}, **HERE)
    entrance = fields_of(page, SIGN_IN) | {"username": lina.email, "password": PASSWORD}
    notice = client.post(SIGN_IN, entrance, HTTP_ACCEPT=accept, **HERE)
    assert "El aviso de privacidad cambió" in notice.content.decode()
    carry_on = client.post(NOTICE, fields_of(notice, NOTICE), HTTP_ACCEPT=accept, **HERE)
    assert "Seguimos donde estabas" in carry_on.content.decode()
    client.post("/cuenta/datos/", fields_of(carry_on, "/cuenta/datos/"), **HERE)
    lina.refresh_from_db()
    assert (lina.first_name, lina.last_name) == ("Lina Ñusta", "Q'orianka")
    assert not has_older_notice(lina)


def test_the_act_of_another_person_is_not_done(client, older, lina, omar):
    older(lina)
    fields = [("first_name", "Palabra secreta"), ("last_name", "X"), ("post", "")]
    act = CarriedAct("/cuenta/datos/", fields, is_partial=False, sent_by=mark_of(omar))
    notice = enter(client, lina, carried=seal(act))
    answer = confirm(client, notice)
    assert answer["Location"] == "/mi-aprendizaje/"
    body = client.get("/cuenta/").content.decode()
    assert "No enviamos lo que había en esa página" in body
    assert "Palabra secreta" not in body


def test_the_copy_of_ones_data_says_which_notice_and_when(client, older, lina):
    older(lina)
    confirm(client, client.get(enter(client, lina)["Location"]))
    lina.refresh_from_db()
    (facts,) = copy_of(lina, now=timezone.now())["holdings"]["person"]["rows"]
    assert facts["privacy_notice_version"] == PRIVACY_NOTICE_VERSION
    assert facts["privacy_notice_at"] == DjangoJSONEncoder().default(lina.privacy_notice_at)


def test_statements_of_confirming(client, older, lina, django_assert_num_queries):
    older(lina)
    page = client.get(enter(client, lina)["Location"])
    # session with the person, transaction, the person, the trail, end of the transaction
    with django_assert_num_queries(5):
        confirm(client, page)
