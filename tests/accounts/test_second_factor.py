"""A code of a telephone follows the password: always for who operates, for anybody who wants it."""

import base64
from datetime import UTC, datetime
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.carried_acts import CarriedAct, mark_of, seal
from accounts.limits import SECOND_FACTORS_OF_ACCOUNT
from accounts.models import ReasonedAct, RoleGrant
from accounts.permissions import Scope, holds_role, may_grant
from accounts.second_factor import (
    DEMO_SECRET,
    code_at,
    give_second_factor,
    has_second_factor,
)
from audit.models import AuditEntry
from tests.factories.second_factor import CHALLENGE, answer_challenge, code_now
from tests.racing import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "puriq-demo-2026"
SIGN_IN, STATE = "/cuenta/ingresar/", "/cuenta/segundo-factor/"
ACTIVATE, REMOVE = f"{STATE}activar/", f"{STATE}quitar/"
CODES, FRESH = f"{STATE}codigos/", f"{STATE}codigos/nuevos/"
OF_OPERATORS = ("/ayuda/pedidos/", "/cartas/", "/gestion/", "/personas/roles/", "/primer-dia/")


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def give_password(client, person, **more):
    form = {"username": person.email, "password": PASSWORD, **more}
    return client.post(SIGN_IN, form)


def is_in(client) -> bool:
    return client.get("/cuenta/").status_code == 200


def activate(client, **more):
    """Set an application up in a session, and return the page after it."""
    secret = client.get(ACTIVATE).context["form"].secret
    return client.post(ACTIVATE, {"code": code_now(secret), "password": PASSWORD, **more})


@pytest.fixture
def unguarded(oscar):
    """An operator who has not set a second factor up."""
    Authenticator.objects.all().delete()
    return oscar


@pytest.fixture
def guarded(lina):
    """A learner with a second factor."""
    give_second_factor(lina, DEMO_SECRET)
    return lina


