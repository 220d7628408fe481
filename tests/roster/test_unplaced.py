"""Who serves in no institution, or wrote that theirs is missing, is somebody's work."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, MissingInstitution, Organisation, RegisterEntry, User
from accounts.services import create_person, move_person, say_missing_institution
from audit.models import AuditEntry
from roster.unplaced import unplaced_people
from tests.roster.test_register import add

pytestmark = pytest.mark.django_db
LIST = "/personas/instituciones/sin-entidad/"
REGISTERS = "/cuenta/registro/datos/?entidad=ninguna"
FACTS = {
    "first_name": "Rita",
    "last_name": "Ramos",
    "email": "rita@example.org",
    "document_type": "none",
    "document_number": "",
    "post": "Registradora",
    "password": "tres palabras juntas",
    "accepts": "on",
}


def stranger(name, said="") -> User:
    """Return somebody without institution, who wrote which one it is."""
    made = create_person(first_name=name, email=f"{name.lower()}@demo.example", now=timezone.now())
    if said:
        say_missing_institution(user=made, words=said, post="Jefa", now=timezone.now())
    return made


def page_of(person) -> str:
    return reverse("roster:place", args=[person.username])


def settle(client, person, organisation, **typed):
    body = client.get(page_of(person)).content.decode()
    uuid = re.search(r'name="uuid" value="([^"]*)"', body)[1]
    form = {"entidad": organisation.uuid, "reason": "Llamé a la UGEL", "uuid": uuid}
    return client.post(page_of(person), {**form, **typed}, follow=True)


def test_who_registers_without_institution_writes_which_and_an_operator_puts_it(
    client, as_oscar, organisations
):
    as_oscar.logout()
    assert "¿Cómo se llama tu entidad" in client.get(REGISTERS).content.decode()
    client.post(REGISTERS, {**FACTS, "said": "ugel puno"})
    rita = User.objects.get(email="rita@example.org")
    said = MissingInstitution.objects.get(user=rita)
    assert (said.words, said.post) == ("ugel puno", "Registradora")
    client.force_login(User.objects.get(email="oscar@demo.example"))
    assert "«ugel puno»" in client.get(LIST).content.decode()
    assert "UGEL Puno" in client.get(page_of(rita)).content.decode()
    body = settle(client, rita, organisations["ugel"]).content.decode()
    assert "Pusimos a 1 persona en su entidad." in body
    assert "Nadie espera en esta lista." in body
    post = Membership.objects.get(user=rita)
    assert (post.organisation, post.post) == (organisations["ugel"], "Registradora")
    assert post.confirmed_at
    assert not MissingInstitution.objects.exists()
    assert AuditEntry.objects.filter(action="person_moved").count() == 1


def test_a_document_number_in_the_words_is_refused(client, organisations):
    page = client.post(REGISTERS, {**FACTS, "said": "UGEL 40123678"})
    assert "Parece el número de un documento" in page.content.decode()
    assert not User.objects.exists()


def test_who_wrote_the_same_is_put_together_or_left(as_oscar, organisations):
    ana = stranger("Ana", "UGEL de Puno")
    eva = stranger("Eva", "ugel  de PUNO")
    zoe = stranger("Zoe", "Otra cosa")
    body = as_oscar.get(page_of(ana)).content.decode()
    assert "Escribieron lo mismo" in body
    assert str(eva) in body
    assert str(zoe) not in body
    told = settle(as_oscar, ana, organisations["ugel"], others=[eva.username]).content.decode()
    assert "Pusimos a 2 personas en su entidad." in told
    assert set(Membership.objects.values_list("user", flat=True)) == {ana.pk, eva.pk}


def test_a_missing_one_is_created_and_leads_back_to_the_person(as_oscar, organisations):
    ana = stranger("Ana", "UGEL Zorritos")
    body = as_oscar.get(page_of(ana)).content.decode()
    link = re.search(r'href="(/personas/instituciones/agregar/[^"]*)"', body)[1]
    link = link.replace("&amp;", "&")
    assert 'value="UGEL Zorritos"' in as_oscar.get(link).content.decode()
    answer = add(as_oscar, address=link)
    assert answer["Location"].startswith(page_of(ana))
    made = Organisation.objects.get(name="UGEL Zorritos")
    assert str(made.uuid) in as_oscar.get(answer["Location"]).content.decode()


def test_the_list_has_who_serves_nowhere_or_in_a_closed_one_and_no_staff(
    oscar, ada, lina, omar, organisations
):
    ana = stranger("Ana")
    assert set(unplaced_people(oscar)) == {ana}
    RegisterEntry.objects.create(organisation=organisations["tumbes"], closed_on="2026-01-01")
    assert set(unplaced_people(oscar)) == {ana, lina}
    move_person(user=lina, organisation=organisations["puno"], post="", now=timezone.now())
    assert set(unplaced_people(oscar)) == {ana}


def test_a_coordinator_settles_who_is_in_reach_alone(as_nora, nora, omar, lina, organisations):
    for person in (omar, lina):
        say_missing_institution(user=person, words="UGEL Puno", post="", now=timezone.now())
    stranger("Ana", "UGEL Puno")
    assert set(unplaced_people(nora)) == {omar}
    assert as_nora.get(page_of(lina)).status_code == 404
    assert "agregar" not in as_nora.get(page_of(omar)).content.decode()
    settle(as_nora, omar, organisations["ugel"])
    assert Membership.objects.get(user=omar, ended_on=None).organisation == organisations["ugel"]


def test_somebody_says_in_their_account_that_theirs_is_missing(client, lina, organisations):
    client.force_login(lina)
    address = reverse("accounts:change_institution")
    assert "Mi entidad no está en la lista" in client.get(address).content.decode()
    empty = client.post(address, {"said": ""}).content.decode()
    assert "Escribe cómo se llama tu entidad" in empty
    told = client.post(address, {"said": "Posta de Zorritos"}, follow=True).content.decode()
    assert "La anotamos." in told
    assert MissingInstitution.objects.get(user=lina).words == "Posta de Zorritos"
    same = organisations["puno"]
    client.post(address, {"entidad": str(same.uuid), "cargo": "Jefa"})
    assert not MissingInstitution.objects.exists()


def test_nothing_is_changed_without_an_institution_or_when_it_was_settled(as_oscar, organisations):
    ana = stranger("Ana", "UGEL Puno")
    body = as_oscar.post(page_of(ana), {"entidad": "", "reason": "x"}).content.decode()
    assert "Busca la entidad y márcala" in body
    settle(as_oscar, ana, organisations["ugel"])
    form = {"entidad": organisations["puno"].uuid, "reason": "x"}
    again = as_oscar.post(page_of(ana), form, follow=True)
    assert "ya tiene entidad: mira en su ficha cuál es" in again.content.decode()
    assert Membership.objects.get(user=ana).organisation == organisations["ugel"]


def test_the_list_costs_the_same_however_many_wait(as_oscar, django_assert_max_num_queries):
    for number in range(12):
        stranger(f"Ana{number}", "UGEL Puno")
    with django_assert_max_num_queries(14):
        as_oscar.get(LIST)
