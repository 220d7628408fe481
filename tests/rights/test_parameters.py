"""Whatever stands in a query or a field: a page or a refusal, never a fault and never another scope
(INJ-04, INJ-06).
"""

import pytest
from django.conf import settings
from django.forms import CharField, Form, HiddenInput
from django.forms.models import ModelForm
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from accounts import forms as accounts_forms
from certificates import forms as certificates_forms
from questions import forms as questions_forms
from quizzes import forms as quizzes_forms
from reporting import forms as reporting_forms
from support import forms as support_forms
from tests.rights.asking import ask, browser

ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "1e9999",
            "-1",
            "0",
            "9" * 40,
            "NaN",
            "' OR 1=1 --",
            "nombre;DROP",
            "-avance",
            "password",
            "user__password",
            "__class__",
            "\x00",
            "%00",
            "[]",
            "{}",
        ]
    ),
)
LONG = "a" * 1_000_000
READS = (
    ("Visitor", "/cursos/", ("q", "tema", "pagina")),
    ("Visitor", "/cuenta/registro/", ("buscar", "falta")),
    ("Visitor", "/cuenta/registro/datos/", ("entidad", "buscar")),
    ("Visitor", "/cuenta/ingresar/", ("next",)),
    ("Visitor", "/verificar/", ("codigo",)),
    ("Lina", "/cuenta/entidad/", ("buscar",)),
    ("Lina", "/mi-aprendizaje/curso/requisitos/", ("persona",)),
    ("Max", "/panel/", ("orden", "curso", "tipo", "desde", "hasta")),
    ("Max", "/panel/tumbes/", ("orden", "curso", "tipo", "desde", "hasta")),
    ("Max", "/panel/tumbes/2401/", ("orden", "curso", "tipo", "desde", "hasta")),
    ("Ada", "/gestion/preguntas/banco/banco/", ("q", "estado", "pagina")),
)


@pytest.fixture
def clients(world):
    return {name: browser(world.people[name]) for name in ("Visitor", "Lina", "Max", "Ada")}


@given(data=st.data())
@tried(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_a_fault_or_shows_another_scope(clients, data):
    for name, address, parameters in READS:
        sent = {parameter: data.draw(ODD) for parameter in parameters}
        answer = ask(clients[name], "GET", address, sent)
        assert answer.status_code in {200, 302, 400, 404}, (address, sent)
        if name == "Max" and answer.status_code == 200:
            assert "Ácora" not in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    ["a" * 4000, "1e9999", "\x00", "\ud7ff" * 1300, "<" * 4000, "&" * 4000],
    ids=["long", "1e9999", "nul", "wide", "marks", "signs"],
)
def test_long_and_odd_queries_get_an_answer(clients, text):
    """Longer ones never arrive: the server takes lines of 4,094 bytes."""
    for name, address, parameters in READS:
        assert ask(clients[name], "GET", address, dict.fromkeys(parameters, text)).status_code in {
            200,
            302,
            400,
            404,
        }, address


def test_what_is_searched_for_is_cut_before_any_filter_sees_it(clients):
    body = ask(
        clients["Visitor"], "GET", "/cursos/", {"q": "z" * 4000, "tema": "z" * 4000}
    ).content.decode()
    assert "z" * 100 in body
    assert "z" * 101 not in body


@pytest.mark.parametrize(
    ("name", "address", "fields"),
    [
        ("Visitor", "/cuenta/ingresar/", ("username", "next")),
        ("Visitor", "/cuenta/registro/datos/?entidad=ninguna", ("first_name", "last_name")),
        ("Visitor", "/cuenta/recuperar/", ("username",)),
        ("Visitor", "/cuenta/recuperar/codigo/", ("username", "code")),
        ("Visitor", "/ayuda/", ("text", "contact")),
        ("Lina", "/cuenta/datos/", ("first_name", "post")),
        ("Lina", "/cuenta/entidad/", ("entidad", "cargo")),
        ("Max", "/cuenta/ayudar-a-ingresar/", ("username",)),
        ("Max", "/cuenta/ayudar-a-ingresar/p0123456789/", ("after",)),
        ("Ada", "/gestion/preguntas/banco/banco/nueva/", ("stem", "choice_0")),
        ("Ada", "/gestion/preguntas/banco-nuevo/", ("title",)),
    ],
)
def test_a_megabyte_without_a_space_is_refused_and_not_stored(clients, name, address, fields):
    answer = ask(clients[name], "POST", address, dict.fromkeys(fields, LONG))
    assert answer.status_code in {200, 302, 400, 404, 422}
    assert not [statement for statement in answer.written if "a" * 150 in statement]


@pytest.mark.parametrize(
    "header",
    [
        "Accept-Language",
        "User-Agent",
        "Referer",
        "X-Request-ID",
        "Cookie",
        "Accept",
        "If-None-Match",
        "X-Forwarded-For",
    ],
)
def test_long_headers_get_an_answer(clients, header):
    for value in ("es;q=1e9999," * 5000, "a" * 100_000):
        assert ask(clients["Visitor"], "GET", "/cursos/", headers={header: value}).status_code in {
            200,
            400,
        }


def every_form() -> list[type[Form]]:
    """Return the forms of every room."""
    modules = (
        accounts_forms,
        certificates_forms,
        questions_forms,
        quizzes_forms,
        reporting_forms,
        support_forms,
    )
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Form | ModelForm)
        and each.__module__ == module.__name__
    ]


# Their limit is a rule of questions with its own sentence (questions/question_rules.py), or the
# view cuts (certificates/views.py).
BY_RULE = {"QuestionForm.stem", "QuestionForm.feedback", "VerificationForm.codigo"}


def test_every_text_field_has_a_limit():
    unlimited = {
        f"{form.__name__}.{name}"
        for form in every_form()
        for name, field in form.base_fields.items()
        if type(field) is CharField
        and field.max_length is None
        and not isinstance(field.widget, HiddenInput)
    }
    assert unlimited <= BY_RULE


def test_a_request_has_a_limit():
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 2_621_440
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS <= 10_000  # sixty blocks of a lesson
