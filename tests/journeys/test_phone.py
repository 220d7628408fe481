"""Reads the learner's screens on a phone: what is in sight, what is cut, and where the focus
goes.
"""

import pytest

from tests.journeys.conftest import press

pytestmark = pytest.mark.journey
COURSE = "/cursos/migracion-y-territorio/"
BARRED = [
    "/",
    "/cursos/",
    COURSE,
    "/verificar/",
    "/ayuda/",
    "/privacidad/",
    "/accesibilidad/",
    "/mi-aprendizaje/",
    "/mi-aprendizaje/migracion-y-territorio/requisitos/",
    f"{COURSE}aportes-y-costos/impuestos-consumo-trabajo/",
    f"{COURSE}aportes-y-costos/cuestionario-m2/",
    "/certificados/",
    "/cuenta/",
    "/cuenta/datos/",
    "/cuenta/correo/",
    "/cuenta/contrasena/",
    "/cuenta/entidad/?buscar=Zorritos",
    "/cuenta/mis-datos/",
    "/cuenta/borrar/",
    "/cuenta/primer-ingreso/",
    "/avisos/",
    "/avisos/correos/",
]
# Where the first paragraph that is no label begins, as it stands when the page was opened; a lesson
# may be a picture alone.
FIRST_PARAGRAPH = """() => {
  const paragraphs = [...document.querySelectorAll(".lesson-body p")];
  const first = paragraphs.find((one) => !one.matches(".kicker, .kind, .name"))
    ?? document.querySelector(".lesson-body img");
  return Math.round(first.getBoundingClientRect().top);
}"""
# What of the focused element stands behind the bar of places, in pixels; the bar itself is no
# obstacle to its own links.
BEHIND_THE_BAR = """() => {
  const one = document.activeElement, bar = document.querySelector(".places");
  if (!one || one === document.body || bar.contains(one)) return null;
  if (getComputedStyle(bar).position !== "fixed") return null;
  const box = one.getBoundingClientRect();
  const top = Math.max(box.top, bar.getBoundingClientRect().top);
  const hidden = Math.min(box.bottom, innerHeight) - top;
  return hidden > 1 ? `${one.outerHTML.slice(0, 90)}: ${Math.round(hidden)} px` : null;
}"""
WIDER_THAN_ITS_FRAME = """() => [...document.querySelectorAll("main table")]
  .filter((table) => table.parentElement.scrollWidth > table.parentElement.clientWidth + 1)
  .map((table) => table.innerText.slice(0, 60))"""


@pytest.fixture(scope="module")
def signed_in() -> list[dict]:
    """The cookies of Lina's session, once she has one: these tests only read, and none signs her
    out.
    """
    return []


@pytest.fixture
def phone(visit, sign_in, signed_in):
    """Lina's phone, signed in."""
    page = visit(360)
    if signed_in:
        page.context.add_cookies(signed_in)
    else:
        sign_in(page, "lina@demo.example")
        signed_in += page.context.cookies()
    return page


def lessons(demo_site):
    """Return the addresses of all lessons."""
    rows = demo_site.rows(
        "SELECT url_path FROM wagtailcore_page JOIN courses_lessonpage ON page_ptr_id = "
        "wagtailcore_page.id WHERE live"
    )
    return ["/cursos/" + path.split("/cursos/")[1] for (path,) in rows]


def test_first_screen_of_every_lesson_shows_the_lesson(phone, demo_site):
    phone.set_viewport_size({"width": 360, "height": 740})
    places = {}
    for address in lessons(demo_site):
        phone.goto(demo_site.url + address)
        places[address] = phone.evaluate(FIRST_PARAGRAPH)
    assert len(places) > 10
    assert {address: place for address, place in places.items() if place > 380} == {}


def test_no_table_that_one_reads_scrolls_sideways(phone, demo_site):
    wide = {}
    for address in [*lessons(demo_site), "/privacidad/", "/cuenta/borrar/"]:
        phone.goto(demo_site.url + address)
        wide |= {f"{address} {text}": "wide" for text in phone.evaluate(WIDER_THAN_ITS_FRAME)}
        for cell in phone.locator("main tbody td").all()[:1]:
            assert cell.evaluate("one => getComputedStyle(one, '::before').content") not in {
                "none",
                '""',
            }, "a value tells what it is"
    assert wide == {}


BROKEN_HEADERS = """() => [...document.querySelectorAll("main thead th")].flatMap((header) => {
  const words = [];
  const walker = document.createTreeWalker(header, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      if (range.getClientRects().length > 1) words.push(word[0]);
    }
  }
  return words;
})"""


def test_no_header_of_a_table_is_broken_within_a_word(phone, demo_site):
    broken = {}
    for width in (768, 1280):
        phone.set_viewport_size({"width": width, "height": 800})
        for address in [*lessons(demo_site), "/privacidad/"]:
            phone.goto(demo_site.url + address)
            broken[f"{width} {address}"] = phone.evaluate(BROKEN_HEADERS)
            assert phone.evaluate(WIDER_THAN_ITS_FRAME) == []
    assert {place: words for place, words in broken.items() if words} == {}


