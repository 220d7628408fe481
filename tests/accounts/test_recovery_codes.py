"""Recovery without e-mail: a coordinator gives a code, the person uses it once; nobody learns who
else exists.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.limits import CODES_GIVEN, CODES_TRIED, CODES_TRIED_OF_ACCOUNT, PEOPLE_SOUGHT
from accounts.models import Membership, Organisation, RecoveryCode, User
from accounts.recovery import LENGTH, BeyondReach, bare_code, issue_code, use_code
from accounts.services import create_person, end_role, grant_role
from audit.models import AuditEntry
from lib.codes import ALPHABET

pytestmark = pytest.mark.django_db
ASK, USE = "/cuenta/ayudar-a-ingresar/", "/cuenta/recuperar/codigo/"
NEW = "cuatro palabras bien largas"
NOT_FOUND = "No la encontramos entre las personas de tu ámbito."
WRONG = "Los datos y el código no coinciden, o el código ya no sirve."


@pytest.fixture
def julian(organisations):
    """Serves in Puno; has a DNI and no e-mail."""
    return create_person(
        first_name="Julián",
        last_name="Ñahui",
        document_type="dni",
        document_number="40123678",
        organisation=organisations["puno"],
        post="Tesorero",
        password="tres palabras juntas",
        now=timezone.now(),
    )


@pytest.fixture
def as_nora(client, nora):
    client.force_login(nora)
    return client


def find(client, who="40123678"):
    return client.post(ASK, {"username": who})


def page_of(person) -> str:
    return reverse("accounts:give_code", args=[person.username])


def form_of(client, person) -> dict[str, str]:
    """Return what the button «Da un código» sends."""
    body = client.get(page_of(person)).content.decode()
    return {"after": re.search(r'name="after" value="([^"]*)"', body)[1]}


def code_in(page) -> str | None:
    found = re.search(r'class="lead code">([^<]+)<', page.content.decode())
    return found and found[1]


def given(client, person) -> str:
    return code_in(client.post(page_of(person), form_of(client, person)))


def use(client, code, who="40123678", password=NEW):
    return client.post(USE, {"username": who, "code": code, "password": password})


def raise_the_person(julian, nora):
    grant_role(user=julian, role="operator", is_national=True, now=timezone.now())


def end_the_role_of_the_giver(julian, nora):
    end_role(grant=nora.grants.get(), now=timezone.now())


def switch_the_giver_off(julian, nora):
    User.objects.filter(pk=nora.pk).update(is_active=False)


def move_the_person_away(julian, nora):
    Membership.objects.filter(user=julian).update(
        organisation=Organisation.objects.get(name="Municipalidad Distrital de Zorritos")
    )


@pytest.mark.parametrize(
    "meanwhile",
    [
        raise_the_person,
        end_the_role_of_the_giver,
        switch_the_giver_off,
        move_the_person_away,
    ],
)
def test_a_code_holds_while_who_gave_it_could_give_it(as_nora, client, julian, nora, meanwhile):
    code = given(as_nora, julian)
    meanwhile(julian, nora)
    client.logout()
    assert WRONG in use(client, code).content.decode()
    julian.refresh_from_db()
    assert not julian.check_password(NEW)


def test_a_coordinator_lets_a_person_back_in(as_nora, julian, client, nora):
    page = as_nora.get(find(as_nora)["Location"])
    assert "Julián Ñahui" in page.content.decode()
    code = given(as_nora, julian)
    as_nora.logout()
    answer = use(client, code.lower().replace("-", " "))
    assert answer["Location"] == "/cuenta/recuperar/listo/"
    julian.refresh_from_db()
    assert julian.check_password(NEW)
    acts = AuditEntry.objects.filter(object_key=str(julian.learner_key)).values_list(
        "action", "actor_key"
    )
    assert list(acts) == [
        ("person_found", nora.learner_key),
        ("person_opened", nora.learner_key),
        ("person_opened", nora.learner_key),
        ("recovery_code_issued", nora.learner_key),
        ("recovery_code_used", julian.learner_key),
    ]


def test_code_has_fifty_bits_of_letters_that_are_not_mistaken(nora, julian):
    code = bare_code(issue_code(person=julian, coordinator=nora, now=timezone.now()))
    assert len(ALPHABET) ** LENGTH >= 2**50
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_code_is_kept_as_a_digest(nora, julian):
    code = bare_code(issue_code(person=julian, coordinator=nora, now=timezone.now()))
    kept = RecoveryCode.objects.values().get()
    assert not [value for value in kept.values() if code in str(value)]


def test_code_is_shown_once(as_nora, julian):
    code = given(as_nora, julian)
    for page in (as_nora.get(ASK), as_nora.get(find(as_nora)["Location"])):
        assert code not in page.content.decode()
        assert "no-store" in page["Cache-Control"]


def test_code_is_used_once(client, nora, julian):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    use(client, code)
    page = use(client, code, password="otra frase bien larga")
    assert WRONG in page.content.decode()
    julian.refresh_from_db()
    assert julian.check_password(NEW)


def test_a_code_sent_twice_with_one_password_is_done_once(client, nora, julian):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    answers = [use(client, code).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert AuditEntry.objects.filter(action="recovery_code_used").count() == 1
    later = timezone.now() + timedelta(minutes=11)
    assert use_code(username=julian.username, typed=code, password=NEW, now=later) is None


def test_a_newer_code_ends_the_older(nora, julian):
    older = issue_code(person=julian, coordinator=nora, now=timezone.now())
    newer = issue_code(person=julian, coordinator=nora, now=timezone.now())
    assert use_code(username=julian.username, typed=older, password=NEW, now=timezone.now()) is None
    assert (
        use_code(username=julian.username, typed=newer, password=NEW, now=timezone.now()) == julian
    )


@pytest.mark.parametrize(("hours", "works"), [(47, True), (48, False)])
def test_code_expires(nora, julian, hours, works):
    start = timezone.now()
    code = issue_code(person=julian, coordinator=nora, now=start)
    used = use_code(
        username=julian.username, typed=code, password=NEW, now=start + timedelta(hours=hours)
    )
    assert (used == julian) is works


def test_code_of_another_person_does_not_fit(client, nora, julian, omar):
    code = issue_code(person=omar, coordinator=nora, now=timezone.now())
    assert WRONG in use(client, code).content.decode()


def test_new_password_ends_other_sessions(client, nora, julian):
    client.force_login(julian)
    use_code(
        username=julian.username,
        typed=issue_code(person=julian, coordinator=nora, now=timezone.now()),
        password=NEW,
        now=timezone.now(),
    )
    assert client.get("/cuenta/").status_code == 302


def test_who_sat_there_before_is_signed_out(client, nora, julian, omar):
    """A device of an office: «Ingresa» on the next page must not lead into the other's account."""
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    client.force_login(omar)
    page = " ".join(client.get(USE).content.decode().split())
    assert "Ahora está en sesión Omar Quispe. Al guardar, esa sesión se cierra." in page
    assert WRONG in use(client, "AAAAA-AAAAA").content.decode()
    assert client.get("/cuenta/").status_code == 200
    assert use(client, code).status_code == 302
    assert client.get("/cuenta/").status_code == 302


