"""The home of operators: what waits with count and age, and lights that are soon doubted."""

import re
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max
from post_office.models import STATUS, Email

from accounts.roles import sync_roles
from accounts.services import create_person
from audit.models import AuditEntry
from courses.models import CourseHead
from notices.models import Letter, MailServer
from operations import jobs
from operations.lights import LAMPS, measure_due_lights, measure_lights, shown_lights
from operations.models import FailedJob, LightReading, Pulse
from operations.pending import pending_work
from privacy.erasure import ask_for_erasure
from roster.models import Request
from roster.requests import ask
from support.help_requests import ask_for_help

pytestmark = pytest.mark.django_db
HOME, TASKS = "/operacion/", "/operacion/tareas/"


@pytest.fixture(autouse=True)
def own_machine(settings):
    """A demonstration, which nobody reaches from elsewhere, with a key of its own."""
    settings.DEMO_PUBLIC = True
    settings.SECRET_KEY = secrets.token_urlsafe(60)


@pytest.fixture
def as_oscar(client, oscar):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    return client


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def failed_task(path="accounts.tasks.send_recovery_letter", args=("nobody",)) -> DBTaskResult:
    """Store a task that failed; its fault quotes a person."""
    return DBTaskResult.objects.create(
        status="FAILED",
        args_kwargs={"args": list(args), "kwargs": {}},
        task_path=path,
        backend_name="default",
        run_after=get_date_max(),
        finished_at=timezone.now() - timedelta(hours=5),
        exception_class_path="builtins.ValueError",
        traceback="ValueError: lina@demo.example 40123678",
    )


@pytest.fixture
def busy(lina, omar, course):
    """One of everything that waits for an operator, the help request for two days."""
    now = timezone.now()
    ask(person=lina, kind=Request.Kind.CORRECTION, words="Mi apellido", uuid=uuid4(), now=now)
    ask_for_help(
        learner=None, text="No veo mi curso", contact="", now=now - timedelta(days=2, minutes=1)
    )
    ask_for_erasure(user=omar, now=now)
    email = Email.objects.create(
        from_email="a@example.pe", to=["b@example.pe"], message="Hola", status=STATUS.failed
    )
    Letter.objects.create(email=email, kind="other")
    CourseHead.objects.update(is_dirty=True, dirty_since=now, problem="Falta el objetivo.")
    FailedJob.note(["send letters"], now)
    create_person(first_name="Rita", email="rita@demo.example", now=now)
    return failed_task()


def test_what_waits_is_counted_and_leads_to_where_it_is_done(as_oscar, busy):
    body = text_of(as_oscar.get(HOME))
    for address in (
        "/personas/pedidos/",
        "/personas/instituciones/sin-entidad/",
        "/ayuda/pedidos/",
        "/cuenta/pedidos-de-borrado/",
        "/cartas/",
        "/gestion/",
        TASKS,
    ):
        assert f'href="{address}"' in body
        assert as_oscar.get(address).status_code == 200
    assert body.count("1 en espera") == 6
    assert "2 en espera" in body
    assert "hace 2 días" in body
    assert body.count("Nada en espera") == 2


def test_where_nothing_waits_it_says_so(as_oscar, oscar, course):
    assert [work.count for work in pending_work(oscar, timezone.now())] == [0] * 9
    assert text_of(as_oscar.get(HOME)).count("Nada en espera") == 9


def test_what_is_late_comes_first_and_says_how_many(as_oscar, oscar, omar, course):
    now = timezone.now()
    for days in (0, 8, 20):
        ask_for_help(learner=None, text="Hola", contact="", now=now - timedelta(days=days))
    ask_for_erasure(user=omar, now=now - timedelta(days=30))
    assert [(work.count, work.late) for work in pending_work(oscar, now)][:3] == [
        (3, 2),
        (1, 1),
        (0, 0),
    ]
    body = text_of(as_oscar.get(HOME))
    assert "En espera: 3 pedidos atrasados" in body
    assert "2 atrasados" in body
    assert re.search(r"\b1 atrasado\b", body)
    queue = text_of(as_oscar.get("/ayuda/pedidos/"))
    assert queue.index("Atrasado") < queue.index("Vence el")
    assert "Prometimos responder en 3 días hábiles." in queue
    assert "Atrasado" in text_of(as_oscar.get("/cuenta/pedidos-de-borrado/"))


def test_a_course_that_waits_for_its_minute_is_no_work_yet(oscar, course):
    CourseHead.objects.update(is_dirty=True, dirty_since=timezone.now())
    assert not any(work.count for work in pending_work(oscar, timezone.now()))
    later = timezone.now() + timedelta(minutes=6)
    assert sum(work.count for work in pending_work(oscar, later)) == 1


def test_the_home_costs_the_same_however_much_waits(as_oscar, busy, django_assert_max_num_queries):
    measure_lights(timezone.now())
    as_oscar.get(HOME)
    for _ in range(5):
        failed_task()
        ask_for_help(learner=None, text="Otra", contact="", now=timezone.now())
    with django_assert_max_num_queries(21):
        as_oscar.get(HOME)


