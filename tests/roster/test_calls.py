"""Who looks after people sees whom to call, notes that it was done, and takes the list along."""

import re
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import create_person
from audit.models import AuditEntry
from courses.editions import outline_of
from courses.models import ModulePage
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from roster.calls import LISTS, calls_in, note_contact
from roster.models import Contact
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, submit
from tests.quizzes.screens import start_for, use_up
from tests.roster.test_files import text_of

pytestmark = pytest.mark.django_db
CALLS = "/personas/llamar/"


def names_in(name: str, user, now=None) -> list[str]:
    calls, _more = calls_in(LISTS[name], user, now or timezone.now())
    return [call.person.first_name for call in calls]


@pytest.fixture
def enrolled(course, omar):
    return enrol_learner(user=omar, course=course, received_at=timezone.now())


def test_who_never_came_in_is_told_apart(nora, omar, organisations):
    create_person(
        first_name="Nueva", email="n@x.pe", organisation=organisations["puno"], now=timezone.now()
    )
    assert names_in("sin-activar", nora) == ["Nueva"]


def test_who_has_not_begun_leaves_the_list_with_the_first_act(nora, omar, enrolled):
    assert names_in("sin-empezar", nora) == ["Omar"]
    assert names_in("detenidas", nora) == []
    complete_activity(
        learner=enrolled.learner,
        enrolment_id=enrolled.pk,
        activity_key=outline_of(enrolled.course.latest_edition_id).activities[0].key,
        uuid=uuid4(),
        occurred_at=timezone.now(),
        received_at=timezone.now(),
    )
    assert names_in("sin-empezar", nora) == []
    assert names_in("detenidas", nora) == []
    later = timezone.now() + timedelta(days=15)
    assert names_in("detenidas", nora, later) == ["Omar"]
    assert names_in("detenidas", nora, timezone.now() + timedelta(days=13)) == []


def test_other_regions_and_closed_accounts_are_on_no_list(nora, max_, omar, enrolled):
    assert names_in("sin-empezar", max_) == []
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert names_in("sin-empezar", nora) == []


def test_who_used_all_attempts_and_may_not_try_now(
    nora, omar, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)])
    course.refresh_from_db()
    enrolment = enrol_learner(user=omar, course=course, received_at=timezone.now())
    submit(start_for(omar, course, quiz.slug))
    assert names_in("sin-intentos", nora) == []
    use_up(enrolment, quiz, attempts=2)
    assert names_in("sin-intentos", nora) == ["Omar"]


def test_a_call_is_noted_once_and_shown(client, nora, omar, enrolled):
    client.force_login(nora)
    address = f"{CALLS}sin-empezar/{omar.username}/"
    page = client.get(address)
    uuid = page.context["form"]["uuid"].value()
    for _again in range(2):
        client.post(address, {"note": "Sin señal hasta el lunes", "uuid": uuid})
    assert Contact.objects.get().by_key == nora.learner_key
    assert AuditEntry.objects.filter(action="person_called").count() == 1
    page = text_of(client.get(f"{CALLS}sin-empezar/"))
    assert "Sin señal hasta el lunes" in page
    assert "Contactada el" in page


def test_other_words_and_another_person_from_the_same_page_are_other_notes(
    client, nora, omar, nusta, enrolled
):
    client.force_login(nora)
    uuid = uuid4()
    sent = [(omar, "No contesta"), (omar, "Llamará el lunes"), (nusta, "Llamará el lunes")]
    for person, note in [*sent, *sent]:
        client.post(f"{CALLS}sin-activar/{person.username}/", {"note": note, "uuid": uuid})
    noted = Contact.objects.order_by("pk").values_list("learner", "note")
    assert list(noted) == [(person.learner_key, note) for person, note in sent]
    assert AuditEntry.objects.filter(action="person_called").count() == 3


def test_a_document_in_a_note_is_asked_about_once(client, nora, omar, enrolled):
    client.force_login(nora)
    address = f"{CALLS}sin-empezar/{omar.username}/"
    page = client.post(address, {"note": "DNI 41234567"})
    assert "Parece que escribiste el número de un documento" in text_of(page)
    assert not Contact.objects.exists()


def test_somebody_out_of_reach_is_nobody(client, max_, omar, enrolled):
    client.force_login(max_)
    address = f"{CALLS}sin-empezar/{omar.username}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"note": "x"}).status_code == 404
    assert client.get(f"{CALLS}otra/").status_code == 404


def test_the_file_holds_names_and_contacts_and_no_document(client, nora, omar, enrolled):
    omar.set_document("dni", "41234567")
    omar.save()
    note_contact(person=omar, note="=1+1", uuid=uuid4(), actor=nora, now=timezone.now())
    client.force_login(nora)
    text = client.get(f"{CALLS}sin-empezar/lista.csv").content.decode()
    assert '"Quispe","Omar"' in text
    assert omar.email in text
    assert "41234567" not in text
    assert '"\'=1+1"' in text


def test_each_look_is_in_the_trail(client, nora, omar, enrolled):
    client.force_login(nora)
    client.get(f"{CALLS}sin-empezar/")
    client.get(f"{CALLS}sin-empezar/lista.csv")
    looks = AuditEntry.objects.filter(action="people_listed")
    assert [entry.details for entry in looks] == [{"count": 1, "list": "sin-empezar"}] * 2


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_few_statements(
    client, nora, course, organisations, name, django_assert_max_num_queries
):
    for number in range(30):
        person = create_person(
            first_name=f"P{number}",
            email=f"p{number}@x.pe",
            organisation=organisations["puno"],
            now=timezone.now(),
        )
        enrol_learner(user=person, course=course, received_at=timezone.now())
    client.force_login(nora)
    client.get(f"{CALLS}{name}/")
    # Session with its person, roles, the list in at most seven, and the line of the trail.
    with django_assert_max_num_queries(13):
        client.get(f"{CALLS}{name}/")
    assert Enrolment.objects.count() == 30


def test_everybody_of_a_long_list_is_reached(client, nora, omar, enrolled, monkeypatch):
    """On the screen in pages, in the file at once."""
    monkeypatch.setattr(import_module("roster.views.calls"), "MOST_LISTED", 2)
    client.force_login(nora)
    for name in ("Una", "Dos", "Tres", "Cuatro", "Cinco"):
        create_person(
            first_name=name, email=f"{name}@x.pe", organisation=omar.memberships.get().organisation,
            now=timezone.now(),
        )  # fmt: skip
    address = f"{CALLS}sin-activar/"
    pages = [text_of(client.get(address, {"pagina": number})) for number in (1, 2, 3, 4)]
    shown = [re.findall(r"(\w+)@x.pe", page) for page in pages]
    assert shown == [["una", "dos"], ["tres", "cuatro"], ["cinco"], []]
    assert "Ves de la 3 a la 4" in pages[1]
    assert "Ya no queda nadie en esta página." in pages[3]
    file = client.get(f"{address}lista.csv").content.decode()
    assert file.count("@x.pe") == 5
    assert "Hay más" not in file
    monkeypatch.setattr(import_module("roster.views.calls"), "MOST_IN_FILE", 3)
    cut = client.get(f"{address}lista.csv").content.decode()
    assert "Hay más: aquí están las primeras 3 personas" in cut
