"""Whoever reaches a limit is answered 429, and told when to try again, on whatever screen."""

import ast
import re

import pytest

from accounts import limits
from accounts.limits import Limit
from accounts.models import User
from tests.architecture.sources import ROOT, modules

pytestmark = pytest.mark.django_db
KNOWN = {row.name: row for row in vars(limits).values() if isinstance(row, Limit)}
# What says on its own that there is a limit, or leaves it in a form that its view reads.
SAID = ("held_back", "too_many", "TooMany", "limit", "reached")
# Not tries of whoever waits for the answer: a code that is used twice, and a letter too many; and
# what is never told, for another name shares its count.
NO_TRIES = {"CODE_USES", "NOTICES_OF_PERSON", "CODES_TRIED_OF_ACCOUNT"}

TABLE = [
    # Who, the limit, the address, what is sent (None opens it).
    ("", "sign_ins", "/cuenta/ingresar/", {"username": "40123678", "password": "x"}),
    ("", "failed_sign_ins", "/cuenta/ingresar/", {"username": "40123678", "password": "x"}),
    ("", "failed_sign_ins_of_identifier", "/cuenta/ingresar/",
     {"username": "40123678", "password": "x"}),
    ("", "recoveries", "/cuenta/recuperar/", {"username": "40123678"}),
    ("", "recoveries_of_identifier", "/cuenta/recuperar/", {"username": "40123678"}),
    ("", "institution_searches", "/cuenta/registro/?buscar=puno", None),
    ("", "verifications", "/verificar/ABCD-EFGH-JKMN-PQRS/", None),
    ("", "certificate_files", "/certificados/ABCD-EFGH-JKMN-PQRS.pdf", None),
    ("lina", "transcripts", "/mi-aprendizaje/constancia.pdf", None),
    ("nora", "people_sought", "/personas/", {"who": "Rosa"}),
    ("nora", "people_sought", "/cuenta/ayudar-a-ingresar/", {"username": "40123678"}),
    ("oscar", "people_sought", "/operacion/historial/", {"who": "Rosa"}),
    ("nora", "slips_printed", "/personas/papeletas/", {}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "name", "address", "data"), TABLE)
def test_a_limit_that_is_reached_is_told(request, client, site, allow, who, name, address, data):
    limit = KNOWN[name]
    if who:
        client.force_login(request.getfixturevalue(who))
    if name == "slips_printed":
        request.getfixturevalue("person")("Nadie", organisation="puno")
        User.objects.filter(first_name="Nadie").update(first_entry_at=None)
    allow(limit, 0)
    answer = client.get(address) if data is None else client.post(address, data)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(limit.seconds))
    assert re.search(r"Espera (un|una|\d+) (minuto|hora)", answer.content.decode())


def takes() -> list[tuple[str, str]]:
    """Return where a try is counted: the function, and its source."""
    found = []
    for path in modules():
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
            names = {
                argument.id
                for call in calls
                if getattr(call.func, "id", getattr(call.func, "attr", "")) == "take"
                for argument in call.args
                if isinstance(argument, ast.Name)
            }
            if names - NO_TRIES:
                where = f"{path.relative_to(ROOT)}:{function.name}"
                found.append((where, ast.unparse(function)))
    return found


def test_every_try_that_is_counted_leaves_its_limit_to_the_answer():
    found = takes()
    assert len(found) > 25
    silent = [where for where, text in found if not any(name in text for name in SAID)]
    assert silent == []