class TestCodes:
    @pytest.mark.parametrize(
        ("seconds", "code"),
        [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
    )
    def test_codes_are_those_of_the_standard(self, seconds, code):
        """RFC 6238, appendix B: the last six digits of its eight."""
        secret = base64.b32encode(b"12345678901234567890").decode()
        assert code_at(secret, datetime.fromtimestamp(seconds, UTC)) == code


class TestDoors:
    """Ways past the code, or in with one that should open nothing any more."""

    def test_a_form_without_a_code_is_told_so(self, client, guarded):
        give_password(client, guarded)
        answer = client.post(CHALLENGE, {})
        assert answer.status_code == 200
        assert "Escribe el código." in text_of(answer)

    def test_a_new_password_shuts_out_who_waits_with_the_old_one(self, client, guarded):
        give_password(client, guarded)
        guarded.set_password("otra-clave-larga-2026")
        guarded.save()
        answer = client.post(CHALLENGE, {"code": code_now()}, follow=True)
        assert "Tu contraseña cambió." in text_of(answer)
        assert not is_in(client)

    def test_the_code_that_set_it_up_opens_no_session(self, client, lina):
        client.force_login(lina)
        secret = client.get(ACTIVATE).context["form"].secret
        code = code_now(secret)
        client.post(ACTIVATE, {"code": code, "password": PASSWORD})
        other = Client()
        give_password(other, lina)
        other.post(CHALLENGE, {"code": code})
        assert not is_in(other)


class TestWhoOperates:
    def test_is_led_to_set_it_up_and_operates_nothing_before(self, client, unguarded, site):
        answer = give_password(client, unguarded, next="/cartas/")
        assert answer["Location"] == f"{ACTIVATE}?next=%2Fcartas%2F"
        for address in OF_OPERATORS:
            assert client.get(address)["Location"].startswith(ACTIVATE), address
            assert client.post(address)["Location"] == ACTIVATE, address
        assert not holds_role(unguarded, "operator")
        assert "Tu rol de operador vale desde que" in text_of(client.get("/cuenta/"))

    def test_gives_no_role_before(self, unguarded):
        assert not may_grant(unguarded, "learner", Scope(areas=None, kinds=None))

    def test_operates_once_it_is_set_up(self, client, unguarded, site):
        give_password(client, unguarded)
        answer = activate(client, next="/cartas/")
        assert answer["Location"] == f"{CODES}?next=%2Fcartas%2F"
        page = text_of(client.get(answer["Location"]))
        assert 'href="/cartas/"' in page
        assert 'href="/gestion/"' in page
        assert client.get("/cartas/").status_code == 200

    def test_acts_through_commands_meanwhile(self, unguarded, lina):
        call_command("grant_role", lina.email, "author", "--as", unguarded.email)
        assert RoleGrant.objects.filter(user=lina, role="author").exists()

    def test_other_roles_need_none(self, client, max_):
        assert give_password(client, max_)["Location"] != CHALLENGE
        assert client.get("/panel/").status_code == 200
        assert "No está activado." in text_of(client.get(STATE))


class TestSettingUp:
    def test_recovery_codes_are_shown_once(self, client, lina):
        client.force_login(lina)
        page = client.get(activate(client)["Location"])
        assert page.context["can_view_codes"]
        code = page.context["unused_codes"][0]
        assert len(page.context["unused_codes"]) == 10
        assert f"{code[:4]} {code[4:]}" in text_of(page)
        again = text_of(client.get(CODES))
        assert f"{code[:4]} {code[4:]}" not in again
        assert "Te quedan 10 códigos." in again

    def test_the_page_shows_the_secret_in_three_ways(self, client, lina):
        client.force_login(lina)
        page = client.get(ACTIVATE)
        secret = page.context["form"].secret
        assert page.context["written_secret"].replace(" ", "") == secret
        assert f"otpauth://totp/lina%40demo.example?secret={secret}&amp;issuer=Puriq" in text_of(
            page
        )
        assert "<svg" in text_of(page)
        assert " style=" not in text_of(page)

    def test_the_secret_is_stored_sealed(self, client, lina):
        client.force_login(lina)
        secret = client.get(ACTIVATE).context["form"].secret
        client.post(ACTIVATE, {"code": code_now(secret), "password": PASSWORD})
        kept = Authenticator.objects.get(type="totp")
        assert secret not in str(kept.data)
        assert Authenticator.objects.get(type="recovery_codes").data["seed"].startswith("gAAAA")

    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            ({"password": "otra-clave-2026"}, "Esa no es tu contraseña actual."),
            ({"password": ""}, "Escribe tu contraseña."),
            ({"code": "000"}, "Ese código no vale"),
            ({"code": ""}, "Escribe el código."),
        ],
    )
    def test_a_slip_is_told_and_the_secret_stays(self, client, lina, sent, told):
        client.force_login(lina)
        secret = client.get(ACTIVATE).context["form"].secret
        page = client.post(ACTIVATE, {"code": code_now(secret), "password": PASSWORD} | sent)
        assert told in text_of(page)
        assert page.context["form"].secret == secret
        assert not has_second_factor(lina)

    def test_a_code_is_read_however_a_telephone_sends_it(self, client, lina):
        client.force_login(lina)
        code = code_now(client.get(ACTIVATE).context["form"].secret)
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        assert client.post(ACTIVATE, {"code": f" {wide[:3]} {wide[3:]} ", "password": PASSWORD})
        assert has_second_factor(lina)

    def test_all_other_sessions_end(self, client, lina):
        other = Client()
        give_password(other, lina)
        give_password(client, lina)
        activate(client)
        assert is_in(client)
        assert not is_in(other)
        acts = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"second_factor_activated", "other_sessions_ended"} <= acts

    def test_who_has_one_sets_up_no_second_one(self, client, guarded):
        client.force_login(guarded)
        for answer in (client.get(ACTIVATE), client.post(ACTIVATE, {"code": "1"})):
            assert answer["Location"] == STATE
        assert Authenticator.objects.count() == 1


