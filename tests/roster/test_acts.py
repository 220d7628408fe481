"""What is changed in another person's account: with a reason, in the trail, inside the reach, never
above one's own ceiling, and sent twice done once.
"""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import Why, account_mark, correct_name, deactivate_person
from accounts.limits import PEOPLE_CORRECTED
from accounts.models import Membership, ReasonedAct, RecoveryCode, Session
from accounts.recovery import issue_code
from accounts.services import BeyondTheCeiling, LastOperator, create_person, grant_role
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
REASON = "Trajo su DNI a la oficina"


def address_of(person, act) -> str:
    if act == "entidad":
        return reverse("roster:move", args=[person.username])
    return reverse("roster:act", args=[person.username, act])


def hidden(client, person, act) -> dict[str, str]:
    """Return what the page of an act sends by itself: also one that was opened while there still
    was something to choose.
    """
    body = client.get(address_of(person, act)).content.decode()
    if "Vuelve a su ficha" in body:
        body = client.get(address_of(person, "nombre")).content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in ("uuid", "seen")
    }


def send(client, person, act, **typed):
    form = {**hidden(client, person, act), "reason": REASON, **typed}
    return client.post(address_of(person, act), form)


def acts_of_trail(person) -> list[str]:
    """Return what was done to a person; looks at the card and the forms are no acts."""
    rows = AuditEntry.objects.filter(object_key=str(person.learner_key)).exclude(
        action__in=("card_opened", "person_opened")
    )
    return list(rows.values_list("action", flat=True))


def why(actor, **more) -> Why:
    return Why(actor, REASON, uuid4(), **more)


def test_the_card_says_what_was_changed(as_oscar, nusta):
    send(as_oscar, nusta, "correo", email="nusta2@x.pe")
    send(as_oscar, nusta, "documento", document_type="dni", number="40123679")
    send(as_oscar, nusta, "nombre", first_name="Ñusta", last_name="Peña")
    send(as_oscar, nusta, "desactivar")
    card = as_oscar.get(reverse("roster:card", args=[nusta.username])).content.decode()
    words = ["Cuenta desactivada", "Datos corregidos: Apellidos", "Datos corregidos: Documento"]
    places = [card.index(f"{word}<") for word in (*words, "Datos corregidos: Correo")]
    assert places == sorted(places)


def test_a_document_in_a_post_is_asked_about_once(as_nora, nusta):
    here = Membership.objects.get(user=nusta, ended_on=None).organisation
    post = "Tesorera, DNI 40123678"
    page = send(as_nora, nusta, "entidad", entidad=here.uuid, cargo=post)
    assert "Parece que escribiste el número de un documento." in page.content.decode()
    assert post in page.content.decode()
    answer = send(as_nora, nusta, "entidad", entidad=here.uuid, cargo=post, number_seen="1")
    assert answer.status_code == 302


def test_a_slip_in_the_host_of_an_email_is_asked_about_once(as_nora, nusta):
    page = send(as_nora, nusta, "correo", email="nusta@gmial.com")
    assert "¿Quisiste decir nusta@gmail.com?" in page.content.decode()
    nusta.refresh_from_db()
    assert nusta.email != "nusta@gmial.com"
    answer = send(as_nora, nusta, "correo", email="nusta@gmial.com", email_seen="nusta@gmial.com")
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    nusta.refresh_from_db()
    assert nusta.email == "nusta@gmial.com"


def test_a_number_in_a_name_is_refused_and_an_older_one_does_not_block(as_nora, nusta):
    page = send(as_nora, nusta, "nombre", first_name="Ñusta 40123678", last_name="Q'orianka")
    assert "no va el número de un documento" in page.content.decode()
    nusta.first_name = "Ñusta 40123678"  # of before the rule
    nusta.save(update_fields=["first_name"])
    here = Membership.objects.get(user=nusta, ended_on=None).organisation
    answer = send(as_nora, nusta, "entidad", entidad=here.uuid, cargo="Tesorera")
    assert answer.status_code == 302
    assert Membership.objects.get(user=nusta, ended_on=None).post == "Tesorera"


