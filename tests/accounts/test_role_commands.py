"""Tests the commands that make operators and give and end roles: what a site without anybody is
started with.
"""

from datetime import date, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.permissions import holds_role
from accounts.services import BeyondTheCeiling, end_role, grant_role
from audit.models import AuditEntry
from tests.factories.second_factor import code_now

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "mi perro come papaya"
EMAIL = "operaciones@academia.example.pe"


def run(name, *words) -> str:
    said = StringIO()
    call_command(name, *words, stdout=said)
    return said.getvalue()


def refusal(name, *words) -> str:
    with pytest.raises(CommandError) as refused:
        run(name, *words)
    return str(refused.value)


def link_in(said: str) -> str:
    return urlsplit(said.strip().splitlines()[-1]).path


def choose_password(client, link: str) -> int:
    form = client.get(link, follow=True)
    return client.post(
        form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    ).status_code


class TestCreateOperator:
    def test_the_first_operator_chooses_a_password_and_works(self, client, site, settings):
        run("sync_roles")
        said = run("create_operator", EMAIL)
        link = link_in(said)
        assert said.strip().splitlines()[-1].startswith(settings.BASE_URL)
        assert choose_password(client, link) == 302
        client.logout()
        answer = client.post("/cuenta/ingresar/", {"username": EMAIL, "password": NEW_PASSWORD})
        assert answer["Location"] == "/cuenta/segundo-factor/activar/"
        assert client.get("/gestion/")["Location"].startswith("/cuenta/segundo-factor/activar/")
        page = client.get(answer["Location"])
        form = {"code": code_now(page.context["form"].secret), "password": NEW_PASSWORD}
        assert client.post(answer["Location"], form).status_code == 302
        assert client.get("/gestion/").status_code == 200
        assert client.get("/gestion/users/").status_code == 200
        operator = User.objects.get(email=EMAIL)
        assert holds_role(operator, "operator")
        assert not operator.is_superuser
        acts = AuditEntry.objects.filter(object_key=str(operator.learner_key)).values_list(
            "action", flat=True
        )
        assert {"role_granted", "password_link_given"} <= set(acts)

    def test_the_link_works_once(self, client, site):
        link = link_in(run("create_operator", EMAIL))
        choose_password(client, link)
        client.logout()
        page = client.get(link, follow=True)
        assert "password1" not in page.content.decode()

    def test_a_lost_link_is_given_again_until_a_password_is_chosen(self, client, site):
        run("create_operator", EMAIL)
        assert choose_password(client, link_in(run("create_operator", EMAIL.upper()))) == 302
        assert User.objects.filter(email=EMAIL).count() == 1
        assert "ya es operador. Si olvidó su contraseña" in refusal("create_operator", EMAIL)

    def test_the_e_mail_of_somebody_else_is_refused(self, lina, oscar):
        assert "ya es de otra persona, que hoy no es operador" in refusal(
            "create_operator", lina.email
        )
        assert "ya es operador" in refusal("create_operator", oscar.email)
        assert not holds_role(lina, "operator")

    @pytest.mark.parametrize(
        "email", ["operaciones", "", "a b@example.pe", "a" * 300 + "@x.pe", "peña@example.pe"]
    )
    def test_what_is_no_e_mail_is_refused(self, email):
        assert "no es un correo" in refusal("create_operator", email)
        assert not User.objects.exists()

    def test_an_operator_no_more_is_shown_the_way(self, lina, oscar):
        run("grant_role", lina.email, "operator", "--as", oscar.email)
        run("end_role", lina.email, "operator", "--as", oscar.email)
        assert f"grant_role {lina.email} operator --as" in refusal("create_operator", lina.email)


