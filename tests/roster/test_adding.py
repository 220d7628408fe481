"""One person is added without e-mail: inside the scope, once, and a slip lets them in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.limits import PEOPLE_CORRECTED
from accounts.models import Membership, Organisation, RegisterEntry, User
from accounts.services import BeyondTheCeiling
from audit.models import AuditEntry
from roster import adding
from roster.adding import add_person
from tests.roster.test_files import text_of
from tests.roster.test_slips import CODE, words

pytestmark = pytest.mark.django_db
ADD = "/personas/nueva/"


@pytest.fixture
def typed(organisations):
    return {
        "first_name": "Yusmary",
        "last_name": "Colmenares Ríos",
        "document_type": "dni",
        "number": "47 123 456",
        "entidad": str(organisations["puno"].uuid),
        "cargo": "Regidora",
    }


def added() -> User | None:
    return User.objects.filter(first_name="Yusmary").first()


def test_the_search_leads_there_and_a_slip_comes_of_it(as_nora, client, nora, typed):
    assert f'href="{ADD}"' in as_nora.get("/personas/").content.decode()
    answer = as_nora.post(ADD, typed)
    person = added()
    assert answer["Location"] == f"/personas/papeletas/?persona={person.username}"
    assert (person.email, person.document_number) == ("", "47123456")
    assert not person.has_usable_password()
    post = Membership.objects.get(user=person)
    assert (post.post, bool(post.confirmed_at)) == ("Regidora", True)
    lines = AuditEntry.objects.filter(action="person_added", object_key=str(person.learner_key))
    assert [line.actor_key for line in lines] == [nora.learner_key]
    page = text_of(as_nora.get(answer["Location"]))
    assert "Registramos a Yusmary Colmenares Ríos." in page
    slip = words(as_nora.post(answer["Location"]))
    assert "Yusmary Colmenares Ríos" in slip
    assert len(CODE.findall(slip)) == 1
    card = as_nora.get(f"/personas/{person.username}/").content.decode()
    assert "Imprime su papeleta" in card


def test_sent_twice_it_is_one_person(as_nora, typed):
    first, second = (as_nora.post(ADD, typed)["Location"] for _time in range(2))
    assert first == second
    assert User.objects.filter(first_name="Yusmary").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("first_name", "", "Escribe sus nombres."),
        ("last_name", "", "Escribe sus apellidos."),
        ("number", "123", "8"),
        ("number", "", "Escribe el número de su documento."),
        ("entidad", "", "Marca su entidad, una de tu ámbito."),
        ("entidad", "nada", "Marca su entidad, una de tu ámbito."),
        ("cargo", "Regidora, DNI 47123456", "Parece que escribiste el número de un documento."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_nora, typed, field, value, told):
    page = as_nora.post(ADD, {**typed, field: value}).content.decode()
    assert told in page
    assert "Colmenares" in page or field == "last_name"
    assert added() is None


def test_nobody_is_added_outside_the_scope(as_nora, nora, organisations, typed):
    outside = organisations["tumbes"]
    assert outside.name not in as_nora.get(ADD).content.decode()
    page = as_nora.post(ADD, {**typed, "entidad": str(outside.uuid)}).content.decode()
    assert "Marca su entidad, una de tu ámbito." in page
    with pytest.raises(BeyondTheCeiling):
        add_person(
            first_name="Yusmary", last_name="Ríos", document_type="dni", number="47123456",
            organisation=outside, post="", actor=nora, now=timezone.now(),
        )  # fmt: skip
    assert added() is None


def test_a_document_in_reach_is_named_and_another_is_not(as_nora, lina, nusta, typed):
    page = as_nora.post(ADD, {**typed, "number": "40123678"}).content.decode()
    assert "ya tiene cuenta con ese documento" in page
    lina.set_document("dni", "40999999")
    lina.save()
    page = as_nora.post(ADD, {**typed, "number": "40999999"}).content.decode()
    assert "Ese documento ya está en otra cuenta." in page
    assert lina.last_name not in page
    assert AuditEntry.objects.filter(action="correction_refused", object_key="").count() == 2


def test_among_many_the_institution_is_searched_and_the_rest_stays(
    as_nora, organisations, typed, monkeypatch
):
    monkeypatch.setattr(adding, "MOST_SHOWN", 0)
    monkeypatch.setattr("roster.person_form.MOST_SHOWN", 0)
    assert organisations["puno"].name not in as_nora.get(ADD).content.decode()
    monkeypatch.setattr(adding, "MOST_SHOWN", 1)
    search = {**typed, "entidad": "", "buscar": "acora", "busca": "1"}
    page = as_nora.post(ADD, search).content.decode()
    assert organisations["puno"].name in page
    assert "Colmenares" in page
    assert "Escribe sus nombres." not in page
    page = as_nora.post(ADD, {**search, "buscar": "zorritos"}).content.decode()
    assert "No encontramos «zorritos» en tu ámbito." in " ".join(page.split())
    assert added() is None


def test_a_closed_institution_gets_nobody_new(as_nora, organisations, typed):
    RegisterEntry.objects.update_or_create(
        organisation=organisations["puno"], defaults={"closed_on": timezone.localdate()}
    )
    assert organisations["puno"].name not in as_nora.get(ADD).content.decode()
    page = as_nora.post(ADD, typed).content.decode()
    assert "Marca su entidad, una de tu ámbito." in page
    assert added() is None


def test_who_came_in_already_has_no_slip(as_nora, nusta):
    nusta.last_login = timezone.now() - timedelta(days=1)
    nusta.save(update_fields=["last_login"])
    address = f"/personas/papeletas/?persona={nusta.username}"
    assert as_nora.get(address).status_code == 404
    assert as_nora.post(address).status_code == 404
    assert "Imprime su papeleta" not in as_nora.get(f"/personas/{nusta.username}/").content.decode()


def test_a_slip_outside_the_reach_is_like_none(as_nora, lina):
    assert as_nora.get(f"/personas/papeletas/?persona={lina.username}").status_code == 404


def test_adding_is_limited(as_nora, typed, allow):
    allow(PEOPLE_CORRECTED, 0)
    page = as_nora.post(ADD, typed)
    assert page.status_code == 429
    assert added() is None


def test_a_search_looks_in_the_scope_before_it_is_cut(as_nora, organisations, places, typed,
                                                      monkeypatch):  # fmt: skip
    monkeypatch.setattr("roster.person_form.MOST_SHOWN", 1)
    monkeypatch.setattr(adding, "MOST_SHOWN", 1)
    district = places["tumbes"]
    Organisation.objects.bulk_create(
        Organisation(kind="district", name=f"Municipalidad {number:03}", district=district)
        for number in range(210)
    )
    names = [organisations["puno"].name, "Municipalidad Distrital de Zepita"]
    Organisation.objects.create(kind="district", name=names[1], district=places["puno"])
    search = {**typed, "entidad": "", "buscar": "municipalidad", "busca": "1"}
    page = as_nora.post(ADD, search).content.decode()
    assert sum(name in page for name in names) == 1
    assert "Hay más resultados. Escribe también el distrito o la provincia." in page
