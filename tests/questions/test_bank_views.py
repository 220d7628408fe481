"""Authors write questions in the editor; reviewers read them; for everybody else the bank does not
exist.
"""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEntry
from courses.models import LessonPage, ModulePage
from norms.models import Norm
from questions.models import Bank, Question, QuestionVersion
from questions.urls import urlpatterns
from quizzes.models import QuizItemDraw
from tests.factories.questions import add_question, make_bank, mend_key, single

pytestmark = pytest.mark.django_db
HOME = "/gestion/preguntas/"


@pytest.fixture
def bank(db):
    return make_bank("leyes", count=3)


@pytest.fixture
def question(bank):
    return bank.questions.select_related("current").order_by("id").first()


def form(**changes):
    return {
        "key": uuid4(),
        "expected": 0,
        "kind": "single",
        "stem": "¿Qué plazo rige?",
        "choice_0": "Diez días",
        "correct_0": "on",
        "choice_1": "Un año",
        "feedback": "Lo dice la norma.",
        "topic": "Plazos y términos",
        "state": "active",
        "opened_state": "active",
        "opened_topic": "",
        **changes,
    }


def test_author_sees_banks_with_their_counts(enter, ada, bank):
    body = enter(ada).get(HOME).content.decode()
    assert bank.title in body
    assert "Crea un banco" in body


def test_empty_search_and_empty_state_say_what_to_do(enter, ada, bank):
    client = enter(ada)
    assert (
        "No encontramos “zzz” en este banco."
        in client.get(f"{HOME}banco/leyes/", {"q": "zzz"}).content.decode()
    )
    body = client.get(f"{HOME}banco/leyes/", {"estado": "retired"}).content.decode()
    assert "En este banco no hay preguntas con ese estado." in body
    assert "“”" not in body


def test_author_chooses_the_lesson_by_its_title(enter, ada, course, bank, question):
    client = enter(ada)
    page = LessonPage.objects.order_by("path").first()
    assert (
        f'<option value="{page.translation_key}">{page.title}</option>'
        in client.get(f"{HOME}banco/leyes/nueva/").content.decode()
    )
    client.post(f"{HOME}banco/leyes/nueva/", form(lesson=page.translation_key))
    assert Question.objects.latest("id").current.lesson_key == page.translation_key


def test_author_reads_what_a_norm_is_before_citing_it(enter, ada, bank):
    """Number, title, up to which day its text is known, and that it is not in force any more."""
    facts = {"type": "Ley", "number": "30001", "title": "Ley de Prueba", "issuer": "Congreso"}
    dates = {"date_text": "2013", "checked_on": date(2026, 11, 28)}
    Norm.objects.create(code="LEY-30001", state="in_force", **facts, **dates)
    Norm.objects.create(code="LEY-30002", state="repealed", **{**facts, "number": "30002"}, **dates)
    body = enter(ada).get(f"{HOME}banco/leyes/nueva/").content.decode()
    assert ">LEY-30001 · Ley 30001, Ley de Prueba · texto al 28/11/2026</option>" in body
    assert ">LEY-30002 · Ley 30002, Ley de Prueba · Derogada · texto al 28/11/2026<" in body


def test_lessons_of_one_name_are_offered_each_with_its_module(enter, ada, course, bank):
    body = enter(ada).get(f"{HOME}banco/leyes/nueva/").content.decode()
    for module in ("m1", "m2"):
        page = LessonPage.objects.get(
            slug="l1", path__startswith=ModulePage.objects.get(slug=module).path
        )
        assert f'<optgroup label="Curso curso · Módulo {module}">' in body
        assert f'<option value="{page.translation_key}">' in body


def test_lesson_that_is_gone_stays_with_its_question(enter, ada, bank):
    gone = str(uuid4())
    question = add_question(bank, single("¿Qué plazo rige?", lesson=gone))
    client = enter(ada)
    assert (
        f'<option value="{gone}" selected>'
        in client.get(f"{HOME}{question.key}/editar/").content.decode()
    )
    client.post(
        f"{HOME}{question.key}/editar/", form(expected=1, stem="¿Qué plazo rige hoy?", lesson=gone)
    )
    question.refresh_from_db()
    assert question.current.number == 2
    assert question.current.lesson_key == UUID(gone)


