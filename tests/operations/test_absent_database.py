"""Tests that a site whose database is away starts, says so once, and waits for it."""

import re
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.operations.processes import Served, own_environment, run
from tools.harness.servers import free_port


@pytest.fixture
def environment(tmp_path):
    """A site whose PostgreSQL is not running."""
    return own_environment(tmp_path) | {
        "DATABASE_URL": f"postgres://puriq:clave-secreta@127.0.0.1:{free_port()}/puriq"
    }


def test_the_web_server_says_once_that_the_database_is_away(environment, tmp_path):
    with Served(environment, tmp_path) as served:
        said = served.wait_for("Puriq está en")
    assert "Puriq está en" in said
    assert len(re.findall("El sitio arranca y atiende en cuanto responda", said)) == 1
    assert "No se puede usar la base de datos puriq: connection" in said
    assert "psycopg.pool" not in said
    assert "Traceback" not in said
    assert "clave-secreta" not in said


def test_the_worker_says_it_once_and_waits(environment, tmp_path):
    log = tmp_path / "work.log"
    with log.open("w") as file:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=file,
            stderr=file,
        )
    try:
        until = time.monotonic() + 60
        while (
            "espera hasta que responda" not in log.read_text()
            and worker.poll() is None
            and time.monotonic() < until
        ):
            time.sleep(0.1)
        assert worker.poll() is None, log.read_text()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
    assert len(log.read_text().strip().splitlines()) == 1


def test_the_doctor_says_what_nobody_can_know_without_it(environment, tmp_path):
    """No line calls in order, or broken, what stands in rows."""
    told = run(environment, "manage.py", "doctor").stdout
    assert "FALLA  Base de datos: " in told
    for name in ("Claves", "Hora", "Tareas", "Correo", "Copia", "Institución", "Operadores"):
        assert f"MIRA   {name}: No se pudo medir" in told
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/nada/site.sqlite3"
    told = run(environment, "manage.py", "doctor").stdout
    assert f"no existe la carpeta {tmp_path}/nada" in told
    assert "set_up" not in told