def test_a_name_is_corrected_with_its_reason(as_nora, nora, nusta):
    answer = send(as_nora, nusta, "nombre", first_name="Ñusta María", last_name="Q'orianka")
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    nusta.refresh_from_db()
    assert nusta.get_full_name() == "Ñusta María Q'orianka"
    kept = ReasonedAct.objects.get()
    assert (kept.user, kept.reason, kept.by_key) == (nusta, REASON, nora.learner_key)
    entry = AuditEntry.objects.get(action="person_corrected")
    assert entry.actor_key == nora.learner_key
    assert entry.details == {"fields": ["first_name", "last_name"]}
    card = as_nora.get(answer["Location"]).content.decode()
    assert "Corregimos su nombre." in card
    assert REASON in card


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("nombre", {"first_name": "Ana", "last_name": "Luz"}),
        ("documento", {"document_type": "dni", "number": "40123679"}),
        ("correo", {"email": "otra@demo.example"}),
        ("entidad", {"entidad": "", "cargo": "Jefa"}),
        ("desactivar", {}),
    ],
)
def test_nothing_is_done_without_a_reason(as_nora, nusta, act, typed):
    before = account_mark(nusta)
    page = send(as_nora, nusta, act, reason="  ", **typed)
    assert page.status_code == 200
    assert "Escribe por qué lo haces" in page.content.decode()
    assert account_mark(nusta) == before
    assert not ReasonedAct.objects.exists()


def test_sent_twice_is_done_once(as_nora, nusta):
    form = {
        **hidden(as_nora, nusta, "nombre"),
        "reason": REASON,
        "first_name": "Ana",
        "last_name": "Luz",
    }
    first, second = (as_nora.post(address_of(nusta, "nombre"), form) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert acts_of_trail(nusta) == ["person_corrected"]


def test_a_page_from_before_another_change_does_not_undo_it(as_nora, nusta):
    old = hidden(as_nora, nusta, "nombre")
    send(as_nora, nusta, "nombre", first_name="Ana", last_name="Luz")
    form = {**old, "reason": REASON, "first_name": "Eva", "last_name": "Sol"}
    form["uuid"] = uuid4()
    page = as_nora.post(address_of(nusta, "nombre"), form)
    body = page.content.decode()
    assert "Sus datos cambiaron después de que abriste esta página" in body
    assert 'value="Eva"' in body
    nusta.refresh_from_db()
    assert nusta.first_name == "Ana"
    again = {
        name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in ("uuid", "seen")
    }
    assert as_nora.post(address_of(nusta, "nombre"), {**form, **again}).status_code == 302
    nusta.refresh_from_db()
    assert nusta.first_name == "Eva"


def test_the_same_again_is_no_change(as_nora, nusta):
    page = send(as_nora, nusta, "nombre", first_name=nusta.first_name, last_name=nusta.last_name)
    assert "no cambiaste nada" in page.content.decode()
    assert not ReasonedAct.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first_name": "", "last_name": "Luz"}, "Escribe sus nombres."),
        ({"first_name": "<b>", "last_name": "Luz"}, "Un nombre no lleva"),
        ({"first_name": "A" * 200, "last_name": "Luz"}, "120"),
    ],
)
def test_what_is_no_name_is_told_and_kept(as_nora, nusta, typed, words):
    body = send(as_nora, nusta, "nombre", **typed).content.decode()
    assert words in body
    assert REASON in body


def test_a_document_number_in_the_reason_is_asked_about(as_nora, nusta):
    typed = {"first_name": "Ana", "last_name": "Luz", "reason": "Su DNI es 40123678"}
    page = send(as_nora, nusta, "nombre", **typed)
    assert "Parece que escribiste el número de un documento" in page.content.decode()