WIDER_THAN_THE_SCREEN = """() => {
  const page = document.documentElement, width = page.scrollWidth - page.clientWidth;
  if (width <= 0) return null;
  const isWide = (one) => one.getBoundingClientRect().right > page.clientWidth
    || one.scrollWidth > one.clientWidth + 1;
  const outside = [...document.querySelectorAll("body :not(.visually-hidden)")].filter(isWide);
  return `${width} px: ${outside.slice(-4).map((one) => one.outerHTML.slice(0, 80)).join(" | ")}`;
}"""


@pytest.mark.parametrize(("width", "letters"), [(320, "100%"), (360, "200%")])
def test_nothing_scrolls_sideways_on_a_narrow_screen_or_with_large_letters(
    phone, demo_site, width, letters
):
    phone.set_viewport_size({"width": width, "height": 740})
    wide = {}
    for address in BARRED:
        phone.goto(demo_site.url + address)
        phone.evaluate(
            "size => document.documentElement.style.setProperty('font-size', size, 'important')",
            letters,
        )
        wide[address] = phone.evaluate(WIDER_THAN_THE_SCREEN)
    assert {address: told for address, told in wide.items() if told} == {}


def test_index_of_the_course_opens_the_module_one_reads_alone(phone, demo_site):
    phone.goto(demo_site.url + f"{COURSE}aportes-y-costos/impuestos-consumo-trabajo/")
    index = phone.locator(".index")
    assert index.locator("details").count() == 6
    assert index.locator("details[open]").count() == 1
    assert index.locator("details[open] [aria-current=page]").count() == 1
    assert index.bounding_box()["height"] < 800


@pytest.mark.parametrize("address", BARRED)
def test_focus_never_hides_behind_the_bar(phone, demo_site, address):
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto(demo_site.url + address)
    hidden = []
    for _stop in range(200):
        phone.keyboard.press("Tab")
        if (
            phone.evaluate(
                "document.activeElement === document.body || "
                "document.activeElement.matches('.skip')"
            )
            and _stop
        ):
            break
        hidden += filter(None, [phone.evaluate(BEHIND_THE_BAR)])
    assert hidden == []


def test_print_this_list_prints_the_list(phone, demo_site):
    phone.add_init_script("window.print = () => dispatchEvent(new Event('beforeprint'))")
    phone.goto(demo_site.url + f"{COURSE}aportes-y-costos/impuestos-consumo-trabajo/")
    phone.locator(".checklist [data-print]").first.click()
    phone.emulate_media(media="print")
    assert phone.locator(".checklist.to-print li").first.is_visible()
    assert not phone.locator("h1").is_visible()
    assert not phone.locator(".case").first.is_visible()
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    assert phone.locator("h1").is_visible()


def test_state_and_button_of_a_question_are_in_sight_when_it_opens(visit, sign_in, demo_site):
    phone = visit(360)
    sign_in(phone, "nora@demo.example")  # Lina's own story answers this quiz
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto(demo_site.url + COURSE)
    enrol = phone.get_by_role("button", name="Inscríbete")
    if enrol.count():
        press(phone, enrol)
    (path,) = demo_site.rows(
        "SELECT url_path FROM wagtailcore_page WHERE slug = 'cuestionario-m4'"
    )[0]
    phone.goto(demo_site.url + "/cursos/" + path.split("/cursos/")[1])
    press(phone, phone.get_by_role("button", name="Empieza"))
    for slot in range(1, 4):
        assert phone.locator(".places, .breadcrumb").count() == 0, "nothing but the question"
        for place in (
            phone.locator("#guardado"),
            phone.get_by_role("button", name="Guarda y sigue"),
        ):
            box = place.bounding_box()
            assert box["y"] + box["height"] <= 640, f"question {slot}"
        squares = phone.locator(".square")
        assert squares.count() > 3
        assert all(
            min(box["width"], box["height"]) >= 44
            for box in [one.bounding_box() for one in squares.all()]
        )
        hidden = phone.evaluate(
            """() => [...document.querySelectorAll("main :is(input, button)")].filter((one) => {
              one.focus();
              const box = one.getBoundingClientRect(), foot = document.querySelector(".foot");
              const { top, bottom } = foot.getBoundingClientRect();
              if (foot.contains(one) || !one.offsetParent) return false;
              return box.bottom > top + 1 && box.top < bottom;
            }).map((one) => one.outerHTML)"""
        )
        assert hidden == []
        phone.locator("fieldset input").first.focus()
        phone.keyboard.press("Space")
        phone.locator("#guardado", has_text="Guardado").wait_for()
        with phone.expect_navigation(wait_until="load"):
            phone.keyboard.press("Enter")
        assert phone.url.endswith(f"/{slot + 1}/"), "Enter does what the main button does"
