"""Tests that each part of a site is told with its light and the step that mends it."""

import secrets
import smtplib
import socket
import socketserver
import threading
from collections import namedtuple
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from operations.doctor import Light, examine
from operations.letters import reason_of, refusal_of_mail, send_test_letter
from operations.models import ClockReading, Pulse
from provider.services import change_provider
from tests.provider.test_provider import VALUES
from tools.harness.servers import free_port
from web import readiness

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


def light_of(name: str) -> tuple[Light, str]:
    found = dict(examine(timezone.now()))[name]
    return found.light, f"{found.seen} {found.step}"


@pytest.fixture(autouse=True)
def own_machine(settings):
    """A demonstration, which nobody reaches from elsewhere."""
    settings.DEMO_PUBLIC = True
    settings.SECRET_KEY = secrets.token_urlsafe(60)


@pytest.fixture
def real_site(settings, own_machine):
    """A site that people reach by its own name."""
    settings.DEMO = settings.DEMO_PUBLIC = False
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"


def mail_at(settings, port, **others):
    settings.LETTER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    for name, value in others.items():
        setattr(settings, name, value)


@contextmanager
def mail_server(answers):
    """A server that says what it is told to at each word of a letter."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                word = line.split()[0].split(b":")[0].upper().decode()
                self.wfile.write(answers.get(word, "250 ok").encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_demonstration_on_its_own_machine_fails_in_nothing(capsys, course):
    Pulse.beat(Pulse.Part.WORKER, timezone.now())
    call_command("doctor")
    told = capsys.readouterr().out
    assert "FALLA" not in told
    assert "Nada falla." in told
    assert "MIRA   Institución: Falta el nombre" in told
    assert "→ Escríbelo en" in told


def test_what_fails_ends_with_1(capsys, course, real_site):
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    assert end.value.code == 1
    told = capsys.readouterr().out
    assert "FALLA  Operadores: Hay menos de dos" in told
    assert "FALLA  Institución: Falta el nombre" in told
    assert "FALLA  Correo: Los correos no salen de esta máquina" in told


def test_institution_and_operators_in_order(real_site, person):
    change_provider(
        values={name: value for name, value in VALUES.items() if name != "logo"},
        actor_key=None,
        now=timezone.now(),
    )
    person("Oscar", role="operator", national=True)
    assert light_of("Operadores")[0] is Light.BAD
    ines = person("Ines", role="operator", national=True)
    assert light_of("Operadores")[0] is Light.GOOD
    assert light_of("Institución")[0] is Light.GOOD
    ines.set_unusable_password()
    ines.save()
    assert light_of("Operadores")[0] is Light.BAD


def test_readiness_tells_the_same(client, course, real_site):
    assert {"provider", "second_operator"} <= set(client.get("/salud/listo").json()["to_mend"])


def test_nobody_attends_at_the_mail_server(settings):
    port = free_port()
    mail_at(settings, port)
    light, told = light_of("Correo")
    assert light is Light.BAD
    assert f"En 127.0.0.1, puerto {port}, nadie atiende. Corrige el puerto en EMAIL_URL." in told


def test_the_mail_server_wants_another_password(settings):
    answers = {"EHLO": "250-x\r\n250 AUTH PLAIN LOGIN", "AUTH": "535 no"}
    with mail_server(answers) as port:
        mail_at(settings, port, EMAIL_HOST_USER="ana", EMAIL_HOST_PASSWORD="mala")
        told = refusal_of_mail()
    assert "no acepta el usuario o la clave. Corrígelos en EMAIL_URL." in told
    assert "mala" not in told


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"MAIL": "550 no"}, "Corrige DEFAULT_FROM_EMAIL"),
        ({"RCPT": "550 no"}, "no acepta esa dirección"),
        ({"DATA": "554 spam"}, "spam"),
        ({}, ""),
    ],
)
def test_a_test_letter_says_what_the_server_refused(settings, answers, words):
    with mail_server({"DATA": "354 go", **answers}) as port:
        mail_at(settings, port)
        told = send_test_letter("ana@example.pe")
    assert words in told
    assert bool(told) == bool(words)


def test_a_server_without_cipher_and_one_that_is_not_there(settings):
    with mail_server({}) as port:
        mail_at(settings, port, EMAIL_USE_TLS=True)
        assert "no cifra en el puerto" in refusal_of_mail()
    assert "No existe el servidor" in reason_of(socket.gaierror())
    assert "no responde" in reason_of(TimeoutError())
    assert "cortó la conexión" in reason_of(smtplib.SMTPServerDisconnected())


@pytest.mark.parametrize(
    ("status", "light", "words"),
    [
        (200, Light.GOOD, "responde."),
        (301, Light.BAD, "X-Forwarded-Proto"),
        (502, Light.BAD, "responde 502"),
    ],
)
def test_the_site_is_asked_at_its_own_address(settings, real_site, status, light, words):
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.BASE_URL = f"http://127.0.0.1:{server.server_address[1]}"
        found = light_of("Dirección y proxy")
        server.shutdown()
    assert found[0] is light
    assert words in found[1]


def test_an_address_that_leads_nowhere_is_told(real_site):
    light, told = light_of("Dirección y proxy")
    assert light is Light.LOOK
    assert "no se llega" in told


def test_a_clock_that_went_back_is_told():
    ClockReading.objects.create(
        machine="x", read_at=timezone.now() + timedelta(hours=3), running=1.0
    )
    light, told = light_of("Hora")
    assert light is Light.BAD
    assert "timedatectl" in told


def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda folder: Usage(9, 9, 1_000_000))
    light, told = light_of("Disco")
    assert light is Light.BAD
    assert "Quedan 1 MB." in told


def test_a_damaged_list_of_erasures_is_told(settings, tmp_path):
    settings.ERASURE_LIST = str(tmp_path / "erasures.jsonl")
    Path(settings.ERASURE_LIST).write_text("garbage\n")
    light, told = light_of("Archivos")
    assert light is Light.BAD
    assert "está dañada en la línea 1" in told


def test_a_copy_beside_the_keys_is_told(settings):
    Pulse.beat(Pulse.Part.BACKUP, timezone.now(), str(Path(settings.PERSONAL_DATA_KEYS).parent))
    light, told = light_of("Claves")
    assert light is Light.LOOK
    assert "en el mismo disco" in told
