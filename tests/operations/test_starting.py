"""Starts the site as `make run` does, and reads what it says: nothing that is not true yet."""

import os
import signal
import socket

import pytest

from tests.operations.processes import Served, own_environment, prepare, run


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The environment of a site that is set up, on the own machine, without demonstration
    people.
    """
    environment = own_environment(tmp_path_factory.mktemp("prepared"))
    prepare(environment)
    return environment


def test_a_taken_port_is_told_before_anything_else(prepared):
    with socket.create_server(("127.0.0.1", int(prepared["PORT"]))):
        done = run(prepared, "-m", "config.serve")
    assert done.returncode == 1
    assert done.stdout.startswith(
        f"No arranca: El puerto {prepared['PORT']} está ocupado: usa PORT="
    )
    assert len(done.stdout.strip().splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "192.0.2.1"),
        ("HOST", "no.such.host.invalid"),
        ("PORT", "70000"),
        ("PORT", "ocho mil"),
        ("WEB_CONCURRENCY", "dos"),
    ],
)
def test_a_place_that_cannot_be_opened_is_told_in_one_sentence(prepared, name, value):
    done = run(prepared | {name: value}, "-m", "config.serve")
    assert done.returncode == 1
    said = (done.stdout + done.stderr).strip()
    assert said.startswith("No arranca: ")
    assert name in said
    assert len(said.splitlines()) == 1


def test_it_says_where_it_is_and_ends_once(prepared, tmp_path):
    with Served(prepared | {"DEMO": "1"}, tmp_path) as site:
        said = site.wait_for("Para detener")
        assert f"Puriq está en http://127.0.0.1:{prepared['PORT']}/" in said
        assert "demostración" not in said, "nobody is loaded"
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(timeout=60) == 0
    assert "Traceback" not in site.said


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - what is tested
def test_it_says_its_public_address_when_a_proxy_ends_tls(prepared, tmp_path, host):
    public = {
        "HOST": host,
        "BASE_URL": "https://academia.example.pe",
        "EMAIL_URL": "smtp+tls://u:p@mail.example.pe:587",
    }
    with Served(prepared | public, tmp_path) as site:
        said = site.wait_for("Para detener")
    assert "Puriq está en https://academia.example.pe/" in said
    assert "Invalid request" not in said


def test_a_stopped_site_starts_no_worker_again(monkeypatch):
    from config import serve  # noqa: PLC0415 - beside what is replaced in it

    started = []
    site = serve.Site({})
    monkeypatch.setattr(site, "start", lambda name, command, door=None: started.append(name))

    class Ended:
        def poll(self):
            return 0

        def wait(self):
            return 0

        def terminate(self):
            pass

    class Ending(Ended):
        def poll(self):
            return None  # the web server takes its time to end

    site.children = {"web": Ending(), "worker": Ended()}
    site.stop(signal.SIGTERM, None)
    assert site.watch() == 0
    assert started == []


def test_site_with_demonstration_people_does_not_start_as_a_real_one(prepared, tmp_path):
    with_somebody = "import django; django.setup(); from accounts.models import User; " + (
        "User.objects.create(first_name='O', email='o@demo.example', is_demo=True)"
    )
    environment = own_environment(tmp_path)
    prepare(environment)
    named = environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    assert run(named, "-c", with_somebody).returncode == 0
    done = run(environment, "-m", "config.serve")
    assert done.returncode != 0
    assert "No arranca: La base tiene personas de demostración" in done.stderr
    assert "Puriq está en" not in done.stdout


@pytest.mark.parametrize("port", [8000, 5432, 6379])
def test_the_suite_itself_refuses_standard_ports(port):
    if str(port) in os.environ.get("TEST_DATABASE_URL", "") + os.environ.get("TEST_CACHE_URL", ""):
        pytest.skip("The suite was told to use it")
    with socket.socket() as door, pytest.raises(RuntimeError, match="free_port"):
        door.connect(("127.0.0.1", port))
    with socket.socket() as door, pytest.raises(RuntimeError, match="free_port"):
        door.bind(("127.0.0.1", port))


def test_the_suite_follows_no_variable_of_the_shell(prepared):
    shell = prepared | {
        "BASE_URL": "no address",
        "PORT": "none",
        "DEMO": "0",
        "PERSONAL_DATA_KEYS": "x",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }
    done = run(
        shell, "-c", "from django.conf import settings; print(settings.BASE_URL, settings.DEMO)"
    )
    assert done.stdout.strip() == "http://127.0.0.1:9 True", done.stderr
