"""The register of institutions: who sees and changes what, that an institution which changes never
doubles, and that people and figures follow.
"""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.invariants import check as check_people
from accounts.models import Headcount, Membership, Organisation, OrganisationChange, RegisterEntry
from accounts.queries import chosen_organisation, line_above, organisations_matching
from accounts.services import (
    BeyondTheCeiling,
    Ground,
    add_organisation,
    follow_merges,
    import_organisations,
    relocate_organisation,
)
from audit.models import AuditEntry
from courses.editions import outline_of
from learning.invariants import check as check_learning
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from reporting.invariants import check as check_figures
from reporting.models import Tally
from reporting.services import fold_differences
from territory.models import District

pytestmark = pytest.mark.django_db
REASON = "Lo dice la Ley 31000"
RUC = "20131312955"
REGISTER = "/personas/instituciones/"


def page_of(organisation) -> str:
    return reverse("roster:institution", args=[organisation.uuid])


def address_of(organisation, act) -> str:
    return reverse("roster:institution_act", args=[organisation.uuid, act])


def hidden(client, address) -> dict[str, str]:
    """Return what a page sends by itself."""
    body = client.get(address).content.decode()
    found = {n: re.search(rf'name="{n}" value="([^"]*)"', body) for n in ("uuid", "seen")}
    return {name: match[1] for name, match in found.items() if match}


def send(client, organisation, act, **typed):
    address = address_of(organisation, act)
    return client.post(address, {"reason": REASON, **hidden(client, address), **typed})


def history(organisation) -> list[str]:
    return list(organisation.changes.order_by("pk").values_list("action", flat=True))


def add(client, address="", **typed):
    address = address or reverse("roster:add_institution")
    facts = {"name": "UGEL Zorritos", "kind": "ugel", "district": "Zorritos"}
    return client.post(address, {**hidden(client, address), **facts, **typed})


@pytest.fixture
def zorritos(organisations):
    return organisations["tumbes"]


@pytest.fixture
def acora(organisations):
    return organisations["puno"]


@pytest.mark.parametrize(
    ("typed", "kind", "found"),
    [
        ("zorritos", "", "Zorritos"),
        ("md acora", "", "Ácora"),
        ("", "ugel", "UGEL Puno"),
        (RUC, "", "Ácora"),
        ("21", "", "Ácora"),
    ],
)
def test_institutions_are_found_by_words_kind_code_and_ruc(
    as_oscar, organisations, typed, kind, found
):
    RegisterEntry.objects.create(organisation=organisations["puno"], ruc=RUC, code="21")
    body = as_oscar.get(reverse("roster:institutions"), {"buscar": typed, "tipo": kind})
    assert body.content.decode().count("/personas/instituciones/") >= 1
    names = [str(row) for row, _people in body.context["rows"]]
    assert any(found in name for name in names)
    assert len(names) == 1


def test_a_list_costs_the_same_however_many_there_are(as_oscar, django_assert_max_num_queries):
    import_organisations()
    with django_assert_max_num_queries(14):
        page = as_oscar.get(reverse("roster:institutions"), {"buscar": "tumbes"})
    assert len(page.context["rows"]) > 10
    with django_assert_max_num_queries(14):
        page = as_oscar.get(reverse("roster:institutions"), {"pagina": "2"})
    assert len(page.context["rows"]) == 50


def test_coordinators_see_their_scope_and_mend_the_contact_alone(as_nora, acora, zorritos):
    body = as_nora.get(reverse("roster:institutions")).content.decode()
    assert "Ácora" in body
    assert "Zorritos" not in body
    assert as_nora.get(page_of(zorritos)).status_code == 404
    assert as_nora.get(page_of(acora)).status_code == 200
    for act in ("datos", "renombrar", "trasladar", "unir", "cerrar"):
        assert as_nora.get(address_of(acora, act)).status_code == 404
    send(as_nora, acora, "contacto", email="mesa@acora.gob.pe", telephone="051 123456")
    acora.refresh_from_db()
    assert (acora.told.email, acora.told.telephone) == ("mesa@acora.gob.pe", "051 123456")
    refused = send(as_nora, acora, "contacto", email="", telephone="abc 12")
    assert "Escribe el número, con su código de ciudad" in refused.content.decode()
    assert history(acora) == ["organisation_corrected"]


