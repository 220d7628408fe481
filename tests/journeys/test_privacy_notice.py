"""Who confirmed an older privacy notice reads the new one after signing in, with scripts and
without, and lands where they were going.
"""

import pytest

from tests.journeys.conftest import PASSWORD, press

pytestmark = pytest.mark.journey
SET_BACK = (
    "from accounts.models import User;"
    "User.objects.filter(email={!r}).update(privacy_notice_version='2026-11-29')"
)


def read_notice(page, demo_site, email: str) -> None:
    """Sign in on the way to one's certificates; stop at the notice."""
    page.goto(demo_site.url + "/cuenta/ingresar/?next=/certificados/")
    page.locator("main input[autocomplete=username]").fill(email)
    page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert page.get_by_role("heading", level=1).inner_text() == "El aviso de privacidad cambió"


def confirm(page) -> None:
    press(page, page.get_by_role("button", name="Entendido, continúa"))
    assert page.url.endswith("/certificados/")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_notice_is_read_in_order(visit, demo_site, accessible, width):
    demo_site.command("shell", "-c", SET_BACK.format("rosa@demo.example"))
    page = visit(width)
    read_notice(page, demo_site, "rosa@demo.example")
    accessible(page)
    confirm(page)


def test_the_notice_is_confirmed_without_scripts(demo_site, browser):
    demo_site.command("shell", "-c", SET_BACK.format("nora@demo.example"))
    context = browser.new_context(java_script_enabled=False, locale="es-PE")
    page = context.new_page()
    read_notice(page, demo_site, "nora@demo.example")
    confirm(page)
    context.close()
