"""Follows people who take their data in hand: they come back without e-mail, carry their data away,
and are erased for good.
"""

import io
import json
import re
import shutil
import zipfile

import pytest

from tests.journeys.conftest import PASSWORD, press

pytestmark = pytest.mark.journey
COURSE = "/cursos/migracion-y-territorio/"
NEW_PASSWORD = "mi perro come papaya"


def figures_of_puno(page, site) -> list[str]:
    """Return the cells of Puno as the analyst of the ministry reads them."""
    page.goto(site.url + "/panel/")
    return page.locator("tbody tr", has_text="Puno").locator("td").all_inner_texts()


def test_person_without_email_comes_back_with_a_code(visit, sign_in, demo_site, accessible):
    newcomer = visit(360)
    newcomer.goto(demo_site.url + "/cuenta/registro/?buscar=Puno")
    newcomer.get_by_role("radio").first.check()
    press(newcomer, newcomer.get_by_role("button", name="Continúa"))
    newcomer.locator("main input[name=first_name]").fill("Basilia")
    newcomer.locator("main input[name=last_name]").fill("Mamani")
    newcomer.get_by_label("DNI", exact=True).check()
    newcomer.locator("main input[name=document_number]").fill("45210987")
    newcomer.locator("main input[name=password]").fill(PASSWORD)
    newcomer.locator("main input[name=accepts]").check()
    press(newcomer, newcomer.get_by_role("main").get_by_role("button").last)
    assert newcomer.url.endswith("/cuenta/registro/listo/")

    coordinator = visit(1280)
    sign_in(coordinator, "nora@demo.example")
    coordinator.goto(demo_site.url + "/cuenta/ayudar-a-ingresar/")
    coordinator.locator("main input[name=username]").fill("45210987")
    press(coordinator, coordinator.get_by_role("button", name="Busca"))
    accessible(coordinator)
    press(coordinator, coordinator.get_by_role("button", name="Da un código"))
    accessible(coordinator)
    code = coordinator.locator("main .code").inner_text()

    newcomer.goto(demo_site.url + "/cuenta/recuperar/codigo/")
    newcomer.locator("main input[name=username]").fill("45210987")
    newcomer.locator("main input[name=code]").fill(code.lower())
    newcomer.locator("main input[name=password]").fill(NEW_PASSWORD)
    press(newcomer, newcomer.get_by_role("button", name="Guarda"))
    accessible(newcomer)
    newcomer.goto(demo_site.url + "/cuenta/ingresar/")
    newcomer.locator("main input[name=username]").fill("45210987")
    newcomer.locator("main input[name=password]").fill(NEW_PASSWORD)
    press(newcomer, newcomer.get_by_role("main").get_by_role("button", name="Ingresa"))
    assert "/cuenta/ingresar/" not in newcomer.url


def test_learner_of_puno_takes_his_data_and_stays_erased_after_a_restore(
    visit, sign_in, demo_site, accessible, tmp_path
):
    learner = visit(360)
    sign_in(learner, "omar@demo.example")
    learner.goto(demo_site.url + COURSE)
    press(learner, learner.get_by_role("button", name="Inscríbete"))
    older = tmp_path / "older.zip"
    assert demo_site.command("backup", str(older)).returncode == 0

    learner.goto(demo_site.url + "/cuenta/mis-datos/")
    learner.locator("main input[name=password]").fill(PASSWORD)
    with learner.expect_download() as waiting:
        learner.get_by_role("button", name="Descarga tus datos").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as copy:
        machine = next(name for name in copy.namelist() if name.endswith(".json"))
        assert "omar@demo.example" in json.dumps(json.loads(copy.read(machine)))
        assert any(name.endswith(".html") for name in copy.namelist())
    learner.goto(demo_site.url + "/cuenta/borrar/")
    learner.get_by_label(re.compile("Entiendo que no podré")).check()
    learner.locator("main input[name=password]").fill(PASSWORD)
    press(learner, learner.get_by_role("button", name="Envía tu pedido"))
    accessible(learner)

    analyst = visit(1280)
    sign_in(analyst, "lucia@demo.example")
    before = figures_of_puno(analyst, demo_site)
    operator = visit(1280)
    sign_in(operator, "oscar@demo.example")
    operator.goto(demo_site.url + "/cuenta/pedidos-de-borrado/")
    accessible(operator)
    press(operator, operator.get_by_role("link", name=re.compile("Revisa")).first)
    accessible(operator)
    press(operator, operator.get_by_role("button", name="Borra sus datos"))
    accessible(operator)
    assert is_gone(demo_site)
    assert figures_of_puno(analyst, demo_site) == before

    demo_site.stop()
    for path in demo_site.database.parent.glob(demo_site.database.name + "*"):
        path.unlink()
    shutil.rmtree(
        demo_site.environment["MEDIA_ROOT"], ignore_errors=True
    )  # an empty site has no uploads either
    restored = demo_site.command("restore", str(older))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    demo_site.start()
    assert is_gone(demo_site)
    again = visit(1280)
    sign_in(again, "lucia@demo.example")
    assert figures_of_puno(again, demo_site) == before
    audit = demo_site.command("audit_records")
    assert audit.returncode == 0, audit.stdout


def is_gone(site) -> bool:
    """True when the database knows no Omar."""
    return not site.rows("SELECT 1 FROM accounts_user WHERE email = 'omar@demo.example'")