def test_wrong_and_unknown_get_the_same_answer(client, nora, julian):
    issue_code(person=julian, coordinator=nora, now=timezone.now())
    answers = []
    for who in ("40123678", "49999999", "nadie@example.org"):
        page = use(client, "AAAAA-AAAAA", who=who)
        answers.append(
            (
                page.status_code,
                page.content.decode().replace(who, "").replace(str(page.context["csrf_token"]), ""),
            )
        )
    assert len(set(answers)) == 1
    assert WRONG in answers[0][1]


def test_a_weak_password_is_refused_before_the_code(client, nora, julian):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    for typed in (code, "AAAAA-AAAAA"):
        body = use(client, typed, password="1234567890").content.decode()
        assert "Esta contraseña es muy conocida. Usa una frase de tres o más palabras." in body
        assert WRONG not in body
    assert use(client, code).status_code == 302


@pytest.mark.parametrize("own", ["Julian-Nahui.2026", "ñahui ñahui ñahui"])
def test_a_right_code_takes_no_password_that_others_know(client, nora, julian, own):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    refused = use(client, code, password=own)
    assert "Otra persona probaría primero tu documento" in refused.content.decode()
    assert use(client, "AAAAA-AAAAA", password=own).content.decode().count(WRONG) == 1
    assert use(client, code).status_code == 302
    julian.refresh_from_db()
    assert julian.check_password(NEW)


