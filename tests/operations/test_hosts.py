"""Tests that a site answers at its own address, whatever other names it was given."""

import pytest

from tests.operations.processes import run

SHOWN = "from config.settings import ALLOWED_HOSTS; print(*ALLOWED_HOSTS)"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "academia.example.pe"),
        ({"ALLOWED_HOSTS": "otra.example.pe"}, "otra.example.pe academia.example.pe"),
        ({"BASE_URL": "https://Academia.example.pe:8443"}, "academia.example.pe"),
        (
            {"ALLOWED_HOSTS": "", "BASE_URL": "http://[2001:db8::7]:8000"},
            "127.0.0.1 localhost [::1] [2001:db8::7]",
        ),
    ],
    ids=["both", "forgotten", "capitals", "address"],
)
def test_the_name_in_the_address_of_the_site_is_always_allowed(environment, more, told):
    named = {name: value for name, value in (environment | more).items() if value}
    done = run(named, "-c", SHOWN)
    assert done.stdout.strip() == told, done.stderr