def test_choice_written_in_two_lines_is_one_line(enter, ada, bank):
    enter(ada).post(f"{HOME}banco/leyes/nueva/", form(choice_0="Diez\r\ndías"))
    assert Question.objects.latest("id").current.content["choices"][0]["text"] == "Diez días"


def test_menu_leads_to_the_bank(enter, ada):
    assert b"/gestion/preguntas/" in enter(ada).get("/gestion/").content


def test_reviewer_reads_but_does_not_write(enter, raul, bank, question):
    client = enter(raul)
    for address in (HOME, f"{HOME}banco/leyes/", f"{HOME}{question.key}/"):
        response = client.get(address)
        assert response.status_code == 200
        assert b"/editar/" not in response.content
    for address in (
        f"{HOME}banco-nuevo/",
        f"{HOME}banco/leyes/nueva/",
        f"{HOME}{question.key}/editar/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, form()).status_code == 404
    assert client.post(f"{HOME}{question.key}/estado/", {"state": "retired"}).status_code == 404
    assert Question.objects.filter(state="retired").count() == 0


@pytest.mark.parametrize("name", ["lina", "max_", "lucia"])
def test_for_others_the_bank_does_not_exist(enter, request, bank, question, name):
    client = enter(request.getfixturevalue(name))
    for address in (
        HOME,
        f"{HOME}banco/leyes/",
        f"{HOME}{question.key}/",
        f"{HOME}{question.key}/editar/",
        f"{HOME}banco/leyes/nueva/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, form()).status_code == 404


def test_visitor_is_sent_to_sign_in(client, question):
    for address in (HOME, f"{HOME}{question.key}/"):
        assert client.get(address).url.startswith("/cuenta/ingresar/")


def test_every_view_declares_its_policy():
    assert all(pattern.callback.policy.startswith("site roles:") for pattern in urlpatterns)


@pytest.mark.parametrize(
    ("address", "method"),
    [
        ("", "post"),
        ("banco/leyes/", "post"),
        ("banco/leyes/nueva/", "put"),
        ("{key}/", "post"),
        ("{key}/estado/", "put"),
    ],
)
def test_other_methods_are_refused(enter, ada, question, address, method):
    assert getattr(enter(ada), method)(HOME + address.format(key=question.key)).status_code == 405


def test_author_makes_a_bank(enter, ada):
    response = enter(ada).post(f"{HOME}banco-nuevo/", {"title": "Plazos"})
    assert response.url == f"{HOME}banco/plazos/"
    assert Bank.objects.get().title == "Plazos"


def test_bank_with_a_long_name_keeps_what_was_typed(enter, ada, bank):
    response = enter(ada).post(f"{HOME}banco-nuevo/", {"title": "Otro título " * 20})
    assert response.status_code == 422
    assert "Otro título" in response.content.decode()
    assert Bank.objects.count() == 1


def test_questions_are_found_by_words_without_accents_and_by_state(enter, ada, bank):
    add_question(bank, single("¿Quién emite la cédula?"), state="draft")
    client = enter(ada)
    found = client.get(f"{HOME}banco/leyes/?q=CEDULA emite").content.decode()
    assert "¿Quién emite la cédula?" in found
    assert "Pregunta leyes 1" not in found
    drafts = client.get(f"{HOME}banco/leyes/?estado=draft").content.decode()
    assert "¿Quién emite la cédula?" in drafts
    assert "Pregunta leyes 1" not in drafts
    assert (
        "No encontramos “nada de esto”"
        in client.get(f"{HOME}banco/leyes/?q=nada de esto").content.decode()
    )


@pytest.mark.parametrize("size", [1, 3])
def test_list_costs_the_same_with_more_questions(enter, ada, size, django_assert_max_num_queries):
    make_bank("pocas", count=size)
    client = enter(ada)
    client.get(f"{HOME}banco/pocas/")
    with django_assert_max_num_queries(14):
        client.get(f"{HOME}banco/pocas/")


def test_author_writes_a_question(enter, ada, bank):
    sent = form()
    response = enter(ada).post(f"{HOME}banco/leyes/nueva/", sent)
    assert response.url == f"{HOME}{sent['key']}/"
    question = Question.objects.select_related("current").get(key=sent["key"])
    assert (question.topic, question.state, question.current.number) == (
        "plazos-y-terminos",
        "active",
        1,
    )
    assert question.current.content["choices"] == [
        {"text": "Diez días", "is_correct": True},
        {"text": "Un año", "is_correct": False},
    ]
    assert question.current.author_key == ada.learner_key
    entry = AuditEntry.objects.get(object_key=str(question.key))
    assert (entry.action, entry.actor_key) == ("question_saved", ada.learner_key)


def test_double_press_makes_one_question(enter, ada, bank):
    sent, client = form(), enter(ada)
    for _press in range(2):
        assert client.post(f"{HOME}banco/leyes/nueva/", sent).status_code == 302
    assert Question.objects.filter(key=sent["key"]).count() == 1
    assert QuestionVersion.objects.filter(question__key=sent["key"]).count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"correct_0": ""}, "Falta marcar la respuesta correcta."),
        ({"choice_2": " diez  DÍAS "}, "Las opciones A y C son iguales."),
        (
            {"choice_0": "", "choice_2": "Un año", "choice_3": "Diez días"},
            "Las opciones B y C son iguales.",
        ),
        ({"choice_1": ""}, "Escribe al menos dos opciones."),
        (
            {"kind": "multiple", "correct_2": "on"},
            "Marcaste como correcta la opción C, que está vacía. Escríbela o quita la marca.",
        ),
        ({"stem": ""}, "Falta el enunciado."),
        ({"feedback": ""}, "Falta la explicación que leerá quien responde."),
        ({"kind": "true_false"}, "Las opciones deben ser “Verdadero” y “Falso”."),
    ],
)
def test_bad_question_is_told_and_keeps_what_was_typed(enter, ada, bank, changes, message):
    response = enter(ada).post(f"{HOME}banco/leyes/nueva/", form(locator="art. 62", **changes))
    assert response.status_code == 422
    body = response.content.decode()
    assert body.count(message) == 2  # in the summary, and beside the field
    for typed in ("art. 62", "Plazos y términos", "Diez días"):
        assert typed in body
    assert Question.objects.count() == 3