def test_no_light_is_shown_that_nobody_measured(as_oscar, course):
    body = text_of(as_oscar.get(HOME))
    assert body.count("Sin medir") == len(LAMPS) == 8
    assert "mira 8 luces" in body
    measured = as_oscar.post("/operacion/luces/", follow=True)
    assert "Medimos las ocho luces ahora." in text_of(measured)
    assert "Sin medir" not in text_of(measured)


@pytest.mark.parametrize(("age", "is_believed"), [(9, True), (11, False), (-11, False)])
def test_a_light_is_believed_ten_minutes(course, age, is_believed):
    now = timezone.now()
    measure_lights(now - timedelta(minutes=age))
    shown = shown_lights(now)
    assert [light.reading is not None for light in shown] == [is_believed] * 8
    assert all(light.measured_at for light in shown)


def test_the_due_job_measures_before_a_light_is_too_old(course):
    now = timezone.now()
    assert measure_due_lights(now)
    assert not measure_due_lights(now + timedelta(minutes=3))
    assert measure_due_lights(now + timedelta(minutes=5))
    assert LightReading.objects.count() == 8


def lights(now) -> dict[str, LightReading]:
    measure_lights(now)
    return {row.name: row for row in LightReading.objects.all()}


def test_every_light_that_is_not_green_says_the_step(course, busy):
    now = timezone.now()
    MailServer.objects.create(away_since=now, why="421 mañana")
    found = lights(now)
    assert found["web"].state == "LOOK"
    assert found["tasks"].state == "LOOK"
    assert found["tasks"].seen == "Fallaron 2 tareas."
    assert (found["mail"].state, "421 mañana" in found["mail"].seen) == ("BAD", True)
    assert all(row.step for row in found.values() if row.state != "GOOD")
    assert not any(row.step for row in found.values() if row.state == "GOOD")
    assert {found[name].state for name in ("database", "disk", "clock")} == {"GOOD"}


def test_a_worker_that_is_silent_is_a_failure(course):
    now = timezone.now()
    Pulse.beat(Pulse.Part.WORKER, now - timedelta(minutes=11))
    found = lights(now)["tasks"]
    assert found.state == "BAD"
    assert "no da señales" in found.seen
    assert "puriq-worker" in found.step


def test_a_job_that_fails_is_work_until_it_succeeds(as_oscar, course, monkeypatch):
    def fail():
        raise RuntimeError("no disk")

    now = timezone.now()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "due_jobs", lambda now: {"seal the trail": fail})
        jobs.run_due_jobs(now)
        jobs.run_due_jobs(now + timedelta(minutes=1))
    row = FailedJob.objects.get()
    assert (row.since, row.at) == (now, now + timedelta(minutes=1))
    assert "Sellar el historial" in text_of(as_oscar.get(TASKS))
    monkeypatch.setattr(jobs, "due_jobs", lambda now: {})
    jobs.run_due_jobs(now + timedelta(minutes=2))
    assert not FailedJob.objects.exists()


def test_a_failed_task_is_done_again_once(as_oscar, oscar, mailoutbox):
    task = failed_task()
    body = text_of(as_oscar.get(TASKS))
    assert "Carta para elegir una contraseña" in body
    assert "ValueError" in body
    assert "lina@demo.example" not in body
    for _ in range(2):
        as_oscar.post(f"{TASKS}{task.pk}/repetir/")
    assert not DBTaskResult.objects.filter(pk=task.pk).exists()
    entry = AuditEntry.objects.get(action="failed_task_repeated")
    assert (entry.actor_key, entry.object_key) == (oscar.learner_key, str(task.pk))


def test_one_whose_facts_were_wiped_is_put_aside(as_oscar):
    task = failed_task("privacy.tasks.send_erased_letter", args=())
    gone = failed_task("accounts.tasks.no_longer_there")
    body = text_of(as_oscar.get(TASKS))
    assert body.count("No puede repetirse") == 2
    answer = as_oscar.post(f"{TASKS}{task.pk}/repetir/", follow=True)
    assert "no puede repetirse" in text_of(answer)
    for row in (task, gone):
        as_oscar.post(f"{TASKS}{row.pk}/quitar/")
    assert not DBTaskResult.objects.exists()
    assert AuditEntry.objects.filter(action="failed_task_put_aside").count() == 2


def test_the_menu_of_operators_leads_home(client, oscar, nora):
    for person, has_entry in ((oscar, True), (nora, False)):
        client.force_login(person)
        body = client.get("/mi-aprendizaje/").content.decode()
        assert (f'href="{HOME}"' in body) is has_entry


def test_a_light_has_one_of_three_states():
    with pytest.raises(IntegrityError), transaction.atomic():
        LightReading.objects.create(name="web", state="red", seen="", measured_at=timezone.now())
