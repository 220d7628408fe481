"""Checks the register of norms: complete, repeatable, and honest about what is not in force."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.roles import sync_roles
from norms.choosers import norm_chooser_viewset
from norms.models import Norm, RegisterVersion
from norms.services import import_norms, read_register, save_norm

pytestmark = pytest.mark.django_db


def test_the_register_is_loaded_whole_and_once():
    first, second = import_norms(read_register()), import_norms(read_register())
    assert (first.added, second.added, second.unchanged) == (182, 0, 182)


def test_a_norm_compared_with_its_text_since_is_not_overwritten():
    import_norms(read_register())
    norm = Norm.objects.get(pk="LEY-27891")
    norm.title, norm.checked_on = "Título revisado", date(2026, 12, 15)
    save_norm(norm)
    import_norms(read_register())
    norm.refresh_from_db()
    assert norm.title == "Título revisado"


def test_each_change_raises_the_version_of_the_register():
    import_norms(read_register())
    before = RegisterVersion.objects.get().number
    save_norm(Norm.objects.get(pk="LEY-27891"))
    assert RegisterVersion.objects.get().number == before + 1


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("LEY-27891", False),
        ("RM-447-2020-MINEDU", True),
        ("DS-015-2017-RE", True),
        ("DLEG-1246", True),
    ],
)
def test_a_citation_says_when_a_norm_is_not_in_force_or_not_verified(code, is_told):
    import_norms(read_register())
    value = {"norm": Norm.objects.get(pk=code), "locator": "art. 1", "says": "<p>Dice</p>"}
    html = render_to_string("norms/blocks/citation.html", {"value": value})
    assert (
        "Cuidado" in html or "verifica" in html.lower() or "atención" in html.lower()
    ) == is_told
    assert (
        "Copia consultada: junio de 2026" in html or "Comparada con su texto el 28/11/2026" in html
    )


@pytest.mark.parametrize(
    ("kind", "number", "title", "cited"),
    [
        ("Ley", "30001", "Ley de Reinserción", "Ley 30001, Ley de Reinserción"),
        (
            "Ley orgánica",
            "27972",
            "Ley Orgánica de Municipalidades",
            "Ley 27972, Ley Orgánica de Municipalidades",
        ),
        ("Decreto supremo", "007-2017-IN", "Reglamento", "Decreto supremo 007-2017-IN, Reglamento"),
        (
            "Texto Único Ordenado",
            "DS 004-2019-JUS",
            "TUO de la Ley N.° 27444",
            "DS 004-2019-JUS, TUO de la Ley N.° 27444",
        ),
        ("Tratado", "—", "Convención sobre el Estatuto", "Convención sobre el Estatuto"),
        ("Decreto supremo", "por-verificar", "Incorporación al SIS", "Incorporación al SIS"),
        (
            "Constitución",
            "1993",
            "Constitución Política del Perú",
            "Constitución Política del Perú",
        ),
        ("Ley", "27891", "Ley 27891, del Refugiado", "Ley 27891, del Refugiado"),
    ],
)
def test_a_norm_is_cited_with_its_number(kind, number, title, cited):
    assert Norm(type=kind, number=number, title=title).cited == cited


def test_the_register_says_which_texts_were_compared_and_when():
    import_norms(read_register())
    compared = Norm.objects.exclude(checked_on=None)
    assert set(compared.values_list("checked_on", flat=True)) == {date(2026, 11, 28)}
    assert compared.count() == 48
    assert {"LEY-27891", "DLEG-1582", "LEY-32192", "LEY-32535"} <= set(
        compared.values_list("code", flat=True)
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("LEY-27891", "Comparada con su texto el 28/11/2026"),
        ("DLEG-1350", "Copia consultada: junio de 2026"),
    ],
)
def test_a_citation_says_up_to_when_its_text_is_known(code, told):
    import_norms(read_register())
    value = {"norm": Norm.objects.get(pk=code), "locator": "", "says": "<p>Dice</p>"}
    assert told in render_to_string("norms/blocks/citation.html", {"value": value})


def test_an_older_copy_of_the_register_does_not_undo_a_newer_check():
    import_norms(read_register())
    rows = [
        {**row, "title": "Título viejo", "checked_on": ""}
        for row in read_register()
        if row["code"] == "LEY-27891"
    ]
    assert import_norms(rows).unchanged == 1
    assert Norm.objects.get(pk="LEY-27891").title != "Título viejo"


def test_a_state_is_not_said_twice():
    import_norms(read_register())
    assert Norm.objects.get(pk="LEY-27972").state_note == ""
    assert "prórroga" in Norm.objects.get(pk="LEY-31827").state_note


def test_whoever_chooses_a_norm_reads_its_number_and_state(client, ada):
    sync_roles(today=timezone.localdate())
    facts = {"type": "Ley", "title": "Ley antigua", "date_text": "1999", "issuer": "Congreso"}
    Norm.objects.create(
        code="LEY-27000",
        number="27000",
        state=Norm.State.REPEALED,
        checked_on=date(2026, 11, 5),
        **facts,
    )
    client.force_login(ada)
    for address in ("norm_chooser:choose", "norm_chooser:choose_results"):
        answer = client.get(reverse(address))
        shown = (
            answer.json()["html"] if "json" in answer["Content-Type"] else answer.content.decode()
        )
        for told in (
            "Ley antigua",
            "27000",
            "<strong>Derogada</strong>",
            "Texto conocido al",
            "2026",
        ):
            assert told in shown


def test_a_chosen_norm_that_is_not_in_force_says_so(client, ada):
    sync_roles(today=timezone.localdate())
    facts = {"type": "Ley", "title": "Ley antigua", "date_text": "1999", "issuer": "Congreso"}
    norm = Norm.objects.create(code="LEY-27000", number="27000", state=Norm.State.REPEALED, **facts)
    client.force_login(ada)
    told = "Ley 27000, Ley antigua · Derogada"
    assert (
        client.get(reverse("norm_chooser:chosen", args=[norm.pk])).json()["result"]["title"] == told
    )
    assert told in norm_chooser_viewset.widget_class().render("norma", norm.pk, {"id": "norma"})