def test_a_document_is_given_and_found_by(as_nora, nusta):
    send(as_nora, nusta, "documento", document_type="dni", number="DNI 40 123 679")
    nusta.refresh_from_db()
    assert nusta.document_number == "40123679"
    assert AuditEntry.objects.get(action="person_corrected").details == {"fields": ["document"]}
    assert "40123679" not in str(list(AuditEntry.objects.values()))


def test_a_wrong_document_is_told(as_nora, nusta):
    page = send(as_nora, nusta, "documento", document_type="dni", number="4012367")
    assert "El DNI tiene 8 números. Escribiste 7." in page.content.decode()


def test_a_document_of_somebody_else_says_so_without_the_name(as_nora, nora, nusta, organisations):
    other = create_person(
        first_name="Ramiro",
        last_name="Secreto",
        document_type="dni",
        document_number="40999888",
        organisation=organisations["tumbes"],
        now=timezone.now(),
    )
    page = send(as_nora, nusta, "documento", document_type="dni", number="40999888")
    body = page.content.decode()
    assert "Ese documento ya está en otra cuenta" in body
    assert "Ramiro" not in body
    assert other.username not in body
    nusta.refresh_from_db()
    assert nusta.document_number == "40123678"
    assert acts_of_trail(nusta) == ["correction_refused"]


def test_an_email_is_corrected_and_the_one_before_is_told(as_nora, nusta):
    send(as_nora, nusta, "correo", email="Ñusta <nusta.q@demo.example>")
    nusta.refresh_from_db()
    assert nusta.email == "nusta.q@demo.example"
    assert [letter.to for letter in mail.outbox] == [["nusta@demo.example"]]


def test_an_email_of_somebody_else_says_so(as_nora, nusta, lina):
    page = send(as_nora, nusta, "correo", email=lina.email.upper())
    assert "Ese correo ya está en otra cuenta" in page.content.decode()


def test_nobody_is_left_without_a_way_to_sign_in(as_nora, omar):
    page = send(as_nora, omar, "correo", email="")
    assert "Sin documento ni correo no podría ingresar" in page.content.decode()


def test_the_email_of_who_holds_a_role_stays(as_oscar, nusta):
    grant_role(user=nusta, role="coordinator", area_codes=["21"], now=timezone.now())
    page = send(as_oscar, nusta, "correo", email="otra@demo.example")
    assert "termina primero su rol" in page.content.decode()
    nusta.refresh_from_db()
    assert nusta.email == "nusta@demo.example"


def test_a_person_moves_today_and_out_of_reach(as_nora, nusta, organisations):
    answer = send(
        as_nora, nusta, "entidad", entidad=organisations["tumbes"].uuid, cargo="Jefa de área"
    )
    assert answer["Location"] == reverse("roster:search")
    assert "Ya no está en tu ámbito" in as_nora.get(answer["Location"]).content.decode()
    now = Membership.objects.get(user=nusta, ended_on=None)
    assert (now.organisation, now.post, now.confirmed_at) == (
        organisations["tumbes"],
        "Jefa de área",
        None,
    )
    assert now.started_on == timezone.localdate()


def test_a_move_sent_twice_answers_as_the_first_time(as_nora, nusta, organisations):
    form = {
        **hidden(as_nora, nusta, "entidad"),
        "reason": REASON,
        "entidad": organisations["tumbes"].uuid,
        "cargo": "",
    }
    first, second = (as_nora.post(address_of(nusta, "entidad"), form) for _time in range(2))
    assert first["Location"] == second["Location"] == reverse("roster:search")
    assert Membership.objects.filter(user=nusta).count() == 2


def test_inside_the_scope_a_move_confirms(as_nora, nusta, organisations):
    send(as_nora, nusta, "entidad", entidad=organisations["ugel"].uuid, cargo="Jefa")
    assert Membership.objects.get(user=nusta, ended_on=None).confirmed_at