class TestSigningIn:
    def test_nobody_is_in_before_the_code(self, client, guarded):
        assert give_password(client, guarded, next="/avisos/")["Location"] == CHALLENGE
        assert not is_in(client)
        assert "Escribe tu código" in text_of(client.get(CHALLENGE))
        assert not is_in(client)
        assert client.post(CHALLENGE, {"code": code_now()})["Location"] == "/avisos/"
        assert is_in(client)

    def test_without_a_password_there_is_nothing_to_answer(self, client, guarded):
        for answer in (client.get(CHALLENGE), client.post(CHALLENGE, {"code": code_now()})):
            assert answer["Location"] == SIGN_IN
        assert not is_in(client)

    def test_a_code_counts_once_in_whichever_process(self, client, guarded):
        code = code_now()
        give_password(client, guarded)
        client.post(CHALLENGE, {"code": code})
        cache.clear()  # another process has a cache of its own
        other = Client()
        give_password(other, guarded)
        page = other.post(CHALLENGE, {"code": code})
        assert "Ese código ya se usó." in text_of(page)
        assert not is_in(other)

    def test_a_recovery_code_counts_once(self, client, lina):
        client.force_login(lina)
        codes = client.get(activate(client)["Location"]).context["unused_codes"]
        for expected in (True, False):
            other = Client()
            give_password(other, lina)
            other.post(CHALLENGE, {"code": f"{codes[3][:4]} {codes[3][4:]}"})
            assert is_in(other) == expected
        assert "Te quedan 9 códigos de reserva" in text_of(client.get(STATE))

    def test_ten_wrong_codes_and_the_right_one_waits(self, client, guarded):
        give_password(client, guarded)
        for _number in range(SECOND_FACTORS_OF_ACCOUNT.amount):
            assert "Ese código no vale" in text_of(client.post(CHALLENGE, {"code": "1"}))
        page = client.post(CHALLENGE, {"code": code_now()})
        assert page.status_code == 429
        assert "Espera una hora: mientras tanto no vale ninguno." in text_of(page)
        assert "Si no fuiste tú, alguien sabe tu contraseña: cámbiala." in text_of(page)
        other = Client()
        give_password(other, guarded)
        other.post(CHALLENGE, {"code": code_now()})
        assert not is_in(other)

    def test_the_act_that_a_page_carries_waits_for_the_code(self, client, guarded):
        act = CarriedAct("/avisos/leidos/", [], is_partial=False, sent_by=mark_of(guarded))
        assert give_password(client, guarded, carried=seal(act))["Location"] == CHALLENGE
        page = client.post(CHALLENGE, {"code": code_now()})
        assert 'action="/avisos/leidos/"' in text_of(page)

    def test_a_shared_device_stays_one(self, client, guarded):
        give_password(client, guarded, is_shared="on")
        client.post(CHALLENGE, {"code": code_now()})
        assert client.session.get_expire_at_browser_close()

    def test_a_new_password_is_no_way_around(self, client, guarded):
        guarded.set_password("otra-clave-de-caminos")
        guarded.save(update_fields=["password"])
        form = {"username": guarded.email, "password": "otra-clave-de-caminos"}
        assert client.post(SIGN_IN, form)["Location"] == CHALLENGE

    def test_a_demonstration_shows_a_code_of_its_own_people_alone(self, guarded, oscar, settings):
        settings.DEMO = True
        oscar.is_demo = True
        oscar.save(update_fields=["is_demo"])
        for person, expected in ((oscar, True), (guarded, False)):
            client = Client()
            give_password(client, person)
            code = client.get(CHALLENGE).context["demo_code"]
            assert bool(code) == expected
            client.post(CHALLENGE, {"code": code})
            assert is_in(client) == expected