class TestGrantRole:
    def test_a_role_within_a_scope_as_the_operator(self, lina, oscar):
        said = run(
            "grant_role",
            lina.email,
            "coordinator",
            "--as",
            oscar.email,
            "--areas",
            "24,21",
            "--kinds",
            "ugel",
            "district",
            "--until",
            "2099-03-31",
        )
        assert "Tumbes" in said
        assert "hasta el 2099-03-31" in said
        grant = RoleGrant.objects.get(user=lina)
        assert (grant.area_codes, grant.kinds, grant.ends_on) == (
            ["21", "24"],
            ["district", "ugel"],
            date(2099, 4, 1),
        )
        entry = AuditEntry.objects.get(action="role_granted")
        assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(lina.learner_key))
        assert entry.details["ends_on"] == "2099-04-01"

    def test_without_a_scope_it_says_the_whole_country(self, lina, oscar):
        assert "todo el país, sin fecha de fin" in run(
            "grant_role", lina.email, "author", "--as", oscar.email
        )
        assert [group.name for group in lina.groups.all()] == ["Formadores"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["nadie@example.org", "author"], "Nadie tiene el correo nadie@example.org"),
            (["lina@demo.example", "jefa"], "No existe el rol «jefa». Hay: learner, author"),
            (["lina@demo.example", "analyst", "--areas", "99"], "No existe la región 99. Hay: "),
            (
                ["lina@demo.example", "analyst", "--kinds", "army"],
                "No existe el tipo de entidad army. Hay: ministry",
            ),
            (
                ["lina@demo.example", "analyst", "--until", "mañana"],
                "--until es una fecha como 2027-03-31",
            ),
            (["lina@demo.example", "analyst", "--until", "2020-01-01"], "ya pasó"),
            (["lina@demo.example", "analyst", "--until", "9999-12-31"], "se escribe sin --until"),
            (["oscar@demo.example", "author"], "Nadie se da un rol"),
        ],
    )
    def test_a_slip_is_told_in_words_and_gives_nothing(self, lina, oscar, words, told):
        before = RoleGrant.objects.count()
        assert told in refusal("grant_role", *words, "--as", oscar.email)
        assert RoleGrant.objects.count() == before

    def test_only_an_operator_gives_the_order(self, lina, max_):
        assert "no es operador hoy" in refusal(
            "grant_role", lina.email, "coordinator", "--as", max_.email, "--areas", "24"
        )
        assert not holds_role(lina, "coordinator")

    @pytest.mark.parametrize("name", ["nadie@example.org", "41234567"])
    def test_an_order_is_given_in_the_name_of_an_e_mail(self, lina, name):
        told = refusal("grant_role", lina.email, "author", "--as", name)
        assert "en --as va el correo del operador" in told
        assert "registre" not in told

    def test_whoever_was_switched_off_gives_no_order(self, lina, oscar):
        User.objects.filter(pk=oscar.pk).update(is_active=False)
        assert "desactivada" in refusal("grant_role", lina.email, "author", "--as", oscar.email)


class TestEndRole:
    def test_it_ends_at_once(self, ada, oscar):
        assert "ya no es Formador" in run("end_role", ada.email, "author", "--as", oscar.email)
        assert not holds_role(ada, "author")
        assert AuditEntry.objects.get(action="role_ended").actor_key == oscar.learner_key
        assert "no tiene el rol author" in refusal(
            "end_role", ada.email, "author", "--as", oscar.email
        )

    def test_one_with_a_date_ends_too(self, lina, oscar):
        run("grant_role", lina.email, "author", "--as", oscar.email, "--until", "2099-12-31")
        run("end_role", lina.email, "author", "--as", oscar.email)
        assert not holds_role(User.objects.get(pk=lina.pk), "author")

    def test_nobody_ends_their_own(self, oscar):
        assert "que lo haga otro operador" in refusal(
            "end_role", oscar.email, "operator", "--as", oscar.email
        )
        assert holds_role(oscar, "operator")

    def test_an_operator_for_a_time_does_not_end_the_only_one_for_good(self, lina, oscar, person):
        run("grant_role", lina.email, "operator", "--as", oscar.email, "--until", "2099-12-31")
        for words in (
            ["end_role", oscar.email, "operator"],
            ["grant_role", oscar.email, "operator", "--until", "2099-01-31"],
        ):
            assert "Es el único operador sin fecha de fin" in refusal(*words, "--as", lina.email)
        assert RoleGrant.objects.get(user=oscar).ends_on is None
        eva = person("Eva")
        run("grant_role", eva.email, "operator", "--as", oscar.email)
        assert "ya no es Operador" in run("end_role", oscar.email, "operator", "--as", eva.email)


