"""Introduces the people whom coordinators and operators look after."""

import pytest
from django.utils import timezone

from accounts.services import create_person


@pytest.fixture
def nusta(organisations):
    """Serves in Puno; has a DNI and a name that few keyboards write."""
    return create_person(
        first_name="Ñusta",
        last_name="Q'orianka Huamán",
        email="nusta@demo.example",
        document_type="dni",
        document_number="40123678",
        organisation=organisations["puno"],
        post="Tesorera",
        password="tres palabras juntas",
        now=timezone.now(),
    )


@pytest.fixture
def as_nora(client, nora):
    client.force_login(nora)
    return client


@pytest.fixture
def as_oscar(client, oscar):
    client.force_login(oscar)
    return client