def test_the_post_alone_changes_where_a_person_is(as_nora, nusta, organisations):
    send(as_nora, nusta, "entidad", entidad=organisations["puno"].uuid, cargo="Regidora")
    post = Membership.objects.get(user=nusta)
    assert (post.post, bool(post.confirmed_at)) == ("Regidora", True)


def test_who_serves_nowhere_is_placed_by_an_operator(as_oscar, nusta, organisations):
    Membership.objects.all().delete()
    send(as_oscar, nusta, "entidad", entidad=organisations["puno"].uuid, cargo="")
    assert Membership.objects.get(user=nusta).organisation == organisations["puno"]


def test_an_institution_is_found_by_its_name(as_nora, nusta, organisations):
    page = as_nora.get(address_of(nusta, "entidad"), {"buscar": "zorritos"})
    assert "Municipalidad Distrital de Zorritos" in page.content.decode()


def test_searching_an_institution_keeps_what_was_typed(as_nora, nusta, organisations):
    typed = {"cargo": "Subgerenta", "reason": "Resolución 12-2026", "entidad": ""}
    address = address_of(nusta, "entidad")
    page = as_nora.post(address, {**typed, "buscar": "ugel puno", "busca": "1"}).content.decode()
    assert "UGEL Puno" in page
    assert 'value="Subgerenta"' in page
    assert 'value="Resolución 12-2026"' in page
    assert "Marca la entidad en la lista" not in page
    assert nusta.memberships.get().post != "Subgerenta"
    none = as_nora.post(address, {**typed, "buscar": "zzzz", "busca": "1"}).content.decode()
    assert "No encontramos «zzzz»" in none
    assert 'value="Subgerenta"' in none


def test_an_account_is_switched_off_with_its_sessions(client, as_nora, nora, nusta):
    issue_code(person=nusta, coordinator=nora, now=timezone.now())
    other = type(client)()
    other.force_login(nusta)
    send(as_nora, nusta, "desactivar")
    nusta.refresh_from_db()
    assert not nusta.is_active
    assert not Session.objects.filter(user=nusta).exists()
    assert not RecoveryCode.objects.filter(user=nusta).exists()
    assert other.get("/cuenta/").status_code == 302
    assert (
        "Su cuenta está desactivada"
        in as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    )
    send(as_nora, nusta, "activar")
    nusta.refresh_from_db()
    assert nusta.is_active
    assert acts_of_trail(nusta)[-2:] == ["person_deactivated", "person_activated"]


def test_the_last_operator_is_not_switched_off(oscar, person):
    ines = person("Ines", role="operator", areas=["21"])
    with pytest.raises((LastOperator, BeyondTheCeiling)):
        deactivate_person(person=oscar, why=why(ines), now=timezone.now())
    second = person("Pilar", role="operator", national=True)
    second.grants.update(ends_on=date(2099, 1, 1))
    with pytest.raises((LastOperator, BeyondTheCeiling)):
        deactivate_person(person=oscar, why=why(second), now=timezone.now())
    third = person("Rosa", role="operator", national=True)
    deactivate_person(person=oscar, why=why(third), now=timezone.now())
    oscar.refresh_from_db()
    assert not oscar.is_active


@pytest.mark.parametrize("role", ["operator", "analyst", "author"])
def test_nobody_acts_on_who_stands_above(as_nora, nusta, role):
    grant_role(user=nusta, role=role, is_national=True, now=timezone.now())
    card = as_nora.get(reverse("roster:card", args=[nusta.username]))
    assert card.status_code == 200
    assert "Corrige su nombre" not in card.content.decode()
    for act in ("nombre", "documento", "correo", "entidad", "desactivar"):
        assert as_nora.get(address_of(nusta, act)).status_code == 404
        assert as_nora.post(address_of(nusta, act), {"reason": REASON}).status_code == 404


def test_nobody_acts_on_themselves(as_oscar, oscar):
    for act in ("nombre", "documento", "correo", "entidad", "desactivar"):
        assert as_oscar.get(address_of(oscar, act)).status_code == 404