def test_five_tries_then_a_pause(client, nora, julian):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    for _ in range(5):
        use(client, "AAAAA-AAAAA")
    page = use(client, code)
    assert (page.status_code, page["Retry-After"]) == (429, "900")
    assert "Espera 15 minutos o pide otro código." in page.content.decode()
    julian.refresh_from_db()
    assert not julian.check_password(NEW)


def test_another_code_is_the_way_out_of_the_pause(client, nora, julian):
    """The page promises it."""
    issue_code(person=julian, coordinator=nora, now=timezone.now())
    for _ in range(6):
        use(client, "AAAAA-AAAAA")
    assert (
        use(client, issue_code(person=julian, coordinator=nora, now=timezone.now())).status_code
        == 302
    )
    julian.refresh_from_db()
    assert julian.check_password(NEW)


def test_codes_tried_by_one_identifier_tell_nothing_of_another(client, nora, julian):
    issue_code(person=julian, coordinator=nora, now=timezone.now())
    User.objects.filter(pk=julian.pk).update(email="julian@example.org")
    for _try in range(6):
        refused = use(client, "AAAAA-AAAAA", who="julian@example.org")
    assert refused.status_code == 429
    for who in ("40123678", "40123679"):
        assert use(client, "AAAAA-AAAAA", who=who).status_code == 200


def test_beyond_the_limit_of_the_account_no_code_fits(client, nora, julian, allow):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    allow(CODES_TRIED_OF_ACCOUNT, 1)
    use(client, "AAAAA-AAAAA")
    page = use(client, code)
    assert page.status_code == 200
    assert "no coinciden" in page.content.decode()


def test_the_pause_of_a_network_promises_no_code(client, nora, julian, allow):
    allow(CODES_TRIED, 1)
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    use(client, "AAAAA-AAAAA")
    page = use(client, code)
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    body = page.content.decode()
    assert "Desde tu red llegaron muchos intentos. Espera un minuto y envía otra vez." in body
    assert "pide otro código" not in body


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("AAAAA-AAAA", "Te falta 1 letra o número: el código tiene 10."),
        ("AAAA", "Te faltan 6 letras o números: el código tiene 10."),
        ("AAAAA-AAAAAA", "Te sobra 1 letra o número: el código tiene 10."),
        ("Código: AAAAA-AAAAAAA", "Te sobran 2 letras o números: el código tiene 10."),
        ("—", "Escribe el código que te dieron."),
    ],
)
def test_a_slip_of_the_fingers_is_told_and_is_no_try(client, nora, julian, typed, told):
    code = issue_code(person=julian, coordinator=nora, now=timezone.now())
    for _ in range(6):
        assert told in use(client, typed).content.decode()
    assert use(client, f"código: {code}").status_code == 302


def test_what_was_typed_stays_but_the_secret(client, db):
    page = use(client, "", who="40123678")
    assert page.context["form"]["username"].value() == "40123678"
    assert NEW not in page.content.decode()


@pytest.mark.parametrize(
    "who", ["49999999", "41234567", "44444444", "45555555", "max@demo.example", "nora@demo.example"]
)
def test_outside_above_and_unknown_look_alike(as_nora, who, organisations, max_, julian):
    now = timezone.now()
    outside = create_person(
        first_name="Fuera",
        document_type="dni",
        document_number="41234567",
        organisation=organisations["tumbes"],
        now=now,
    )
    above = create_person(
        first_name="Arriba",
        document_type="dni",
        document_number="44444444",
        organisation=organisations["puno"],
        now=now,
    )
    grant_role(user=above, role="operator", is_national=True, now=now)
    off = create_person(
        first_name="Apagada",
        document_type="dni",
        document_number="45555555",
        organisation=organisations["puno"],
        now=now,
    )
    User.objects.filter(pk=off.pk).update(is_active=False)
    page = find(as_nora, who)
    assert page.status_code == 404
    assert NOT_FOUND in page.content.decode()
    answers = [as_nora.get(page_of(person)) for person in (outside, above, off)]
    answers += [as_nora.post(page_of(person), {"after": ""}) for person in (outside, above, off)]
    answers.append(as_nora.get(reverse("accounts:give_code", args=["nadie"])))
    assert [answer.status_code for answer in answers] == [404] * 7
    assert (
        len(
            {
                answer.content.decode().replace(str(answer.context["csrf_token"]), "")
                for answer in answers
            }
        )
        == 1
    )
    assert not RecoveryCode.objects.exists()


