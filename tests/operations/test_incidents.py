"""The record of incidents: the hours run from detection, entries are appended and never changed,
closing asks for what was told to whom and when (P16).
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import AuditEntry
from operations.incidents import (
    AlreadyClosed,
    Told,
    close,
    countdown,
    forget_closed_incidents,
    missing_steps,
    note,
    open_incident,
)
from operations.models import Incident, IncidentEntry
from privacy.data_map import holdings

pytestmark = pytest.mark.django_db
INCIDENTS, HOME = "/operacion/incidentes/", "/operacion/"
Kind = IncidentEntry.Kind


@pytest.fixture
def as_oscar(client, oscar):
    client.force_login(oscar)
    return client


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def opened(oscar, hours=0.0, **changed) -> Incident:
    now = timezone.now()
    facts = {
        "title": "Laptop perdida",
        "what": "Con una sesión abierta",
        "scope": Told(Kind.SCOPE, "Nombres y cargos", people=12),
        "detected_at": now - timedelta(hours=hours),
        "uuid": uuid4(),
    }
    return open_incident(by=oscar, now=now, **facts | changed)


def typed(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def moment(at) -> str:
    return " ".join(date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT").split())


def noted(client, incident, **data):
    return client.post(f"{INCIDENTS}{incident.uuid}/", data)


def test_an_incident_goes_from_its_opening_to_its_end(as_oscar, oscar):
    now, act = timezone.now(), str(uuid4())
    form = {"title": "Laptop perdida", "what": "La dejaron en un taxi.", "scope": "Nombres",
            "people": "", "detected_at": typed(now - timedelta(hours=5)), "act": act}  # fmt: skip
    for _ in range(2):
        as_oscar.post(f"{INCIDENTS}nuevo/", form)
    incident = Incident.objects.get()
    assert [entry.kind for entry in incident.entries.all()] == ["happened", "scope"]
    page = f"{INCIDENTS}{incident.uuid}/"
    assert "Quedan 42 horas para avisar a la autoridad" in text_of(as_oscar.get(page))
    assert "Quedan 42 horas" in text_of(as_oscar.get(HOME))
    assert "Laptop perdida" in text_of(as_oscar.get(HOME))
    act = str(uuid4())
    for _ in range(2):
        noted(as_oscar, incident, kind="contained", words="Cuenta desactivada.",
              done_at=typed(now), act=act)  # fmt: skip
    noted(as_oscar, incident, kind="scope", words="Son de Tumbes.", people="40")
    body = text_of(as_oscar.get(page))
    assert "40 personas afectadas, según lo último anotado." in body
    assert body.index("Son de Tumbes.") < body.index("La dejaron en un taxi.")
    closing = text_of(as_oscar.get(f"{page}cerrar/"))
    assert "Contención: Cuenta desactivada." in closing
    for asked in ("Evidencia:", "Autoridad:", "Personas afectadas:"):
        assert asked in closing
    answer = as_oscar.post(f"{page}cerrar/", {"words": "Se cifran las laptops."})
    assert "Escribe qué se hizo, o por qué no." in text_of(answer)
    assert answer.context["form"]["words"].value() == "Se cifran las laptops."
    as_oscar.post(f"{page}cerrar/", {
        "words": "Se cifran las laptops.",
        "evidence_words": "evidencia.zip, en el disco cifrado", "evidence_at": typed(now),
        "authority_words": "Oficio 12, por mesa de partes", "authority_at": typed(now),
        "affected_words": "La asesoría dijo que no hace falta", "affected_at": "",
    })  # fmt: skip
    incident.refresh_from_db()
    assert incident.closed_at is not None
    assert missing_steps(incident.entries.all()) == []
    body = text_of(as_oscar.get(page))
    assert "Se avisó a la autoridad" in body
    assert "No se hizo, con motivo" in body
    assert "Laptop perdida" not in text_of(as_oscar.get(HOME))
    assert "Cerrado:" in text_of(as_oscar.get(INCIDENTS))
    lines = AuditEntry.objects.filter(object_type="incident", object_key=str(incident.uuid))
    assert [line.action for line in lines] == [
        "incident_opened",
        "incident_noted",
        "incident_noted",
        "incident_closed",
    ]
    assert "taxi" not in str([line.details for line in lines])


def test_what_is_written_anew_on_the_same_page_is_not_lost(as_oscar, oscar):
    form = {"title": "Laptop perdida", "what": "En un taxi.", "scope": "Nombres", "people": "",
            "detected_at": typed(timezone.now() - timedelta(hours=5)), "act": uuid4()}  # fmt: skip
    for changed in ({}, {"what": "En el aeropuerto."}, {"scope": "Documentos"}) * 2:
        as_oscar.post(f"{INCIDENTS}nuevo/", form | changed)
    first, second, third = Incident.objects.order_by("pk")
    told = [list(each.entries.values_list("words", flat=True)) for each in (first, second, third)]
    assert [sorted(words) for words in told] == [
        ["En un taxi.", "Nombres"], ["En el aeropuerto.", "Nombres"], ["Documentos", "En un taxi."],
    ]  # fmt: skip
    act = uuid4()
    for incident, words in [(first, "Uno"), (first, "Dos"), (second, "Uno")] * 2:
        noted(as_oscar, incident, kind="note", words=words, act=act)
    assert first.entries.filter(kind="note").count() == 2
    assert second.entries.filter(kind="note").count() == 1


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (0, "Quedan 47 horas"),
        (46.5, "Queda 1 hora "),
        (47.5, "Queda menos de una hora"),
        (48.5, "venció hace menos de una hora"),
        (60.5, "venció hace 12 horas"),
    ],
)
def test_the_home_shows_the_hours_left(as_oscar, oscar, hours, told):
    opened(oscar, hours)
    assert told in text_of(as_oscar.get(HOME))
    assert told in text_of(as_oscar.get(INCIDENTS))


def test_the_hours_run_from_detection_until_the_authority_was_told(oscar):
    incident = opened(oscar, hours=30)
    now = incident.opened_at
    assert countdown(incident, incident.entries.all(), now).hours == 18
    later = now + timedelta(hours=40)
    assert countdown(incident, incident.entries.all(), later).is_over
    told = Told(Kind.AUTHORITY, "Oficio 12", done_at=now)
    note(incident=incident, told=told, by=oscar, uuid=uuid4(), now=now)
    stopped = countdown(incident, incident.entries.all(), later)
    assert (stopped.is_over, stopped.hours) == (False, 18)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"kind": "note", "words": " "}, "Escribe la anotación."),
        ({"kind": "authority", "words": "Oficio"}, "Escribe cuándo se hizo, o marca"),
        ({"kind": "note", "words": "x", "is_skipped": "on"}, "Solo un paso de la lista"),
        ({"kind": "note", "words": "x", "people": "3"}, "Cuántas personas va con"),
        ({"kind": "closed", "words": "x"}, "Elige de la lista qué anotas."),
        ({"kind": "measure", "words": "x", "done_at": "ayer"}, "como 30/11/2026 15:40"),
        ({"kind": "measure", "words": "x", "done_at": "2099-01-01T10:00"}, "Todavía no pasó."),
        ({"kind": "measure", "words": "x", "done_at": "1999-01-01T10:00"}, "Revisa el año."),
        (
            {"kind": "authority", "words": "x", "done_at": "2026-01-15T10:00"},
            "Es anterior a cuando se detectó",
        ),
        ({"kind": "scope", "words": "x", "people": "12.00"}, "Escribe un número, o déjalo vacío."),
        ({"kind": "note", "words": "El DNI 40123678 de Rosa"}, "el número de un documento"),
        (
            {"kind": "affected", "words": "x", "is_skipped": "on", "done_at": "2026-11-01T10:00"},
            "deja vacío cuándo se hizo",
        ),
    ],
)
def test_what_cannot_be_noted_is_told_and_kept(as_oscar, oscar, data, told):
    incident = opened(oscar)
    answer = noted(as_oscar, incident, **data)
    assert told in text_of(answer)
    assert answer.context["form"]["words"].value() == data["words"]
    assert incident.entries.count() == 2


def test_a_step_that_is_not_done_says_why_and_stops_the_clock(as_oscar, oscar):
    incident = opened(oscar)
    noted(as_oscar, incident, kind="authority", words="No hubo datos.", is_skipped="on")
    body = text_of(as_oscar.get(f"{INCIDENTS}{incident.uuid}/"))
    assert "Se decidió no avisar a la autoridad" in body


def test_what_is_closed_takes_notes_alone(as_oscar, oscar):
    incident = opened(oscar)
    steps = {step: Told(step, "No hizo falta", is_skipped=True) for step in missing_steps([])}
    now = timezone.now()
    close(incident=incident, steps=steps, words="Nada", by=oscar, now=now)
    with pytest.raises(AlreadyClosed):
        close(incident=incident, steps=steps, words="Otra cosa", by=oscar, now=now)
    told = Told(Kind.MEASURE, "Tarde")
    with pytest.raises(AlreadyClosed):
        note(incident=incident, told=told, by=oscar, uuid=uuid4(), now=now)
    answer = noted(as_oscar, incident, kind="measure", words="Tarde")
    assert "El incidente ya se cerró y no toma más pasos." in text_of(answer)
    assert answer.context["form"]["words"].value() == "Tarde"
    noted(as_oscar, incident, kind="note", words="La autoridad respondió.")
    assert incident.entries.filter(at__gt=now).get().words == "La autoridad respondió."
    answer = as_oscar.get(f"{INCIDENTS}{incident.uuid}/cerrar/", follow=True)
    assert "Ese incidente ya está cerrado." in text_of(answer)


def test_a_second_telling_moves_no_moment(as_oscar, oscar):
    incident = opened(oscar, hours=30)
    now = incident.opened_at
    for hours, words in ((10, "Oficio 12"), (1, "Oficio 13, con lo que faltaba")):
        told = Told(Kind.AUTHORITY, words, done_at=now - timedelta(hours=hours))
        note(incident=incident, told=told, by=oscar, uuid=uuid4(), now=now)
    shown = countdown(incident, incident.entries.all(), now)
    assert (shown.told.words, shown.hours) == ("Oficio 12", 28)
    body = text_of(as_oscar.get(f"{INCIDENTS}{incident.uuid}/"))
    assert f"Se avisó a la autoridad: {moment(now - timedelta(hours=10))}" in body
    assert "Oficio 13" in body


def test_a_telling_counts_before_a_decision_not_to(oscar):
    incident = opened(oscar, hours=30)
    now = timezone.now()
    for told in (
        Told(Kind.AUTHORITY, "No hacía falta", is_skipped=True),
        Told(Kind.AUTHORITY, "Oficio 12", done_at=now),
        Told(Kind.AUTHORITY, "Otra vez no", is_skipped=True),
    ):
        note(incident=incident, told=told, by=oscar, uuid=uuid4(), now=now)
    assert countdown(incident, incident.entries.all(), now).told.words == "Oficio 12"


def closing(**changed):
    steps = {f"{step}_words": f"{step}: no hizo falta" for step in missing_steps([])}
    return {**steps, "words": "Se cifran las laptops.", **changed}


def test_of_two_who_close_one_closes_and_the_other_keeps_the_text(client, person, oscar):
    incident = opened(oscar)
    page = f"{INCIDENTS}{incident.uuid}/"
    client.force_login(oscar)
    for _time in range(2):  # a button pressed twice is one act
        answer = client.post(f"{page}cerrar/", closing(), follow=True)
        assert "Cerramos el incidente." in text_of(answer)
    other = person("Olga", role="operator", national=True)
    client.force_login(other)
    mine = closing(words="Se bloquean a distancia.", authority_at="2026-11-01T10:00")
    answer = client.post(f"{page}cerrar/", mine)
    assert f"{oscar} cerró el incidente mientras escribías." in text_of(answer)
    kept = answer.context["form"]["words"].value()
    assert "Se bloquean a distancia." in kept
    assert "authority: no hizo falta" in kept
    assert "2026-11-01T10:00" in kept
    assert f'action="{page}"' in answer.content.decode()
    noted(client, incident, kind="note", words=kept, act=str(uuid4()))
    assert incident.entries.get(kind="closed").words == "Se cifran las laptops."
    assert incident.entries.get(kind="note").words.startswith("Contención")


def test_a_step_that_was_noted_while_somebody_closed_is_there_twice(as_oscar, oscar):
    incident = opened(oscar)
    told = Told(Kind.AUTHORITY, "Oficio 12", done_at=timezone.now())
    note(incident=incident, told=told, by=oscar, uuid=uuid4(), now=timezone.now())
    as_oscar.post(f"{INCIDENTS}{incident.uuid}/cerrar/", closing(authority_words="Oficio 12-B"))
    words = incident.entries.filter(kind=Kind.AUTHORITY).values_list("words", flat=True)
    assert list(words) == ["Oficio 12", "Oficio 12-B"]
    incident.refresh_from_db()
    assert incident.closed_at


def test_no_entry_is_changed_or_deleted(oscar):
    entry = opened(oscar).entries.first()
    entry.words = "Otra cosa"
    for act in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            act()


def test_the_database_keeps_the_rules(oscar):
    incident = opened(oscar)
    base = {"incident": incident, "by_key": oscar.learner_key, "at": timezone.now()}
    for wrong in (
        {"kind": "note", "words": ""},
        {"kind": "note", "words": "x", "people": 3},
        {"kind": "authority", "words": "x", "is_skipped": True, "done_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            IncidentEntry.objects.create(uuid=uuid4(), **base, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(oscar, hours=-5)


def test_it_is_for_operators_of_the_nation(client, person, nora, oscar):
    incident = opened(oscar)
    for who in (person("Olga", role="operator", areas=("24",)), nora):
        client.force_login(who)
        for address in ("", "nuevo/", f"{incident.uuid}/", f"{incident.uuid}/cerrar/"):
            assert client.get(INCIDENTS + address).status_code == 404
    client.force_login(person("Olga2", role="operator", areas=("24",)))
    assert "Laptop perdida" not in text_of(client.get(HOME))


def test_closed_ones_are_deleted_five_years_later(oscar):
    steps = {step: Told(step, "No hizo falta", is_skipped=True) for step in missing_steps([])}
    now = timezone.now()
    closed, waiting = opened(oscar), opened(oscar)
    close(incident=closed, steps=steps, words="Nada", by=oscar, now=now)
    forget_closed_incidents(now)
    assert Incident.objects.count() == 2
    forget_closed_incidents(now + timedelta(seconds=1))
    assert Incident.objects.get() == waiting


def test_an_operator_takes_what_they_noted_away(oscar):
    opened(oscar)
    held = next(holding for holding in holdings() if holding.name == "incidents")
    assert [row["kind"] for row in held.rows(oscar)] == [
        "Qué pasó",
        "Qué datos y de cuántas personas",
    ]
