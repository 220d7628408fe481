"""Prometheus is told on loopback alone, without a name, and only where somebody asked for it."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.utils import timezone

from operations.lights import measure_lights
from operations.models import FailedJob
from tests.operations.test_home import failed_task
from tools.harness.servers import free_port

MEASURED = re.compile(r"^(puriq_\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)
# The library chooses how it counts as it is imported, once for a process.
ASK = """
import json, os, sys, urllib.request
import django
django.setup()
from django.conf import settings
from django.test import Client
from operations.metrics import serve_metrics
client = Client(raise_request_exception=False)
statuses = [client.get(address).status_code for address in ("/salud/vivo", "/nada/", "/nada/")]
server, thread = serve_metrics()
host, port = server.server_address[:2]
with urllib.request.urlopen(f"http://{host}:{port}/metrics") as answer:
    told = answer.read().decode()
print(json.dumps({"host": host, "statuses": statuses, "told": told, "second": serve_metrics()}))
"""


@pytest.mark.every_database
def test_requests_are_counted_by_class_of_status(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "METRICS_PORT": str(free_port()),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'puriq.sqlite3'}",
        "PERSONAL_DATA_KEYS": str(tmp_path / "keys.json"),
        "DEMO": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["host"] == "127.0.0.1"
    assert found["second"] is None
    told = dict(MEASURED.findall(found["told"]))
    classes = sorted(f"{status // 100}xx" for status in found["statuses"])
    counted = {
        name: int(float(told[f'puriq_request_seconds_count{{status="{name}"}}']))
        for name in set(classes)
    }
    assert counted == {name: classes.count(name) for name in set(classes)}
    # A database without tables is one that does not answer: the rest is told all the same.
    assert told["puriq_database_up"] == "0.0"


@pytest.mark.django_db
def test_letters_tasks_and_lights_are_told(course, monkeypatch, django_assert_max_num_queries):
    metrics = pytest.importorskip("operations.metrics")
    failed_task()
    FailedJob.note(["send letters"], timezone.now())
    measure_lights(timezone.now())
    with django_assert_max_num_queries(5):
        measures = {family.name: family.samples for family in metrics.measures_of_site()}
    assert {name: len(samples) for name, samples in measures.items()} == {
        "puriq_letters": 2,
        "puriq_tasks_failed": 2,
        "puriq_light": 8,
    }
    assert [sample.value for sample in measures["puriq_tasks_failed"]] == [1, 1]
    lights = {sample.labels["name"]: sample.value for sample in measures["puriq_light"]}
    assert lights["database"] == 0
    assert lights["tasks"] == 1


def test_without_a_port_nothing_is_measured():
    assert settings.METRICS_PORT == 0
    assert not any("metrics" in name for name in settings.MIDDLEWARE)


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_refused(port):
    environment = os.environ | {"METRICS_PORT": port, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "METRICS_PORT debe ser un número entero entre 0 y 65535" in done.stderr