def test_editing_makes_the_next_version_and_keeps_the_old_one(enter, ada, question):
    client, old = enter(ada), question.current
    body = client.get(f"{HOME}{question.key}/editar/").content.decode()
    assert old.stem in body
    response = client.post(
        f"{HOME}{question.key}/editar/", form(key=uuid4(), expected=1, stem="Nuevo enunciado")
    )
    assert response.url == f"{HOME}{question.key}/"
    question.refresh_from_db()
    assert (question.current.number, question.current.stem) == (2, "Nuevo enunciado")
    assert QuestionVersion.objects.get(pk=old.pk).stem == old.stem
    shown = client.get(response.url).content.decode()
    assert "Versión 1" in shown
    assert "Versión 2" in shown


def test_edit_over_a_newer_version_is_told_and_can_be_sent_again(enter, ada, question, bank):
    client = enter(ada)
    add_question(bank, single("De otra persona"), key=question.key)
    sent = form(expected=1, stem="Lo mío")
    response = client.post(f"{HOME}{question.key}/editar/", sent)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Otra persona cambió la pregunta mientras escribías." in body
    assert "Lo mío" in body
    assert 'name="expected" value="2"' in body
    assert client.post(f"{HOME}{question.key}/editar/", {**sent, "expected": 2}).status_code == 302
    assert question.versions.count() == 3


def test_author_retires_and_brings_back_a_question(enter, ada, question):
    client = enter(ada)
    for state, opened in (("retired", "active"), ("active", "retired")):
        client.post(f"{HOME}{question.key}/estado/", {"state": state, "opened": opened})
        question.refresh_from_db()
        assert question.state == state
    client.post(f"{HOME}{question.key}/estado/", {"state": "borrada"})
    question.refresh_from_db()
    assert question.state == "active"
    assert question.versions.count() == 1


def test_bank_is_no_snippet_and_has_no_chooser(enter, oscar, question):
    client = enter(oscar)
    for address in (
        "/gestion/snippets/questions/question/",
        "/gestion/snippets/",
        "/gestion/choosers/question/",
    ):
        assert client.get(address).status_code in {302, 404}