def test_one_is_added_with_what_is_told_and_what_looks_alike_is_asked_about_once(
    as_oscar, oscar, organisations
):
    ministry = organisations["ministry"]
    answer = add(
        as_oscar,
        ruc="RUC 20 131312955",
        code="300-1",
        parent="Relaciones Exteriores",
        email="mesa@ugel.gob.pe",
    )
    made = Organisation.objects.get(name="UGEL Zorritos")
    assert answer["Location"] == page_of(made)
    assert (made.told.ruc, made.told.code, made.told.parent) == (RUC, "300-1", ministry)
    assert made.district.name == "Zorritos"
    assert history(made) == ["organisation_added"]
    entry = AuditEntry.objects.get(action="organisation_added")
    assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(made.uuid))
    body = as_oscar.get(page_of(made)).content.decode()
    assert "Depende de" in body
    assert "Ministerio de Relaciones Exteriores" in body
    page = add(as_oscar, kind="other")
    assert "Ya hay una parecida en esa región" in page.content.decode()
    assert add(as_oscar, kind="other", double_seen="1").status_code == 302


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "Escribe el nombre completo"),
        ({"district": "Aco"}, "Hay varios distritos así"),
        ({"district": "Santa Rosa"}, "Hay 10 distritos así, como"),
        ({"district": "Atlántida"}, "No hay un distrito «Atlántida»"),
        ({"ruc": "20131312956"}, "no es el que debe ser"),
        ({"ruc": "10131312955"}, "empieza con 20"),
        ({"parent": "Ministerio del Mar"}, "No encontramos «Ministerio del Mar»"),
        ({"email": "mesa"}, "correo"),
        ({"kind": "district", "name": "Municipalidad Distrital de Zorritos"}, "parecida"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_oscar, organisations, typed, told):
    body = add(as_oscar, **typed).content.decode()
    assert told in body
    assert 'value="UGEL Zorritos"' in body or "name" in typed
    assert not OrganisationChange.objects.exists()


def test_the_same_form_sent_twice_is_one_institution(as_oscar, organisations):
    sent = hidden(as_oscar, reverse("roster:add_institution"))
    assert add(as_oscar, **sent)["Location"] == add(as_oscar, double_seen="1", **sent)["Location"]
    assert Organisation.objects.filter(name="UGEL Zorritos").count() == 1


def test_code_and_ruc_belong_to_one(as_oscar, zorritos, acora):
    send(as_oscar, acora, "datos", ruc=RUC, code="7")
    assert "tiene ese RUC" in send(as_oscar, zorritos, "datos", ruc=RUC).content.decode()
    assert "tiene ese código" in send(as_oscar, zorritos, "datos", code="7").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(organisation=zorritos, ruc=RUC)


def test_a_parent_below_itself_is_refused(as_oscar, zorritos, acora):
    send(as_oscar, acora, "datos", parent="Zorritos")
    body = send(as_oscar, zorritos, "datos", parent="Ácora").content.decode()
    assert "depende de esta" in body


def test_what_stands_above_follows_from_the_territory():
    import_organisations()
    casitas = Organisation.objects.select_related("district").get(district__name="Casitas")
    assert [str(each) for each in line_above(casitas)] == [
        "Municipalidad Provincial de Contralmirante Villar",
        "Gobierno Regional de Tumbes",
    ]


def test_a_renamed_one_keeps_its_former_name_and_history_cannot_be_changed(as_oscar, acora):
    send(as_oscar, acora, "renombrar", name="Municipalidad Distrital de Nueva Ácora")
    acora.refresh_from_db()
    assert acora.name == "Municipalidad Distrital de Nueva Ácora"
    body = as_oscar.get(page_of(acora)).content.decode()
    assert "Se llamaba" in body
    assert "Municipalidad Distrital de Ácora" in body
    assert REASON in body
    change = acora.changes.get()
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()
    assert [one.name for one in organisations_matching("nueva acora")[0]] == [acora.name]


def test_a_reason_is_needed_and_a_page_of_before_changes_nothing(as_oscar, acora):
    body = send(as_oscar, acora, "renombrar", name="Otra", reason="").content.decode()
    assert "Escribe por qué lo haces" in body
    before = hidden(as_oscar, address_of(acora, "renombrar"))
    send(as_oscar, acora, "datos", code="9")
    body = send(as_oscar, acora, "renombrar", name="Otra", **before).content.decode()
    assert "cambió después de que abriste esta página" in body
    acora.refresh_from_db()
    assert acora.name == "Municipalidad Distrital de Ácora"
    assert "Así está ya" in send(as_oscar, acora, "renombrar", name=acora.name).content.decode()


