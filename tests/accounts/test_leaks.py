"""Marked document numbers and telephones travel through the screens; afterwards they stand nowhere
but where they belong (PRV-03).
"""

import io
import logging

import pytest
from django.core import mail
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client

from accounts import documents
from accounts.limits import HELP_REQUESTS
from accounts.models import User
from tests.caches import keys_in_cache

pytestmark = pytest.mark.django_db
NUMBERS = [f"7{number:03d}9{number:03d}" for number in range(40)]
PHONES = {number: f"9{place:03d}64{place:03d}" for place, number in enumerate(NUMBERS)}
PASSWORD = "tres palabras juntas"


@pytest.fixture
def heard():
    """Everything that any logger says, down to the last detail."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The database's own lines are the statements that the next test reads from the tables.
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


def visit(number: str, organisation) -> list[str]:
    """Register, err, sign in, look at everything of one's own, ask for recovery; return every
    address the browser was told.
    """
    client, told = Client(), []
    person = {
        "first_name": "Ana",
        "last_name": "Soto",
        "document_type": "dni",
        "document_number": number,
        "email": "",
        "post": "",
    }
    steps = [
        (
            "post",
            f"/cuenta/registro/datos/?entidad={organisation.uuid}",
            person | {"password": PASSWORD, "accepts": "on"},
        ),
        ("post", "/cuenta/ingresar/", {"username": number, "password": "otra"}),
        ("post", "/cuenta/recuperar/", {"username": number}),
        (
            "post",
            "/cuenta/recuperar/codigo/",
            {"username": number, "code": "AAAAA", "password": PASSWORD},
        ),
        ("post", "/cuenta/ingresar/", {"username": number, "password": PASSWORD}),
        ("get", "/cuenta/", {}),
        ("get", "/cuenta/mis-datos/", {}),
        ("get", "/mi-aprendizaje/", {}),
        ("post", "/ayuda/", {"text": "No veo mi curso", "contact": PHONES[number]}),
        ("get", "/ayuda/", {}),
    ]
    for method, address, data in steps:
        answer = getattr(client, method)(address, data)
        told += [
            answer.headers.get("Location", ""),
            *(str(cookie) for cookie in client.cookies.values()),
        ]
        if method == "get":
            told.append(answer.content.decode())
    return told


def test_documents_and_telephones_stay_where_they_belong(organisations, nora, heard, allow):
    allow(HELP_REQUESTS, 600)
    told = [line for number in NUMBERS for line in visit(number, organisations["puno"])]
    coordinator = Client()
    coordinator.force_login(nora)
    told += [
        coordinator.post("/cuenta/ayudar-a-ingresar/", {"username": number}).content.decode()
        for number in NUMBERS
    ]
    assert User.objects.exclude(document_index=None).count() == len(NUMBERS)
    texts = {
        "logs": heard.getvalue(),
        "answers": "\n".join(told),
        "letters": "\n".join(str(letter.message()) for letter in mail.outbox),
    }
    texts["cache"] = "\n".join(keys_in_cache())
    if hasattr(cache, "_cache"):
        texts["cache"] += repr(cache._cache)
    texts["bodies"] = repr(caches["bodies"]._cache)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # The name of a table.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            texts[table] = repr(cursor.fetchall())
    assert {place for place, text in texts.items() for number in NUMBERS if number in text} == set()
    assert {
        place for place, text in texts.items() for phone in PHONES.values() if phone in text
    } == {"support_helprequest"}
    assert sorted(
        documents.decrypt(cipher)
        for cipher in User.objects.exclude(document_cipher="").values_list(
            "document_cipher", flat=True
        )
    ) == sorted(NUMBERS)
