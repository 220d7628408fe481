"""A list tells of a few people out of its uploader's reach that they have an account, and each time
leaves a line.
"""

import pytest
from django.utils import timezone

from accounts.limits import OUTSIDERS_NAMED
from accounts.services import create_person
from audit.models import AuditEntry
from roster.models import RosterFile
from tests.roster.test_files import line, list_of, slips_of, staged, text_of, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def outsiders(organisations):
    """Three who serve in Tumbes, with a document or an e-mail each."""
    facts = ({"document_type": "dni", "document_number": "41000001"}, {"email": "eva@x.pe"})
    for each in (*facts, {"document_type": "dni", "document_number": "41000003"}):
        create_person(
            first_name="Eva", organisation=organisations["tumbes"], now=timezone.now(), **each
        )


def test_those_of_whom_a_list_tells_are_counted_in_the_trail(nora, outsiders):
    staged(nora, line(41000001), line(41234567, email="eva@x.pe"), line(41234568))
    assert AuditEntry.objects.get(action="roster_outsiders_named").details == {"count": 2}
    staged(nora, line(41234569))
    assert AuditEntry.objects.filter(action="roster_outsiders_named").count() == 1


def test_a_list_that_names_many_of_them_is_not_read(client, nora, outsiders, allow):
    allow(OUTSIDERS_NAMED, 1)
    client.force_login(nora)
    page = upload(client, list_of(line(41000001), line(41000003)))
    assert page.status_code == 200
    assert "muchas personas que ya tienen cuenta fuera de tu ámbito" in text_of(page)
    assert not RosterFile.objects.exists()
    assert AuditEntry.objects.filter(action="roster_outsiders_named").count() == 1


def test_columns_chosen_anew_tell_no_more(client, nora, outsiders, allow):
    allow(OUTSIDERS_NAMED, 1)
    client.force_login(nora)
    data = list_of(line(41000001), line(41000003)).replace(b"DNI;", "Código;".encode())
    address = upload(client, data)["Location"]
    names = ("document", "first_name", "last_name", "organisation", "post")
    choice = {f"c{at}": name for at, name in enumerate(names)}
    page = client.post(f"{address}columnas/", choice, follow=True)
    assert "muchas personas que ya tienen cuenta" in text_of(page)


def test_a_list_does_not_tell_who_holds_a_role_elsewhere(nora, max_, outsiders):
    max_.set_document("dni", "41000009")
    max_.save()
    slips = slips_of(staged(nora, line(41000001), line(41000009)))
    assert len({slip.partition(":")[2] for slip in slips}) == 1
    assert "ya tiene cuenta fuera de tu ámbito" in slips[0]