@pytest.mark.parametrize("act", ["trasladar", "renombrar"])
def test_what_changed_never_doubles(as_oscar, act):
    import_organisations()
    ugel = Organisation.objects.get(name="UGEL Tumbes")
    typed = {
        "trasladar": {"kind": "other", "district": "Zorritos"},
        "renombrar": {"name": "Unidad de Gestión Educativa Local de Tumbes"},
    }
    assert send(as_oscar, ugel, act, **typed[act]).status_code == 302
    assert import_organisations() == 0


def study(user, course, *, whole: bool) -> Enrolment:
    """Enrol somebody, and let them complete the course."""
    enrolment = enrol_learner(user=user, course=course, received_at=timezone.now())
    activities = outline_of(course.latest_edition_id).activities if whole else ()
    for activity in activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=user.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    enrolment.refresh_from_db()
    return enrolment


def counted(course) -> dict[tuple[int, str], tuple[int, int]]:
    """Return assigned and completed by institution and district, without what is nothing."""
    fold_differences()
    rows = Tally.objects.filter(course_id=course.pk).exclude(assigned=0, completed=0)
    return {(row.organisation_id, row.district_code): (row.assigned, row.completed) for row in rows}


def breaches() -> list[str]:
    found = (*check_learning(), *check_figures(), *check_people())
    return [finding.name for finding in found if finding.violations]


def test_people_posts_and_figures_follow_a_merge(as_oscar, course, lina, person, zorritos, acora):
    rosa = person("Rosa", organisation="tumbes")
    study(lina, course, whole=False)
    study(rosa, course, whole=True)
    Membership.objects.filter(user=lina).update(confirmed_at=timezone.now())
    assert counted(course) == {(zorritos.pk, zorritos.district_id): (2, 1)}
    address = address_of(zorritos, "unir")
    body = as_oscar.get(address, {"buscar": "acora"}).content.decode()
    assert "Hoy trabajan en ella 2 personas." in body
    answer = send(as_oscar, zorritos, "unir", into=acora.uuid)
    assert answer["Location"] == page_of(zorritos)
    zorritos.refresh_from_db()
    assert (zorritos.told.merged_into, zorritos.told.closed_on) == (acora, timezone.localdate())
    for each in (lina, rosa):
        post = Membership.objects.get(user=each, ended_on=None)
        assert (post.organisation, post.post) == (acora, "Especialista")
    assert Membership.objects.get(user=lina, ended_on=None).confirmed_at
    assert not Membership.objects.get(user=rosa, ended_on=None).confirmed_at
    assert counted(course) == {
        (zorritos.pk, zorritos.district_id): (1, 1),
        (acora.pk, acora.district_id): (1, 0),
    }
    assert breaches() == []
    assert history(zorritos) == ["organisation_merged"]
    assert history(acora) == ["organisation_joined"]
    assert follow_merges(timezone.now()) == 0
    assert organisations_matching("zorritos")[0] == []
    for answer in (
        as_oscar.get(address, follow=True),
        send(as_oscar, zorritos, "renombrar", name="X"),
    ):
        assert f"se unió a «{acora}»" in answer.content.decode()


def test_who_comes_to_a_merged_one_later_follows_too(as_oscar, omar, zorritos, acora):
    send(as_oscar, zorritos, "unir", into=acora.uuid)
    Membership.objects.filter(user=omar).update(organisation=zorritos)
    assert follow_merges(timezone.now()) == 1
    assert Membership.objects.get(user=omar, ended_on=None).organisation == acora


def test_a_change_of_district_moves_what_is_in_progress(as_oscar, course, lina, person, zorritos):
    rosa = person("Rosa", organisation="tumbes")
    study(lina, course, whole=False)
    study(rosa, course, whole=True)
    former = zorritos.district_id
    answer = send(as_oscar, zorritos, "trasladar", kind="district", district="Casitas")
    assert answer.status_code == 302
    zorritos.refresh_from_db()
    assert zorritos.district.name == "Casitas"
    assert counted(course) == {
        (zorritos.pk, former): (1, 1),
        (zorritos.pk, zorritos.district_id): (1, 0),
    }
    assert breaches() == []
    assert Organisation.objects.filter(name=zorritos.name).count() == 1


