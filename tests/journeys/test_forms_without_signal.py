"""Fills in forms on a phone that loses its signal: what was typed stays in the page, and in the
page alone.
"""

import pytest

pytestmark = pytest.mark.journey
WAITS = "Sin señal. Está en esta página y lo enviaremos solo. No la cierres."
STORED = "JSON.stringify([localStorage, sessionStorage, document.cookie])"


def test_registering_waits_in_the_page(visit, demo_site, accessible):
    page = visit(360)
    page.goto(f"{demo_site.url}/cuenta/registro/datos/?entidad=ninguna")
    page.get_by_label("Nombres").fill("Yolanda")
    page.get_by_label("Apellidos").fill("Quispe Mamani")
    page.locator("#id_password").fill("bosque-de-queñuas-27")
    page.get_by_role("button", name="Muestra").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Crea tu cuenta").click()
    page.get_by_text(WAITS).wait_for()
    assert page.get_by_label("Apellidos").input_value() == "Quispe Mamani"
    assert page.locator("#id_password").input_value() == "bosque-de-queñuas-27"
    kept = page.evaluate(STORED)
    assert "Quispe" not in kept
    assert "bosque" not in kept
    accessible(page)
    sent = []
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )
    page.context.set_offline(False)
    page.get_by_role("heading", name="Revisa lo siguiente").wait_for()
    assert len(sent) == 1
    assert page.get_by_label("Apellidos").input_value() == "Quispe Mamani"
    assert page.evaluate("document.activeElement.id") == "errores"
    assert page.get_by_role("button", name="Muestra").count() == 1
    page.locator("#id_email").fill("yolanda.quispe@municipio.example")
    page.locator("#id_password").fill("bosque-de-queñuas-27")
    page.get_by_label("Acepto").check()
    page.get_by_role("button", name="Crea tu cuenta").click()
    page.get_by_role("heading", name="Recibimos tu registro").wait_for()


def test_correcting_names_waits_in_the_page(visit, sign_in, demo_site):
    page = visit(360)
    sign_in(page, "oscar@demo.example")
    page.goto(f"{demo_site.url}/cuenta/datos/")
    name = page.get_by_label("Nombres")
    typed = name.input_value()
    page.context.set_offline(True)
    name.fill(f"{typed} ")
    page.get_by_role("button", name="Guarda").click()
    page.get_by_text(WAITS).wait_for()
    assert name.input_value() == f"{typed} "
    assert typed not in page.evaluate(STORED)
    page.context.set_offline(False)
    page.get_by_text("Guardamos tus datos.").wait_for()