def test_author_reads_how_a_question_is_scored(enter, ada, bank):
    assert (
        "marcar todas o ninguna vale 0"
        in enter(ada).get(f"{HOME}banco/leyes/nueva/").content.decode()
    )


def test_errors_speak_of_the_question_in_plain_words(enter, ada, bank):
    body = enter(ada).post(f"{HOME}banco/leyes/nueva/", form(stem="", feedback="")).content.decode()
    assert "Falta el enunciado." in body
    assert "Pregunta:" not in body
    body = enter(ada).get(f"{HOME}banco-nuevo/").content.decode()
    assert "Nombre corto" not in body  # the site names a bank, so nobody reads about slugs


def test_two_versions_of_a_question_are_shown_side_by_side(enter, ada, question, bank):
    client = enter(ada)
    add_question(bank, single("De otra persona"), key=question.key, topic="suyo")
    body = client.post(
        f"{HOME}{question.key}/editar/", form(expected=1, stem="Lo mío")
    ).content.decode()
    table = body[body.index("bank-compare") :].partition("</table>")[0]
    for told in (
        "Lo que guardó otra persona",
        "Lo que escribiste",
        "De otra persona",
        "Lo mío",
        "De otra persona: la correcta (correcta)",
        "Diez días (correcta)",
        "suyo",
    ):
        assert told in table
    assert '<th scope="row">Tipo</th>' not in table  # the same in both


def test_form_that_is_left_asks_first(enter, ada, bank, question):
    client = enter(ada)
    for address in ("banco-nuevo/", "banco/leyes/nueva/", f"{question.key}/editar/"):
        body = client.get(HOME + address).content.decode()
        assert 'data-controller="w-unsaved"' in body
        assert "beforeunload@window-&gt;w-unsaved#confirm" in body.replace(
            "beforeunload@window->", "beforeunload@window-&gt;"
        )
        assert 'data-w-unsaved-force-value="false"' in body
    body = client.post(f"{HOME}banco/leyes/nueva/", form(stem="")).content.decode()
    assert 'data-w-unsaved-force-value="true"' in body


def test_a_topic_is_one_however_it_is_typed(enter, ada, bank, course):
    client = enter(ada)
    client.post(f"{HOME}banco/leyes/nueva/", form(topic="Recepción y Acogida"))
    draw = QuizItemDraw._meta.get_field("topic").formfield()
    assert (
        draw.clean("Recepción y Acogida")
        == Question.objects.latest("id").topic
        == "recepcion-y-acogida"
    )
    with pytest.raises(ValidationError, match="Escribe el tema con letras o números"):
        draw.clean("¿?")


NOT_TEXT = ["\x00", "a\x00b", "\ud800", "x" * 100_000, "9" * 5000]


@pytest.mark.parametrize(
    "sent", NOT_TEXT, ids=["nul", "nul inside", "half a pair", "100 KB", "a long number"]
)
def test_whatever_is_sent_to_the_bank_is_answered(enter, ada, bank, question, sent):
    client, typed = enter(ada), sent.encode("utf-8", "surrogatepass")

    def post(address, fields, name):
        body = urlencode({**fields, name: typed})
        return client.post(HOME + address, body, content_type="application/x-www-form-urlencoded")

    for name in form():
        assert post("banco/leyes/nueva/", form(), name).status_code in {302, 422}, name
    for name in ("title", "slug"):
        assert post("banco-nuevo/", {"title": "T", "slug": "t"}, name).status_code in {302, 422}, (
            name
        )
    for name in ("q", "estado", "pagina"):
        assert client.get(f"{HOME}banco/leyes/?{urlencode({name: typed})}").status_code == 200, name
    assert post(f"{question.key}/estado/", {}, "state").status_code == 302
    question.refresh_from_db()
    assert question.state == "active"


def test_other_words_are_no_other_key(enter, ada, question, bank):
    add_question(bank, single("Con otras palabras"), key=question.key)
    assert (
        "otra respuesta correcta" not in enter(ada).get(f"{HOME}{question.key}/").content.decode()
    )


def test_key_that_nobody_received_is_told_so(enter, ada, question):
    mend_key(add_question(question.bank, single("Nueva")))
    mended = Question.objects.latest("id")
    assert (
        "Nadie la recibió en un intento." in enter(ada).get(f"{HOME}{mended.key}/").content.decode()
    )