def test_one_is_closed_when_nobody_serves_there_and_opened_again(as_oscar, lina, zorritos):
    body = send(as_oscar, zorritos, "cerrar").content.decode()
    assert "Todavía trabaja en ella 1 persona." in body
    Membership.objects.filter(user=lina).update(ended_on=date(2026, 1, 1))
    assert send(as_oscar, zorritos, "cerrar").status_code == 302
    assert organisations_matching("zorritos")[0] == []
    closed = as_oscar.get(reverse("roster:institutions"), {"estado": "cerradas"})
    assert "Zorritos" in closed.content.decode()
    assert send(as_oscar, zorritos, "abrir").status_code == 302
    assert len(organisations_matching("zorritos")[0]) == 1
    assert history(zorritos) == ["organisation_closed", "organisation_reopened"]


def test_headcounts_have_source_and_date_and_the_newest_holds(as_nora, acora):
    facts = {"group": "counter", "source": "CAP 2026", "counted_on": "2026-03-31"}
    send(as_nora, acora, "personal", count="12", **facts)
    send(as_nora, acora, "personal", count="9", **facts | {"counted_on": "2025-03-31"})
    body = as_nora.get(page_of(acora)).content.decode()
    assert "Atención al público: 12" in body
    assert "CAP 2026 · 31/03/2026" in body
    assert Headcount.objects.count() == 2
    assert "Así está ya" in send(as_nora, acora, "personal", count="12", **facts).content.decode()
    late = send(as_nora, acora, "personal", count="12", **facts | {"counted_on": "2999-01-01"})
    assert "todavía no llega" in late.content.decode()


def test_an_operator_of_one_region_keeps_the_register_there_alone(client, person, acora, zorritos):
    regional = person("Iris", role="operator", areas=["21"])
    client.force_login(regional)
    assert client.get(page_of(zorritos)).status_code == 404
    elsewhere = send(client, acora, "trasladar", kind="district", district="240101")
    assert "fuera de tu ámbito" in elsewhere.content.decode()
    assert "fuera de tu ámbito" in send(client, acora, "unir", into=zorritos.uuid).content.decode()
    assert "fuera de tu ámbito" in add(client).content.decode()
    assert send(client, acora, "renombrar", name="Municipalidad de Ácora").status_code == 302


def test_services_refuse_who_holds_no_such_role(max_, nora, acora):
    ground = Ground(nora, timezone.now(), uuid4(), REASON)
    district = District.objects.get(code="210101")
    with pytest.raises(BeyondTheCeiling):
        relocate_organisation(acora, kind="ugel", district=district, ground=ground)
    with pytest.raises(BeyondTheCeiling):
        add_organisation({"name": "X", "kind": "ugel", "district": district}, ground)


def test_a_closed_institution_is_chosen_by_nobody(as_oscar, zorritos):
    send(as_oscar, zorritos, "cerrar")
    assert chosen_organisation(str(zorritos.uuid)) is None


def test_a_page_of_one_that_was_merged_meanwhile_says_so(as_oscar, zorritos, acora):
    address = address_of(zorritos, "trasladar")
    opened = {"reason": REASON, **hidden(as_oscar, address), "kind": "ugel", "district": "240101"}
    renamed = {**hidden(as_oscar, address_of(zorritos, "renombrar")), "name": "Otra"}
    send(as_oscar, zorritos, "unir", into=acora.uuid)
    told = f"«{zorritos}» se unió a «{acora}», {acora.district.name}: usa esa."
    answer = as_oscar.post(address, opened)
    assert told in answer.content.decode()
    assert answer.context["form"]["reason"].value() == REASON
    answer = as_oscar.post(address_of(zorritos, "renombrar"), {"reason": REASON, **renamed})
    assert answer.context["form"]["name"].value() == "Otra"
    assert told in as_oscar.get(address, follow=True).content.decode()


def test_a_person_is_not_moved_to_one_that_was_merged_meanwhile(as_oscar, lina, acora, places):
    old = Organisation.objects.create(kind="other", name="Posta vieja", district=places["tumbes"])
    send(as_oscar, old, "unir", into=acora.uuid)
    address = reverse("roster:move", args=[lina.username])
    typed = {"entidad": old.uuid, "cargo": "Jefa", "reason": REASON, **hidden(as_oscar, address)}
    answer = as_oscar.post(address, typed)
    assert f"«Posta vieja» se unió a «{acora}»" in answer.content.decode()
    assert answer.context["form"]["cargo"].value() == "Jefa"