def test_a_coordinator_of_a_wider_scope_is_out_of_reach(nora, person, organisations):
    wider = person("Elsa", organisation="puno", role="coordinator", national=True)
    equal = person("Yolanda", organisation="puno", role="coordinator", areas=["21"])
    with pytest.raises(BeyondReach):
        issue_code(person=wider, coordinator=nora, now=timezone.now())
    assert issue_code(person=equal, coordinator=nora, now=timezone.now())


def test_nobody_helps_themselves(nora, organisations):
    Membership.objects.create(
        user=nora, organisation=organisations["puno"], started_on=timezone.localdate()
    )
    with pytest.raises(BeyondReach):
        issue_code(person=nora, coordinator=nora, now=timezone.now())


@pytest.mark.parametrize("who", ["lina", "lucia", "ada"])
def test_others_find_no_such_page(client, julian, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(ASK).status_code == 404
    assert client.post(page_of(julian), {"after": ""}).status_code == 404


def test_visitors_sign_in_first(client, db):
    assert client.get(ASK)["Location"] == f"/cuenta/ingresar/?next={ASK}"
    assert client.delete(USE).status_code == 405


def test_searching_is_limited(as_nora, julian, allow):
    allow(PEOPLE_SOUGHT, 2)
    allow(CODES_GIVEN, 1)
    assert [find(as_nora).status_code for _ in range(3)] == [302, 302, 429]
    assert find(as_nora)["Retry-After"] == "3600"
    answers = [as_nora.post(page_of(julian), form_of(as_nora, julian)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1]["Retry-After"] == "3600"


def test_a_page_sent_again_gives_no_other_code(as_nora, julian):
    """F5 on the page of the code sends the same form: the code that was dictated goes on
    working.
    """
    form = form_of(as_nora, julian)
    code = code_in(as_nora.post(page_of(julian), form))
    again = as_nora.post(page_of(julian), form)
    assert code_in(again) is None
    body = again.content.decode()
    assert code not in body
    assert "Se muestra una sola vez. Si no lo anotaste, da otro: el anterior deja de valer." in body
    assert "Da otro código" in body
    assert AuditEntry.objects.filter(action="recovery_code_issued").count() == 1
    assert (
        use_code(username=julian.username, typed=code, password=NEW, now=timezone.now()) == julian
    )
    assert code_in(as_nora.post(page_of(julian), form)) is None


def test_an_older_page_ends_no_newer_code(as_nora, julian):
    first = form_of(as_nora, julian)
    given(as_nora, julian)
    code = given(as_nora, julian)
    assert code_in(as_nora.post(page_of(julian), first)) is None
    assert (
        use_code(username=julian.username, typed=code, password=NEW, now=timezone.now()) == julian
    )


def test_no_page_of_a_person_answers_a_search(as_nora, julian):
    """So that going back never asks to send a form again, and no address tells the number."""
    answer = find(as_nora)
    assert answer.status_code == 302
    assert answer["Location"] == page_of(julian)
    assert "40123678" not in answer["Location"]


def test_it_says_whom_one_talks_to_and_which_code_stands(as_nora, julian):
    body = as_nora.get(page_of(julian)).content.decode()
    assert "Municipalidad Distrital de Ácora" in body
    assert "Tesorero" in body
    assert "Tiene un código" not in body
    given(as_nora, julian)
    assert "Tiene un código del" in as_nora.get(page_of(julian)).content.decode()


def test_who_left_meanwhile_is_told(as_nora, julian):
    form = form_of(as_nora, julian)
    User.objects.filter(pk=julian.pk).update(is_active=False)
    page = as_nora.post(page_of(julian), form)
    assert page.status_code == 404
    assert "Ya no puedes ayudar a esa persona" in page.content.decode()
    assert not RecoveryCode.objects.exists()


@pytest.mark.parametrize("address", [ASK, USE])
def test_page_is_there(as_nora, address):
    assert as_nora.get(address).status_code == 200
