"""Reads the files by which the site is deployed: what they name exists.

No container engine is needed.
"""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
OURS = ("setup", "web", "worker")


def known_variables():
    example = (ROOT / ".env.example").read_text()
    return {*re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE), "HOST", "PORT"}


def manage_commands(text):
    return re.findall(r"manage\.py[\"', ]+([a-z_]+)", text)


def read_unit(path):
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str
    unit.read(path)
    return unit


@pytest.mark.parametrize(
    "text", [DOCKERFILE, (ROOT / "compose.yaml").read_text(), *[path.read_text() for path in UNITS]]
)
def test_commands_that_are_called_exist(text):
    assert set(manage_commands(text)) <= set(get_commands())
    for module in re.findall(
        r"gunicorn[\"', ]+-c[\"', ]+([\w/.]+)[\"', ]+(\w+\.\w+):application", text
    ):
        assert (ROOT / module[0]).exists()
        assert (ROOT / f"{module[1].replace('.', '/')}.py").exists()


def test_images_are_recent_and_free():
    """Redis is free software no more (RSAL, SSPL) from the image `redis:7` on."""
    assert set(re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE)) == {"3.13"}
    images = dict(
        service["image"].split(":")
        for service in COMPOSE["services"].values()
        if ":" in service.get("image", "")
    )
    assert int(images["valkey/valkey"]) >= 8
    assert int(images["postgres"]) >= 16
    assert "redis" not in images


def test_image_is_built_in_stages_and_runs_as_nobody_special():
    stages = DOCKERFILE.split("\nFROM ")[1:]
    assert len(stages) == 2
    last = stages[-1]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    assert last.index("\nUSER ") < last.index("\nCMD ")
    assert "--require-hashes" in stages[0]
    assert "://" not in DOCKERFILE


def test_image_copies_what_exists_and_no_data():
    for source in re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists()
    assert {"var", ".git", ".venv", ".env"} <= set((ROOT / ".dockerignore").read_text().split())


def test_services_stand_on_services_that_exist():
    services = COMPOSE["services"]
    assert {"database", "cache", *OURS, "proxy"} == set(services)
    needed = {name for service in services.values() for name in service.get("depends_on", {})}
    assert needed <= set(services)
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[name]


@pytest.mark.parametrize("name", OURS)
def test_variables_are_those_of_the_settings(name):
    assert set(COMPOSE["services"][name]["environment"]) <= known_variables()


def test_volumes_are_declared_and_folders_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (
                source in COMPOSE["volumes"]
                or (ROOT / source).exists()
                or source == "./deploy/certificates"
            )


def test_no_secret_is_written_down():
    text = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"(?:SECRET_KEY|POSTGRES_PASSWORD|EMAIL_URL): (?!\$\{)", text) == []


def test_addresses_of_the_services_are_services():
    environment = COMPOSE["services"]["web"]["environment"]
    assert "@database/" in environment["DATABASE_URL"]
    assert environment["CACHE_URL"].startswith("redis://cache:")
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"server (\w+):(\d+);", proxy) == [("web", "8000")]


def test_proxy_is_whole_and_tells_the_site_that_it_ends_tls():
    proxy = re.sub(r"#.*", "", (ROOT / "deploy" / "nginx.conf").read_text())
    assert proxy.count("{") == proxy.count("}")
    lines = [line.strip() for line in proxy.splitlines() if line.strip()]
    assert not [line for line in lines if not line.endswith((";", "{", "}"))]
    assert "proxy_set_header X-Forwarded-Proto https;" in lines
    assert (
        "proxy_set_header X-Forwarded-For $remote_addr;" in lines
    )  # what a visitor claims is dropped: limits count by it


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_whole(path):
    unit = read_unit(path)
    if path.suffix == ".timer":
        assert path.with_suffix(".service").exists()
        assert unit["Timer"]["OnCalendar"]
        return
    assert unit["Service"]["User"] != "root"
    program = shlex.split(unit["Service"]["ExecStart"])[0]
    assert program.startswith(("/srv/puriq/.venv/bin/", "/bin/sh"))
    assert "/srv/puriq/var" in unit["Service"]["ReadWritePaths"]


def test_every_process_has_a_unit():
    assert [path.name for path in UNITS] == [
        "puriq-backup.service",
        "puriq-backup.timer",
        "puriq-web.service",
        "puriq-worker.service",
    ]