def test_a_search_looks_in_the_scope_before_it_is_cut(client, nora, oscar, acora, places):
    district = places["tumbes"]
    Organisation.objects.bulk_create(
        Organisation(kind="other", name=f"Municipalidad {number:03}", district=district)
        for number in range(510)
    )
    client.force_login(nora)
    assert acora.name in client.get(REGISTER, {"buscar": "municipalidad"}).content.decode()
    client.force_login(oscar)
    page = client.get(REGISTER, {"buscar": "municipalidad"}).content.decode()
    assert re.search(r"<h2[^>]*>\s*512 entidades", page)
    address = reverse("roster:add_institution")
    again = {"name": "Municipalidad", "kind": "other", "district": acora.district_id}
    assert acora.name in client.post(address, again).content.decode()


def test_a_page_sent_again_with_other_words_is_another_change(as_oscar, zorritos):
    address = address_of(zorritos, "renombrar")
    sent = {"reason": REASON, **hidden(as_oscar, address), "name": "Municipalidad A"}
    for _time in range(2):
        assert as_oscar.post(address, sent).status_code == 302
    body = as_oscar.post(address, {**sent, "name": "Municipalidad B"}).content.decode()
    assert "Esta entidad cambió después de que abriste esta página." in body
    again = {n: re.search(rf'name="{n}" value="([^"]*)"', body)[1] for n in ("uuid", "seen")}
    assert as_oscar.post(address, {**sent, **again, "name": "Municipalidad B"}).status_code == 302
    zorritos.refresh_from_db()
    assert zorritos.name == "Municipalidad B"
    assert history(zorritos) == ["organisation_renamed"] * 2


def test_each_act_sent_again_is_done_once(as_oscar, zorritos, acora):
    acts = {
        "datos": {"code": "A1", "ruc": "", "parent": "", "email": "", "telephone": "072 521234"},
        "personal": {"group": "all", "count": "5", "source": "CAP", "counted_on": "2026-01-31"},
        "trasladar": {"kind": "other", "district": zorritos.district_id},
        "unir": {"into": str(acora.uuid)},
    }
    for act, typed in acts.items():
        address = address_of(zorritos, act)
        sent = {"reason": REASON, **hidden(as_oscar, address), **typed}
        answers = [as_oscar.post(address, sent) for _time in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], act
    assert len(history(zorritos)) == 4
    assert history(acora) == ["organisation_joined"]


def test_adding_sent_again_leads_where_the_first_led(as_oscar, places):
    address = reverse("roster:add_institution")
    sent = {**hidden(as_oscar, address), "name": "UGEL Zorritos", "kind": "ugel"}
    sent["district"] = places["tumbes"].code
    first, second = (as_oscar.post(address, sent) for _time in range(2))
    assert second["Location"] == first["Location"]
    other = as_oscar.post(address, {**sent, "name": "UGEL Contralmirante"}).content.decode()
    assert "«UGEL Zorritos»" in other
    assert f'value="{sent["uuid"]}"' not in other


@pytest.mark.parametrize("seen", ["9" * 5000, "9" * 30, "²", "-1", "x"])
def test_what_a_page_says_it_saw_is_read_with_care(as_oscar, zorritos, seen):
    assert send(as_oscar, zorritos, "renombrar", name="Otra", seen=seen).status_code in (200, 302)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "-"}, "Escribe el nombre con letras."),
        ({"name": "20131312955"}, "Escribe el nombre con letras."),
        ({"email": "a@x.pe; b@x.pe"}, "Escribe un solo correo."),
    ],
)
def test_what_is_added_can_be_found_and_written_to(as_oscar, organisations, typed, told):
    assert told in add(as_oscar, **typed).content.decode()
    assert not Organisation.objects.filter(name__in=("-", RUC)).exists()


def test_nobody_counted_long_ago(as_oscar, zorritos):
    typed = {"group": "all", "count": "5", "source": "CAP", "counted_on": "0226-03-31"}
    page = send(as_oscar, zorritos, "personal", **typed).content.decode()
    assert "Esa fecha es muy antigua: revisa el año." in page
