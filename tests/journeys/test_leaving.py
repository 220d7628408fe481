"""A coordinator ends the posts of an outgoing government from a list: each button of a page does
what it says, with scripts too.
"""

import re
from uuid import UUID

import pytest

from tests.journeys.conftest import press

pytestmark = pytest.mark.journey
PEOPLE = (
    "SELECT o.uuid FROM accounts_membership m JOIN accounts_organisation o"
    " ON o.id = m.organisation_id JOIN territory_district d ON d.code = o.district_id"
    " WHERE m.ended_on IS NULL AND d.area_id = '24' GROUP BY o.id ORDER BY count(*) DESC LIMIT 1"
)


@pytest.fixture
def address(demo_site) -> str:
    """Where the posts of the largest institution of Tumbes end."""
    uuid = UUID(demo_site.rows(PEOPLE)[0][0])
    return f"{demo_site.url}/personas/instituciones/{uuid}/salida/"


@pytest.mark.parametrize("width", [360, 1280])
def test_each_button_does_what_it_says(visit, sign_in, address, accessible, width):
    page = visit(width)
    sign_in(page, "max@demo.example")
    page.goto(address)
    main = page.get_by_role("main")
    main.get_by_role("checkbox").first.check()
    main.get_by_text("Márcalas desde una lista").click()
    main.get_by_label("Sus documentos").fill("49999999\n4999")
    main.get_by_role("button", name="Marca a quienes están en la lista").click()
    main.get_by_text("2 líneas no marcan a nadie").wait_for()
    assert main.get_by_role("checkbox", checked=True).count() == 1
    accessible(page)
    main.locator("#id_reason").fill("Terminó la gestión")
    main.locator("#id_reason").press("Enter")
    main.get_by_role("heading", name="Termina el cargo de 1 persona").wait_for()
    accessible(page)
    main.get_by_role("button", name="Vuelve y corrige").click()
    main.locator("#id_reason").wait_for()
    assert main.locator("#id_reason").input_value() == "Terminó la gestión"
    main.get_by_role("button", name="Mira a quiénes alcanza").click()
    main.get_by_role("button", name="Termina estos cargos").click()
    page.get_by_text("Terminamos el cargo de 1 persona.").wait_for()
    press(page, main.get_by_role("link", name="Mira los cargos terminados"))
    main.get_by_role("checkbox").first.check()
    main.locator("#id_reason").fill("La marqué por error")
    accessible(page)
    main.get_by_role("button", name="Pon otra vez estos cargos").click()
    page.get_by_text("Pusimos otra vez el cargo de 1 persona.").wait_for()


def test_a_file_is_read_with_scripts_too(visit, sign_in, address):
    page = visit(360)
    sign_in(page, "max@demo.example")
    page.goto(address)
    main = page.get_by_role("main")
    main.get_by_text("Márcalas desde una lista").click()
    file = {"name": "salida.csv", "mimeType": "text/csv", "buffer": b"DNI\n49999999\n"}
    main.get_by_label("O un archivo").set_input_files(file)
    press(page, main.get_by_role("button", name="Marca a quienes están en la lista"))
    main.get_by_text(re.compile("Línea 1, «49999999»")).wait_for()
