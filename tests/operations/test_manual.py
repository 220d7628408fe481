"""Follows docs/operations.md literally: its blocks run in a fresh folder, its commands exist, its
files pass their own checkers.
"""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management import get_commands

from tests.architecture.sources import tracked
from tests.operations.processes import OF_THE_MACHINE
from tools.harness.servers import free_port

ROOT = Path(settings.BASE_DIR)
MANUAL = (ROOT / "docs" / "operations.md").read_text()
REGISTER = "from django.utils import timezone; from accounts.services import create_person; " + (
    "create_person(first_name='Teresa', email='teresa@academia.example.pe', now=timezone.now())"
)


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    """A folder with what the repository holds and nothing else, with the packages of the suite."""
    folder = tmp_path_factory.mktemp("release")
    for path in tracked():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    packages = folder / ".venv" / "bin"
    packages.mkdir(parents=True)
    packages.joinpath("python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    packages.joinpath("python").chmod(0o755)
    folder.joinpath("var", "stamps").mkdir(parents=True)
    folder.joinpath("var", "stamps", "packages").touch()
    return folder


def follow(release: Path, block: str) -> str:
    """Run one block as a shell would, and return what it said."""
    environment = {name: value for name, value in os.environ.items() if name in OF_THE_MACHINE} | {
        "PORT": str(free_port())
    }
    done = subprocess.run(
        ["/bin/sh", "-euc", block],
        cwd=release,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ, reason="The manual is followed on the embedded database"
)
def test_every_block_runs_as_it_stands(release):
    said = ""
    for block in re.findall(r"^```sh\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL):
        if "grant_role" in block:
            follow(release, f'.venv/bin/python manage.py shell -v 0 -c "{REGISTER}"')
        said += follow(release, block)
    assert "/cuenta/recuperar/clave/" in said, "the link of the first operator"
    assert "teresa@academia.example.pe: Coordinador, Tumbes, hasta el 2027-03-31." in said
    assert "Sitio restaurado" in said
    assert "BAD" not in said
    assert not (release / "var" / "puriq.sqlite3").stat().st_mode & 0o077


def test_every_command_that_it_names_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", MANUAL))
    assert len(named) >= 10
    assert named <= set(get_commands())


def test_every_target_that_it_names_exists():
    targets = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for line in re.findall(r"\bmake ((?:[a-z0-9/-]+ ?)+)", MANUAL)
        for word in line.split()
        if "-" in word or "/" in word
    }
    assert named
    assert named <= targets


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate that a proxy can read, of nobody."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "academia.example.pe")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
    )
    signed = (
        made.not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "fullchain.pem", folder / "privkey.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kind, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, no_password))
    return chain, private


def checker(name: str) -> str:
    """Return the path of a program; without it the test is skipped, but for CI, where .ci/run
    installs it.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing: .ci/run installs it")
    if found is None:
        pytest.skip(f"{name} was not found")
    return found


def test_nginx_takes_the_configuration(tmp_path):
    program = checker("nginx")
    chain, private = make_certificate(tmp_path)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    told = {
        "web:8000": "127.0.0.1:8000",
        "/etc/nginx/certificates/fullchain.pem": str(chain),
        "/etc/nginx/certificates/privkey.pem": str(private),
    }
    for written, meant in (
        told | {"listen 80 ": f"listen {free_port()} ", "listen 443 ": f"listen {free_port()} "}
    ).items():
        assert written in text
        text = text.replace(written, meant)
    (tmp_path / "site.conf").write_text(text)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {folders} "
        f"include {tmp_path}/site.conf; }}"
    )
    (tmp_path / "nginx.conf").write_text(whole)
    done = subprocess.run(
        [program, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_systemd_takes_the_units(tmp_path):
    program = checker("systemd-analyze")
    place = tmp_path / "puriq"
    for folder in (
        place / ".venv" / "bin",
        place / "var",
        tmp_path / "backups",
        tmp_path / "units",
    ):
        folder.mkdir(parents=True)
    for name in ("python", "gunicorn"):
        place.joinpath(".venv", "bin", name).symlink_to(sys.executable)
    (tmp_path / "puriq.env").touch()
    told = {
        "/srv/puriq": str(place),
        "/srv/backups": str(tmp_path / "backups"),
        "/etc/puriq.env": str(tmp_path / "puriq.env"),
    }
    units = []
    for path in sorted((ROOT / "deploy" / "systemd").iterdir()):
        text = path.read_text()
        for written, meant in told.items():
            text = text.replace(written, meant)
        units.append(tmp_path / "units" / path.name)
        units[-1].write_text(text)
    done = subprocess.run(
        [program, "verify", "--man=no", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "puriq" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_places_agree_between_units_proxy_and_settings():
    units = [path.read_text() for path in (ROOT / "deploy" / "systemd").glob("*.service")]
    assert {mask for text in units for mask in re.findall(r"^UMask=(\d+)", text, re.MULTILINE)} == {
        "0077"
    }
    assert all(
        "WorkingDirectory=/srv/puriq\n" in text and "ReadWritePaths=/srv/puriq/var" in text
        for text in units
    )
    assert Path(settings.VAR_DIR) == ROOT / "var"
    assert (settings.FILE_UPLOAD_PERMISSIONS, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS) == (
        0o666 & ~0o077,
        0o777 & ~0o077,
    )
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert not re.findall(r"^\s*(?:alias|root) ", proxy, re.MULTILINE), (
        "no other user may read what the site writes"
    )