def test_a_person_of_another_scope_is_like_nobody(as_nora, lina):
    for act in ("nombre", "documento", "correo", "entidad", "desactivar"):
        form = {"reason": REASON, "uuid": uuid4(), "first_name": "Ana", "last_name": "Luz"}
        assert as_nora.post(address_of(lina, act), form).status_code == 404
    assert not ReasonedAct.objects.exists()


def test_the_service_refuses_what_no_page_offers(nora, lina, nusta):
    act = {"first_name": "Ana", "last_name": "Luz", "now": timezone.now()}
    with pytest.raises(BeyondTheCeiling):
        correct_name(person=lina, why=why(nora), **act)
    with pytest.raises(ValueError, match="reason"):
        correct_name(person=nusta, why=Why(nora, " ", uuid4()), **act)
    nora.grants.update(ends_on=date(2025, 1, 1))
    vars(nora).pop("_grants", None)
    with pytest.raises(BeyondTheCeiling):
        correct_name(person=nusta, why=why(nora), **act)


def test_whose_role_ended_meanwhile_changes_nothing(as_nora, nora, nusta):
    form = {**hidden(as_nora, nusta, "nombre"), "reason": REASON}
    nora.grants.update(ends_on=date(2025, 1, 1))
    form |= {"first_name": "Ana", "last_name": "Luz"}
    assert as_nora.post(address_of(nusta, "nombre"), form).status_code == 404
    nusta.refresh_from_db()
    assert nusta.first_name == "Ñusta"


def test_changes_are_limited(as_nora, nusta, allow):
    allow(PEOPLE_CORRECTED, 1)
    send(as_nora, nusta, "nombre", first_name="Ana", last_name="Luz")
    page = send(as_nora, nusta, "nombre", first_name="Eva", last_name="Luz")
    assert page.status_code == 429
    nusta.refresh_from_db()
    assert nusta.first_name == "Ana"


def test_an_unknown_act_is_no_page(as_nora, nusta):
    assert as_nora.get(address_of(nusta, "coronar")).status_code == 404


def test_a_code_is_given_from_the_card(as_oscar, nusta):
    card = as_oscar.get(reverse("roster:card", args=[nusta.username])).content.decode()
    code_page = reverse("accounts:give_code", args=[nusta.username])
    assert code_page in card
    assert as_oscar.get(code_page).status_code == 200


def test_an_old_form_with_other_words_is_no_repeat(as_nora, nusta):
    """Whoever goes back and corrects what they typed is not told that it was done."""
    form = {
        **hidden(as_nora, nusta, "nombre"),
        "reason": REASON,
        "first_name": "Ana",
        "last_name": "Luz",
    }
    as_nora.post(address_of(nusta, "nombre"), form)
    page = as_nora.post(address_of(nusta, "nombre"), {**form, "first_name": "Anita"})
    assert page.status_code == 200
    body = page.content.decode()
    assert "Sus datos cambiaron después de que abriste esta página" in body
    seen = re.search(r'name="seen" value="([^"]*)"', body)[1]
    again = {**form, "first_name": "Anita", "seen": seen}
    assert as_nora.post(address_of(nusta, "nombre"), again).status_code == 302
    nusta.refresh_from_db()
    assert nusta.first_name == "Anita"


def test_an_identifier_of_one_person_is_no_repeat_for_another(as_nora, nusta, omar):
    form = {**hidden(as_nora, nusta, "nombre"), "reason": REASON}
    form |= {"first_name": "Ana", "last_name": "Luz"}
    as_nora.post(address_of(nusta, "nombre"), form)
    form |= {"seen": hidden(as_nora, omar, "nombre")["seen"]}
    as_nora.post(address_of(omar, "nombre"), form)
    omar.refresh_from_db()
    assert omar.first_name == "Ana"


def test_nothing_typed_can_be_read_out_of_what_is_kept(as_nora, nusta):
    send(as_nora, nusta, "documento", document_type="dni", number="40123679")
    assert "40123679" not in str(list(ReasonedAct.objects.values()))