class TestEnds:
    def test_a_new_end_replaces_the_one_before(self, lina):
        tomorrow = timezone.localdate() + timedelta(days=1)
        grant_role(user=lina, role="author", is_national=True, ends_on=tomorrow, now=timezone.now())
        grant_role(user=lina, role="author", is_national=True, now=timezone.now())
        held = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=lina)
        assert [grant.ends_on for grant in held] == [None]

    def test_no_role_lasts_longer_than_that_of_who_gives_it(self, max_, lina):
        tomorrow = timezone.localdate() + timedelta(days=1)
        RoleGrant.objects.filter(user=max_).update(ends_on=tomorrow)
        for ends_on in (None, tomorrow + timedelta(days=1)):
            with pytest.raises(BeyondTheCeiling):
                grant_role(
                    user=lina,
                    role="coordinator",
                    area_codes=["24"],
                    ends_on=ends_on,
                    granted_by=max_,
                    now=timezone.now(),
                )
        grant = grant_role(
            user=lina,
            role="coordinator",
            area_codes=["24"],
            ends_on=tomorrow,
            granted_by=max_,
            now=timezone.now(),
        )
        end_role(grant=grant, ended_by=max_, now=timezone.now())
        assert not holds_role(lina, "coordinator")

    def test_an_end_before_the_start_is_refused_by_the_database(self, lina):
        with (
            pytest.raises(IntegrityError, match="grant_ends_after_it_starts"),
            transaction.atomic(),
        ):
            RoleGrant.objects.create(
                user=lina,
                role="author",
                is_national=True,
                starts_on=date(2026, 2, 1),
                ends_on=date(2026, 1, 1),
            )


def test_superusers_are_not_made_here():
    assert "create_operator" in refusal("createsuperuser")


def test_nobody_chooses_a_password_for_somebody_else(lina):
    before = lina.password
    assert "/cuenta/recuperar/" in refusal("changepassword", lina.username)
    lina.refresh_from_db()
    assert lina.password == before


@pytest.mark.parametrize(
    "options",
    [["createsuperuser", "--noinput", "--email", "x@example.org"], ["changepassword", "lina"]],
    ids=["super", "password"],
)
def test_refused_commands_of_django_end_in_one_sentence(options, capsys):
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *options]).execute()
    assert ended.value.code == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.startswith("CommandError: ") for line in said] == [True]


@pytest.mark.parametrize("name", ["add", "edit"])
def test_the_screen_of_a_person_promises_no_role(client, site, oscar, lina, name):
    call_command("sync_roles", stdout=StringIO())
    client.force_login(oscar)
    address = "/gestion/users/new/" if name == "add" else f"/gestion/users/edit/{lina.pk}/"
    page = client.get(address).content.decode()
    assert "tab-roles" not in page
    assert 'name="groups"' not in page
    assert "manage.py grant_role" in page
    assert 'name="first_name"' in page


def test_a_liaison_is_given_by_institution_and_day(oscar, lina, organisations):
    place = organisations["tumbes"]
    words = ("grant_role", lina.email, "liaison", "--as", oscar.email)
    for wrong in (
        (),
        ("--institution", str(place.uuid)),
        ("--until", "2099-01-31"),
        ("--institution", str(place.uuid), "--until", "2099-01-31", "--areas", "24"),
    ):
        assert "--institution" in refusal(*words, *wrong)
    unknown = refusal(*words, "--institution", "nada", "--until", "2099-01-31")
    assert "No existe la entidad nada." in unknown
    said = run(*words, "--institution", str(place.uuid), "--until", "2099-01-31")
    assert place.name in said
    grant = RoleGrant.objects.get(user=lina, role="liaison")
    assert (grant.organisation, grant.ends_on) == (place, date(2099, 2, 1))
