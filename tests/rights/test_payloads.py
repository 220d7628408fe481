"""Whatever people write comes out as text: in pages, documents, files, letters, map and logs
(INJ-01, INJ-03, INJ-05).
"""

import csv
import io
import json
import logging
from html.parser import HTMLParser
from itertools import cycle, islice

from django.core import mail
from pypdf import PdfReader

from accounts.models import Membership, Organisation
from accounts.tasks import send_email_change_letter, send_recovery_letter
from certificates.models import Certificate
from certificates.rendering import render_pdf
from content.blocks import SourcesBlock
from courses.models import LessonPage
from lib.spreadsheets import RISKY, csv_text
from questions.models import QuestionVersion
from tests.factories.courses import publish
from tests.factories.questions import add_question, single
from tests.rights.asking import ask, browser
from tests.rights.conftest import OPEN_FILES
from tests.rights.payloads import PLAIN, bundled, payloads
from web.logs import JsonFormatter

pytestmark = OPEN_FILES

ALL = payloads()


class Running(HTMLParser):
    """Collects what a browser would run because of a text: elements and attributes that hold our
    mark.
    """

    def __init__(self, text: str):
        super().__init__()
        self.found: list[str] = []
        self.stack = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.stack = tag in {"script", "style"}
        for name, value in attrs:
            is_run = (
                name.startswith("on")
                or name in {"srcdoc", "style"}
                or (
                    name in {"href", "src", "action", "formaction"}
                    and "script:" in (value or "").lower()
                )
            )
            if is_run:
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag):
        self.stack = 0

    def handle_data(self, data):
        if self.stack and "marca" in data.lower():
            self.found.append(data)


def assert_nothing_runs(answer) -> None:
    assert answer.status_code < 500
    assert Running(answer.content.decode()).found == []


def test_there_are_about_three_hundred():
    assert 280 <= len(ALL) <= 340


def test_names_post_and_institution_are_text_wherever_they_are_shown(world):
    lina, clients = (
        world.people["Lina"],
        {name: browser(world.people[name]) for name in ("Lina", "Max", "Óscar", "Ada")},
    )
    membership = Membership.objects.get(user=lina, ended_on=None)
    code = world.samples["Lina"]["code"]
    pages = {
        "Lina": ["/cuenta/", "/cuenta/datos/", "/cuenta/entidad/?buscar=a",
        "/cuenta/primer-ingreso/", "/cuenta/mis-datos/", "/mi-aprendizaje/", "/certificados/",
                 "/mi-aprendizaje/curso/requisitos/", f"/verificar/{code}/"],
        "Max": ["/panel/", "/panel/tumbes/", "/panel/tumbes/2401/",
        f"/mi-aprendizaje/curso/requisitos/?persona={lina.learner_key}",
        f"/personas/{lina.username}/", f"/personas/{lina.username}/nombre/",
        f"/personas/{lina.username}/entidad/?buscar=a"],
        "Óscar": ["/ayuda/pedidos/", "/cuenta/pedidos-de-borrado/", "/gestion/users/",
        f"/gestion/users/edit/{lina.pk}/"],
    }  # fmt: skip
    every = cycle([(name, address) for name, addresses in pages.items() for address in addresses])
    for text in bundled(ALL, 115):
        lina.first_name = lina.last_name = text
        lina.email = '"<img/src=x/onerror=marca()>"@demo.example'
        lina.save()
        Membership.objects.filter(pk=membership.pk).update(post=text)
        Organisation.objects.filter(pk=membership.organisation_id).update(name=text)
        Certificate.objects.filter(code=code).update(holder_name=text, course_title=text)
        for name, address in islice(every, 3):
            assert_nothing_runs(clients[name].get(address))
        assert_nothing_runs(clients["Max"].get(f"/cuenta/ayudar-a-ingresar/{lina.username}/"))


def test_forms_give_back_what_was_typed_as_text(world, client):
    lina = browser(world.people["Lina"])
    senders = cycle(
        (
            (client, "POST", "/cuenta/ingresar/", ("username", "password", "next")),
            (
                client,
                "POST",
                "/cuenta/registro/datos/?entidad=ninguna",
                ("first_name", "email", "post", "document_number"),
            ),
            (client, "POST", "/cuenta/recuperar/codigo/", ("username", "code")),
            (lina, "POST", "/cuenta/correo/", ("email",)),
            (lina, "POST", "/ayuda/", ("contact",)),
            (client, "GET", "/cursos/", ("q", "tema")),
            (client, "GET", "/cuenta/registro/", ("buscar",)),
            (client, "GET", "/verificar/", ("codigo",)),
            (client, "GET", "/cuenta/ingresar/", ("next",)),
        )
    )
    for text in bundled(ALL, 240):
        for sender, method, address, fields in islice(senders, 4):
            assert_nothing_runs(ask(sender, method, address, dict.fromkeys(fields, text)))