class TestTakingItAway:
    def test_by_the_password(self, client, guarded):
        client.force_login(guarded)
        assert "Esa no es tu contraseña" in text_of(client.post(REMOVE, {"password": "x"}))
        assert has_second_factor(guarded)
        assert "Escribe tu contraseña" not in text_of(client.get(REMOVE))
        client.post(REMOVE, {"password": PASSWORD})
        assert not Authenticator.objects.exists()
        assert give_password(Client(), guarded)["Location"] != CHALLENGE

    def test_an_operator_is_none_until_another_is_set_up(self, client, oscar):
        client.force_login(oscar)
        assert "no vale hasta que" in text_of(client.get(REMOVE))
        client.post(REMOVE, {"password": PASSWORD})
        assert client.get("/cartas/")["Location"].startswith(ACTIVATE)

    def test_fresh_recovery_codes_replace_those_of_before(self, client, lina):
        client.force_login(lina)
        before = client.get(activate(client)["Location"]).context["unused_codes"]
        answer = client.post(FRESH, {"password": PASSWORD})
        assert answer["Location"] == CODES
        after = client.get(CODES).context["unused_codes"]
        assert len(after) == 10
        assert not set(before) & set(after)

    def test_another_operator_does_it_for_who_lost_the_telephone(self, client, guarded, oscar):
        client.force_login(oscar)
        session = Client()
        answer_challenge(session, give_password(session, guarded))
        assert is_in(session)
        address = f"/personas/{guarded.username}/segundo-factor/"
        assert address in text_of(client.get(f"/personas/{guarded.username}/"))
        form = client.get(address).context["form"]
        data = {name: form[name].value() or "" for name in form.fields}
        client.post(address, data | {"reason": "Perdió su teléfono, llamó desde su oficina"})
        assert not has_second_factor(guarded)
        assert not is_in(session)
        assert ReasonedAct.objects.get().action == "second_factor_removed"

    def test_a_coordinator_does_not(self, client, guarded, max_):
        client.force_login(max_)
        address = f"/personas/{guarded.username}/segundo-factor/"
        assert address not in text_of(client.get(f"/personas/{guarded.username}/"))
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "Perdió su teléfono"}).status_code == 404
        assert has_second_factor(guarded)

    def test_who_works_on_the_server_does_it_by_command(self, capsys, guarded, omar):
        call_command("remove_second_factor", guarded.email)
        assert "ingresa con su contraseña" in capsys.readouterr().out
        assert not has_second_factor(guarded)
        with pytest.raises(CommandError, match="no tiene segundo factor"):
            call_command("remove_second_factor", omar.email)
        entry = AuditEntry.objects.get(action="second_factor_removed")
        assert entry.actor_key is None
        assert entry.object_key == str(guarded.learner_key)
        assert entry.at <= timezone.now()


def in_session(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db(transaction=True)
def test_two_that_set_it_up_at_once_are_one(lina):
    clients = [in_session(lina) for _ in range(4)]
    codes = [code_now(client.get(ACTIVATE).context["form"].secret) for client in clients]
    forms = [{"code": code, "password": PASSWORD} for code in codes]
    pairs = zip(clients, forms, strict=True)
    answers = at_once([partial(client.post, ACTIVATE, form) for client, form in pairs])
    assert {answer.status_code for answer in answers} == {302}
    assert Authenticator.objects.filter(user=lina, type=Authenticator.Type.TOTP).count() == 1
    assert AuditEntry.objects.filter(action="second_factor_activated").count() == 1


def test_the_key_stays_the_same_however_often_its_page_is_loaded(client, lina):
    """The application has read the first one; a telephone loads the page anew when one comes back
    from there.
    """
    client.force_login(lina)
    secret = client.get(ACTIVATE).context["form"].secret
    assert client.get(ACTIVATE).context["form"].secret == secret
    wrong = client.post(ACTIVATE, {"code": "000000", "password": PASSWORD})
    assert wrong.context["form"].secret == secret
    client.post(ACTIVATE, {"code": code_now(secret), "password": PASSWORD})
    assert has_second_factor(lina)
    assert secret not in str(dict(client.session))
