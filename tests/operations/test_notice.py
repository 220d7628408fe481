"""What operators announce stands on every page, before and during its time, for everybody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from courses.loading import ensure_site
from provider.models import Provider, SiteNotice
from provider.queries import forget_provider, keep, notice_at
from provider.services import announce, withdraw_notice

pytestmark = pytest.mark.django_db
NOTICE = "/operacion/aviso/"
TEXT = "El sitio no abrirá por mantenimiento."


@pytest.fixture(autouse=True)
def pages(db):
    """The plain pages of a fresh site."""
    ensure_site()


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def typed(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def put(client, since, until, text=TEXT):
    return client.post(NOTICE, {"text": text, "since": typed(since), "until": typed(until)})


def test_everybody_reads_it_before_and_during_its_time(client, oscar, lina):
    now = timezone.now()
    client.force_login(oscar)
    assert "el reloj de un cuestionario no se detiene" in text_of(client.get(NOTICE))
    for _ in range(2):
        put(client, now + timedelta(hours=1), now + timedelta(hours=2))
    assert "Este aviso está puesto" in text_of(client.get(NOTICE))
    entry = AuditEntry.objects.get(action="maintenance_announced")
    assert (entry.actor_key, entry.object_type) == (oscar.learner_key, "site")
    client.logout()
    forget_provider()
    assert f"{TEXT} Desde:" in text_of(client.get("/ayuda/"))
    client.force_login(lina)
    assert TEXT in text_of(client.get("/mi-aprendizaje/"))
    announce(text=TEXT, since=now - timedelta(hours=1), until=now + timedelta(hours=1),
             actor_key=None, now=now)  # fmt: skip
    assert f"{TEXT} Hasta:" in text_of(client.get("/mi-aprendizaje/"))


def test_it_goes_by_itself_and_by_hand(client, oscar):
    now = timezone.now()
    announce(text=TEXT, since=now, until=now + timedelta(hours=1), actor_key=None, now=now)
    assert notice_at(now + timedelta(minutes=59)).text == TEXT
    assert notice_at(now + timedelta(hours=1)) is None
    client.force_login(oscar)
    for _ in range(2):
        assert client.post(f"{NOTICE}quitar/").status_code == 302
    assert not SiteNotice.objects.exists()
    assert AuditEntry.objects.filter(action="maintenance_withdrawn").count() == 1
    assert TEXT not in text_of(client.get("/ayuda/"))


def test_a_page_asks_nothing_for_it(client):
    forget_provider()
    client.get("/ayuda/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/ayuda/")
    assert not [query for query in asked if "provider_sitenotice" in query["sql"]]


def test_words_of_an_operator_are_text(client):
    notice = SiteNotice(
        text="<script>x</script>", since=timezone.now(), until=timezone.now() + timedelta(hours=1)
    )
    keep(Provider(), notice=notice, seconds=60)
    assert "&lt;script&gt;x" in text_of(client.get("/ayuda/"))


@pytest.mark.parametrize(
    ("since", "until", "text", "told"),
    [
        (1, 2, "", "Escribe el aviso."),
        (-2, -1, TEXT, "Ya pasó."),
        (2, 1, TEXT, "Es anterior al inicio."),
        (1, 24 * 61, TEXT, "avisa con 60 días o menos"),
        (1, 2, "x" * 301, "301"),
        (-24 * 61, 2, TEXT, "Revisa el mes y el año."),
        (1, 2, "Rosa, 40123678, tiene razón", "el número de un documento"),
    ],
)
def test_what_cannot_be_announced_is_told_and_kept(client, oscar, since, until, text, told):
    client.force_login(oscar)
    now = timezone.now()
    answer = put(client, now + timedelta(hours=since), now + timedelta(hours=until), text)
    assert told in text_of(answer)
    assert answer.context["form"]["text"].value() == text
    assert not SiteNotice.objects.exists()


def test_the_database_keeps_the_rules():
    now = timezone.now()
    for wrong in ({"pk": 2}, {"until": now}, {"text": ""}):
        facts = {"pk": 1, "text": TEXT, "since": now, "until": now + timedelta(hours=1)}
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteNotice.objects.create(**facts | wrong)


def test_nothing_is_withdrawn_twice():
    withdraw_notice(actor_key=None, now=timezone.now())
    assert not AuditEntry.objects.filter(action="maintenance_withdrawn").exists()
