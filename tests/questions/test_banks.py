"""A bank has a title of its own, which its authors may mend."""

import html

import pytest

from audit.models import AuditEntry
from questions.models import Bank
from tests.factories.questions import make_bank

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"
NEW = f"{HOME}banco-nuevo/"


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_two_presses_make_one_bank(enter, ada):
    client = enter(ada)
    answers = [client.post(NEW, {"title": "Banco de prueba"}, follow=True) for _press in range(2)]
    assert {answer.redirect_chain[-1][0] for answer in answers} == {f"{HOME}banco/banco-de-prueba/"}
    assert "Ese banco ya existe, y está vacío" in text(answers[1])
    assert Bank.objects.count() == AuditEntry.objects.filter(action="bank_added").count() == 1


@pytest.mark.parametrize("title", ["Plazos y términos", "PLAZOS Y TERMINOS", " plazos y términos "])
def test_a_title_that_nobody_could_tell_apart_is_refused(enter, ada, title):
    bank = make_bank("plazos", count=1)
    Bank.objects.filter(pk=bank.pk).update(title="Plazos y términos")
    answer = enter(ada).post(NEW, {"title": title})
    assert answer.status_code == 422
    assert "Ya hay un banco con ese título, y nadie los distinguiría." in text(answer)
    assert f'value="{title.strip()}"' in text(answer).replace(f'"{title}"', f'"{title.strip()}"')
    assert Bank.objects.count() == 1


@pytest.mark.parametrize("title", ["¿?", "😀", "…"])
def test_a_title_has_letters(enter, ada, title):
    answer = enter(ada).post(NEW, {"title": title})
    assert "Escribe el título con letras o números." in text(answer)
    assert not Bank.objects.exists()


def test_an_author_mends_a_title_and_its_address_stays(enter, ada):
    bank, client = make_bank("leyes", count=1), enter(ada)
    make_bank("otro", count=0)
    address = f"{HOME}banco/leyes/titulo/"
    assert address in text(client.get(f"{HOME}banco/leyes/"))
    assert f'value="{bank.title}"' in text(client.get(address))
    refused = client.post(address, {"title": Bank.objects.get(slug="otro").title})
    assert refused.status_code == 422
    answer = client.post(address, {"title": "Leyes de refugio"}, follow=True)
    assert "Guardamos el título." in text(answer)
    bank.refresh_from_db()
    assert (bank.title, bank.slug) == ("Leyes de refugio", "leyes")
    assert AuditEntry.objects.filter(action="bank_renamed").count() == 1
    assert client.post(address, {"title": "Leyes de Refugio"}).status_code == 302


def test_a_reviewer_renames_nothing(enter, raul):
    make_bank("leyes", count=1)
    client = enter(raul)
    assert "titulo/" not in text(client.get(f"{HOME}banco/leyes/"))
    assert client.post(f"{HOME}banco/leyes/titulo/", {"title": "Otro"}).status_code == 404
