"""An author pastes from a word processor: the text reads as it was written, and what was not
carried is named at the block.
"""

import pytest

pytestmark = pytest.mark.journey

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<h1>Refugio y asilo<o:p></o:p></h1>
<p class=MsoNormal><b>Quien pide refugio</b> no se devuelve.\
<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1">[1]</a></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Trámite</p></td>\
<td><p class=MsoNormal>Plazo</p></td></tr>
<tr><td><p class=MsoNormal>Visa</p></td>\
<td><p class=MsoNormal><a href="https://www.gob.pe/">5 días</a></p></td></tr></table>
<p class=MsoNormal><img width=1 src="file:///C:/foto.jpg"><img width=1 src="file:///C:/otra.jpg"></p>
<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1>
<p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> Ley 27891.</p></div></div>
<!--EndFragment--></body></html>"""
REVIEWED = """<html><body><!--StartFragment-->
<p class=MsoTitle>Quién decide</p>
<p class=MsoNormal><ins>Se agregó</ins> <del>se borró </del>y <s>nunca</s> vale:\
<span class=MsoCommentReference><a class=msocomanchor href="#_msocom_1">[RV1]</a></span> \
H<sub>2</sub>O.</p>
<p class=MsoNormal><a href="file:///C:/doc.docx">mi archivo</a></p>
<table><tr><td rowspan=2>Visa</td><td>5 días</td></tr><tr><td>10 días</td></tr></table>
<div style='mso-element:comment-list'><div style='mso-element:comment'><div class=msocomtxt>
<p class=MsoCommentText><a class=msocomoff href="#_msoanchor_1">[RV1]</a>\
Esto no va</p></div></div></div>
<!--EndFragment--></body></html>"""
PASTE = """(field, [html, text, image]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (text) data.setData("text/plain", text);
  if (image) data.items.add(new File(["x"], "captura.png", { type: "image/png" }));
  field.focus();
  const paste = { clipboardData: data, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


@pytest.fixture
def text(visit, sign_in, demo_site):
    """Open a lesson as its author and return an empty text of it; nothing is stored."""
    page = visit(1280)
    sign_in(page, "ada@demo.example")
    lesson = demo_site.rows(
        "SELECT page_ptr_id FROM courses_lessonpage ORDER BY page_ptr_id LIMIT 1"
    )[0][0]
    page.route(
        "**/edit/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.goto(f"{demo_site.url}/gestion/pages/{lesson}/edit/")
    field = page.locator(".Draftail-Editor [contenteditable=true]").first
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return field


def read(field) -> list[str]:
    return [block.inner_text().strip() for block in field.locator("[data-block=true]").all()]


def test_what_word_held_is_carried_or_named(text):
    text.evaluate(PASTE, [WORD, "Refugio y asilo", False])
    assert read(text) == [
        "Refugio y asilo",
        "Quien pide refugio no se devuelve.[1]",
        "Trámite | Plazo",
        "Visa | 5 días",
        "[1] Ley 27891.",
    ]
    assert text.locator("h3").inner_text() == "Refugio y asilo"
    told = text.page.get_by_role("alert").filter(has_text="pegar")
    assert told.locator("p").all_inner_texts() == [
        "No pudimos pegar 2 imágenes: súbelas con el bloque Figura.",
        "Pegamos 1 tabla como texto, una línea por fila: escríbela con el bloque Tabla simple.",
        "Pegamos 1 nota al pie como texto: revisa dónde quedó.",
    ]
    text.evaluate(PASTE, ["<p>Otra cosa</p>", "Otra cosa", False])
    assert told.count() == 0
    assert read(text)[-1].endswith("Otra cosa")


def test_what_a_reviewer_struck_out_or_wrote_beside_is_left_out_and_named(text):
    text.evaluate(PASTE, [REVIEWED, "Quién decide", False])
    assert read(text) == [
        "Quién decide",
        "Se agregó y nunca vale: H2O.",
        "mi archivo",
        "Visa | 5 días",
        "Visa | 10 días",
    ]
    assert text.locator("h3").inner_text() == "Quién decide"
    told = text.page.get_by_role("alert").filter(has_text="Dejamos fuera")
    assert told.locator("p").all_inner_texts() == [
        "Pegamos 1 tabla como texto, una línea por fila: escríbela con el bloque Tabla simple.",
        "Dejamos fuera 1 comentario de quien revisó.",
        "Dejamos fuera 1 texto borrado con control de cambios.",
        "Pegamos 1 texto tachado sin su raya: revisa si todavía vale.",
        "Pegamos 1 subíndice o superíndice como letra común: revisa si se entiende.",
        "Pegamos 1 enlace como texto: no lleva a una página de internet.",
    ]


def test_a_picture_alone_is_named_and_plain_text_is_pasted_as_ever(text):
    text.evaluate(PASTE, ["", "", True])
    text.page.get_by_text("No pudimos pegar 1 imagen: súbela con el bloque Figura.").wait_for()
    text.evaluate(PASTE, ["", "Un texto", False])
    assert read(text) == ["Un texto"]
    assert text.page.get_by_text("No pudimos pegar").count() == 0


def test_a_text_near_its_limit_is_counted_and_not_cut(text):
    objective = text.page.locator("[name=objective]")
    objective.fill("a" * 269)
    assert text.page.locator(".letters:visible").count() == 0
    objective.fill("ñ" * 300)
    text.page.get_by_text("300 de 300 letras", exact=True).wait_for()
    objective.fill("ñ" * 516)
    text.page.get_by_text("516 de 300 letras: acórtalo antes de publicar").wait_for()
    assert len(objective.input_value()) == 516
    heading = text.page.locator("[name$=-value-heading]").first
    heading.fill("a" * 121)
    text.page.get_by_text("121 de 120 letras: acórtalo antes de publicar").wait_for()