def test_what_authors_write_as_text_is_text(world):
    ada, lina, bank = (
        browser(world.people["Ada"]),
        browser(world.people["Lina"]),
        QuestionVersion.objects.first().question.bank,
    )
    lesson = LessonPage.objects.get(pk=world.samples["lesson"]["page_id"])
    texts = bundled(ALL, 230)
    for number, text in enumerate(texts):
        question = add_question(bank, single(f"{number} {text}"))
        assert_nothing_runs(
            ada.get(f"/gestion/preguntas/{question.key}/{'editar/' if number % 2 else ''}")
        )
    stored = [
        block
        for text in texts
        for block in (
            {"type": "text", "value": {"heading": text[:120], "body": f"<p>Dice: {text}</p>"}},
            {
                "type": "table",
                "value": {
                    "caption": text[:200],
                    "columns": [text[:80]] * 2,
                    "rows": [[text, text]],
                    "note": text,
                },
            },
            {"type": "checklist", "value": {"title": text[:120], "items": [text, text]}},
            {
                "type": "sources",
                "value": {"sources": [{"title": text, "url": "https://www.gob.pe/"}]},
            },
        )
    ]
    stored += [
        {
            "type": "table",
            "value": {
                "caption": text,
                "columns": [text, text],
                "rows": [[text, text]],
                "note": text,
            },
        }
        for text in bundled(ALL, 80)
        if len(text) <= 80
    ]
    old = SourcesBlock().to_python(
        {"sources": [{"title": "Antigua", "url": "javascript:marca()"}]}
    )  # no longer published
    assert "javascript" not in SourcesBlock().render(old)
    lesson.body = lesson.body.stream_block.to_python(stored)
    for text in texts[::10]:
        lesson.title, lesson.objective, lesson.summary = text, text, text[:200]
        publish(lesson)
        assert_nothing_runs(lina.get("/cursos/curso/m1/l1/"))
    assert_nothing_runs(ada.get(f"/gestion/preguntas/banco/{bank.slug}/"))


def test_the_certificate_sets_every_text_as_text(world):
    certificate = Certificate.objects.get(code=world.samples["Lina"]["code"])
    for text in (*bundled([*PLAIN], 110), *bundled(ALL[::60], 110)):
        text = " ".join(text.split())
        certificate.holder_name = certificate.course_title = text
        document = PdfReader(io.BytesIO(render_pdf(certificate)))
        words = "".join("".join(page.extract_text() for page in document.pages).split())
        assert ("marca()" in text.lower()) == ("marca()" in words.lower())
        assert not any("/JavaScript" in page or "/JS" in page for page in document.pages)
        assert "/OpenAction" not in document.trailer["/Root"]


def test_files_hold_no_formula(world):
    for text in (*ALL, "Curso;=1+1;mueve", "a, +51 9", "hola\t@x", "＝1+1", 'a;"=1+1'):
        file = csv_text([["Título", text]])
        for separator in (",", ";", "\t", "|"):
            for row in csv.reader(io.StringIO(file, newline=""), delimiter=separator):
                assert not [
                    cell
                    for cell in row
                    if cell.lstrip(" \"'").startswith(RISKY)
                    and not cell.lstrip(' "').startswith("'")
                ]
    institution = Organisation.objects.get(name="Municipalidad Distrital de Zorritos")
    for text in PLAIN:
        Organisation.objects.filter(pk=institution.pk).update(name=text)
        answer = browser(world.people["Max"]).post("/panel/tumbes/2401/")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell.startswith(RISKY)]


def test_a_name_forges_no_header_and_no_line(world, caplog):
    lina = world.people["Lina"]
    lina.first_name = "Lina\r\nBcc: otra@otro.example\r\n\r\nOtra carta"
    lina.save()
    send_recovery_letter.call(lina.username)
    send_email_change_letter.call(world.samples["Lina"]["token"])
    assert mail.outbox
    for letter in mail.outbox:
        told = letter.message()
        assert told["Bcc"] is None
        assert letter.recipients() == [letter.to[0]]
        assert "\n" not in letter.subject
    record = logging.LogRecord(
        "x", logging.INFO, __file__, 1, "Persona %s", (lina.first_name + "\u2028\x85{}",), None
    )
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert json.loads(line)["logger"] == "x"


def test_letters_hold_names_as_text(world):
    lina = world.people["Lina"]
    lina.first_name = "<img src=x onerror=marca()> {{ 7|add:7 }}"
    lina.save()
    send_recovery_letter.call(lina.username)
    for body, kind in getattr(mail.outbox[0], "alternatives", []):
        assert kind != "text/html" or Running(body).found == []
    assert "14" not in mail.outbox[0].body.split("http")[0]
