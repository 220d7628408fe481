"""An account was used by somebody else: an operator opens the incident, takes the evidence, tells
the authority, announces maintenance and closes.
"""

import time
import zipfile

import pytest

from tests.journeys.conftest import press

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("width", [360, 1280])]
NOTICE = "El sitio no abrirá mientras cambiamos las claves."


def now_of(page) -> str:
    """Return the moment of the browser's clock in Lima, as a field of moments holds it."""
    return page.evaluate("new Date(Date.now() - 5 * 3600e3 - 60e3).toISOString().slice(0, 16)")


def later_of(page, hours: int) -> str:
    return page.evaluate(
        f"new Date(Date.now() - 5 * 3600e3 + {hours} * 3600e3).toISOString().slice(0, 16)"
    )


def test_from_the_opening_to_the_end(visit, sign_in, demo_site, accessible, tmp_path, width):
    page = visit(width)
    sign_in(page, "oscar@demo.example")
    page.goto(f"{demo_site.url}/operacion/")
    page.get_by_role("link", name="Mira los incidentes").click()
    accessible(page)
    page.get_by_role("link", name="Abre un incidente").click()
    accessible(page)
    title = f"Contraseña_robada_en_la_subgerencia_de_desarrollo_económico_y_social {width}"
    page.get_by_label("En pocas palabras").fill(title)
    page.get_by_label("Cuándo se detectó").fill(now_of(page))
    page.get_by_role("button", name="Abre el incidente").click()
    page.get_by_role("heading", name="Revisa lo siguiente").wait_for()
    assert page.get_by_label("En pocas palabras").input_value() == title
    accessible(page)
    page.get_by_label("Qué pasó").fill("Alguien usó la cuenta de Nora.")
    page.get_by_label("Qué datos están en riesgo").fill("Fichas de participantes de Puno.")
    page.get_by_label("De cuántas personas").fill("12")
    press(page, page.get_by_role("button", name="Abre el incidente"))
    assert "Quedan 47 horas para avisar" in page.get_by_role("main").inner_text()
    accessible(page)
    incident = page.url
    page.goto(f"{demo_site.url}/operacion/")
    assert title in page.get_by_role("main").inner_text()
    accessible(page)

    page.goto(f"{demo_site.url}/operacion/historial/")
    page.get_by_label("Persona").fill("nora@demo.example")
    press(page, page.get_by_role("button", name="Busca", exact=True))
    page.get_by_role("link", name="Saca la evidencia").click()
    accessible(page)
    page.get_by_label("Para qué").select_option("incident")
    page.get_by_label("Motivo").fill("Contraseña robada")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Descarga la evidencia").click()
    path = tmp_path / "evidencia.zip"
    taken.value.save_as(path)
    with zipfile.ZipFile(path) as bundle:
        assert "manifiesto.json" in bundle.namelist()
    checked = demo_site.command("check_evidence", str(path))
    assert "Está como se escribió" in checked.stdout, checked.stderr

    page.goto(incident)
    page.get_by_label("Qué anotas").select_option("authority")
    page.get_by_label("Anotación").fill("Oficio 12, por mesa de partes.")
    page.get_by_role("button", name="Anota").click()
    page.get_by_role("heading", name="Revisa lo siguiente").wait_for()
    assert page.get_by_label("Anotación").input_value() == "Oficio 12, por mesa de partes."
    accessible(page)
    page.get_by_label("Cuándo se hizo").fill(now_of(page))
    press(page, page.get_by_role("button", name="Anota"))
    assert "Se avisó a la autoridad" in page.get_by_role("main").inner_text()

    page.goto(f"{demo_site.url}/operacion/aviso/")
    accessible(page)
    page.get_by_label("Aviso", exact=True).fill(NOTICE)
    page.get_by_label("Desde").fill(later_of(page, 1))
    page.get_by_label("Hasta").fill(later_of(page, 2))
    press(page, page.get_by_role("button", name="aviso").first)
    visitor = visit(width)
    end = time.monotonic() + 20  # each process takes it up within ten seconds
    while not visitor.locator(".site-notice").count() and time.monotonic() < end:
        visitor.goto(f"{demo_site.url}/ayuda/")
    assert NOTICE in visitor.locator(".site-notice").inner_text()
    accessible(visitor)
    press(page, page.get_by_role("button", name="Quita el aviso"))

    page.goto(incident)
    page.get_by_role("link", name="Cierra el incidente").click()
    accessible(page)
    for label in ("Contención", "Evidencia", "Personas afectadas"):
        page.get_by_label(label).fill("Hecho, o no hizo falta.")
    page.get_by_label("Qué cambia").fill("Cada persona cambia su contraseña.")
    press(page, page.get_by_role("button", name="Cierra el incidente"))
    assert "Cerramos el incidente." in page.get_by_role("main").inner_text()
    accessible(page)
