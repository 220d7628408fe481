"""Builds the world of the rights once for each test that asks for it."""

import pytest

from tests.rights.world import World, play, publish_all

# Wagtail leaves the file of a new rendition open.
OPEN_FILES = [
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:ResourceWarning"),
]


@pytest.fixture
def world(lina, omar, ada, raul, max_, nora, lucia, teresa, oscar, person, django_capture_on_commit_callbacks) -> World:
    """The cast, each with something of their own, and a sample of every object."""
    person("Ines", role="operator", national=True)
    lina.set_document("dni", "40123678")
    lina.save()
    cast = {
        "Lina": lina,
        "Omar": omar,
        "Ada": ada,
        "Raúl": raul,
        "Max": max_,
        "Nora": nora,
        "Lucía": lucia,
        "Teresa": teresa,
        "Óscar": oscar,
    }
    with django_capture_on_commit_callbacks(execute=True):
        publish_all()
    with django_capture_on_commit_callbacks(execute=True):
        return play(cast)
