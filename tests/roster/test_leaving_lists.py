"""A list of documents marks whose posts end, and tells nothing of people outside one's reach."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape

from accounts.corrections import Why, end_post
from accounts.limits import LISTS_UPLOADED
from accounts.merging import merge_people
from accounts.models import Membership
from accounts.services import create_person, grant_role
from audit.models import AuditEntry
from roster.leaving_lists import MOST_LINES, read_list
from tests.roster.books import book_of, sheets_of
from tests.roster.test_leaving import DAY, WHY, form_of, open_posts, page_of

pytestmark = pytest.mark.django_db
NOBODY = "Nadie de esta entidad tiene ese documento."


@pytest.fixture
def serving(organisations):
    """Make somebody with a document who serves somewhere."""

    def make(number, name="Ana", *, place="puno", kind="dni"):
        person = create_person(
            first_name=name,
            last_name="Quispe Mamani",
            document_type=kind,
            document_number=number,
            organisation=organisations[place] if place else None,
            now=timezone.now(),
        )
        Membership.objects.filter(user=person).update(started_on=date(2024, 1, 1))
        return person

    return make


def send_list(client, organisation, text="", file=None, people=(), **typed) -> str:
    form = {**form_of(client, organisation, people, **typed), "paso": "lista", "documents": text}
    if file is not None:
        form["file"] = SimpleUploadedFile("salida.xlsx", file)
    return client.post(page_of(organisation), form).content.decode()


def marked_in(body: str) -> set[str]:
    return set(re.findall(r'name="people" value="([^"]*)" checked', body))


def strays_of(text, organisation, actor) -> list[tuple[int, str]]:
    return [(each.number, each.why) for each in read_list(text, organisation, actor).strays]


def test_a_pasted_list_marks_who_serves_there_and_keeps_what_was_typed(
    as_nora, organisations, serving
):
    ana, eva, zoe = serving("40000001"), serving("001234567", "Eva", kind="ce"), serving("40000003")
    text = "\n40000001\nC.E. 001234567\n"
    body = send_list(as_nora, organisations["puno"], text, people=[zoe], reason=WHY)
    assert marked_in(body) == {ana.username, eva.username, zoe.username}
    assert "2 personas de tu lista trabajan en esta entidad." in body
    assert "En total hay 3 marcadas" in body
    assert WHY in body
    assert DAY.isoformat() in body
    assert "C.E. 001234567" in body
    assert open_posts(organisations["puno"]) == {"Ana", "Eva"}


@pytest.mark.parametrize(
    "data",
    [
        book_of(["DNI", "Nombres"], [40000001, "Ana"], ["40000002", "Eva"]),
        book_of(["Lista"], [], ["Nombres", "Documento"], ["Ana", "40.000.001"], ["Eva", 40000002]),
        book_of([40000001], [40000002]),
        b"DNI;Nombres\n40000001;Ana\n40000002;Eva\n",
        b"40000001\r\n40000002\r\n",
        b"Ana,40000001\nEva,40000002\n",
    ],
)
def test_a_file_of_any_shape_marks_them_and_becomes_the_list_of_the_page(
    as_nora, organisations, serving, data
):
    both = {serving("40000001").username, serving("40000002", "Eva").username}
    body = send_list(as_nora, organisations["puno"], file=data)
    assert marked_in(body) == both
    assert "40000001\n40000002" in body.replace("40.000.001", "40000001")


def test_rows_that_a_filter_hides_end_no_post(as_nora, organisations, serving):
    serving("40000001")
    serving("40000002", "Luz")

    def filtered(sheet):
        sheet.row_dimensions[3].hidden = True

    rows = [["DNI", "Se va"], ["40000001", "sí"], ["40000002", "no"]]
    body = send_list(as_nora, organisations["puno"], file=book_of(*rows, change=filtered))
    assert marked_in(body) == set()
    assert "Tu archivo tiene 1 fila oculta, quizá por un filtro: la 3." in body
    assert "copia las que ves y pégalas arriba" in body


def test_a_sheet_that_nobody_sees_ends_no_post(as_nora, organisations, serving):
    serving("40000001")
    luz = serving("40000002", "Luz")
    data = sheets_of(
        ("Base", "hidden", [["DNI"], ["40000001"]]), ("Salen", "visible", [["DNI"], ["40000002"]])
    )
    body = send_list(as_nora, organisations["puno"], file=data)
    assert marked_in(body) == {luz.username}
    assert "Leímos la hoja «Salen»." in body


def test_each_line_that_marks_nobody_says_why(nora, organisations, serving):
    serving("40000001")
    luz = serving("40000002", "Luz", place="ugel")
    text = "40000001\n40000001\n4000001\nAna Quispe\n40000002"
    assert strays_of(text, organisations["puno"], nora) == [
        (2, "Repite la línea 1."),
        (3, "Tiene 7 números y un DNI tiene 8. Si empieza con 0, Excel pudo borrarlo: "
            "escríbelo completo."),
        (4, "No es el número de un DNI ni de un carné de extranjería."),
        (5, f"{luz} trabaja en UGEL Puno: su cargo se termina ahí."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\u00a0\n40000001\n\u00a0;\u00a0\n",
        "40,000,001",
        "40000001.0",
        "40000001\nX;\u2003",
        "1. 40000001",
        "1) 40000001\n",
        "Ana Quispe Mamani 40000001",
        "Quispe Mamani, Ana; 40000001",
        "N°\tPersona\tDNI\tCargo\n1\tQuispe Mamani, Ana\t40000001\tRegidora, suplente",
        "4000000１",
    ],
)
def test_a_list_is_read_however_it_was_pasted(nora, organisations, serving, text):
    ana = serving("40000001")
    assert read_list(text, organisations["puno"], nora).names == {ana.username}


def test_no_mark_of_a_list_makes_another_document(nora, organisations, serving):
    ana = serving("40000001")
    for number in ("140000001", "400000010"):
        serving(number, "Eva", kind="ce")
    found = read_list("1. 40000001\n40000001.0", organisations["puno"], nora)
    assert found.names == {ana.username}


@pytest.mark.parametrize("text", ["4.0000001E7", "4,0000001E+07"])
def test_a_number_that_a_spreadsheet_cut_is_told_as_such(nora, organisations, text):
    ((_number, why),) = strays_of(text, organisations["puno"], nora)
    assert why.startswith("Excel cambió el número.")


def test_a_list_without_a_word_is_no_list(as_nora, organisations, serving):
    serving("40000001")
    body = send_list(as_nora, organisations["puno"], "\u00a0;\n;,|")
    assert "Nadie de tu lista trabaja en esta entidad" in body


def test_who_is_out_of_reach_is_like_nobody(nora, oscar, organisations, serving):
    puno = organisations["puno"]
    serving("40000001", place="tumbes")
    gone = serving("40000002", "Luz")
    end_post(
        person=gone, ended_on=timezone.localdate(), now=timezone.now(),
        why=Why(nora, WHY, gone.learner_key),
    )  # fmt: skip
    text = "40000001\n40000002\n40000003"
    assert {why for _number, why in strays_of(text, puno, nora)} == {NOBODY}
    told = dict(strays_of(text, puno, oscar))
    assert "Zorritos" in told[1]
    assert "ya no tiene cargo" in told[2]
    assert told[3] == NOBODY


def test_the_document_of_an_account_that_was_merged_means_the_one_that_stays(
    oscar, organisations, serving
):
    stays, goes = serving("40000001"), serving("001234567", "Ana", kind="ce")
    merge_people(
        person=stays, other=goes, why=Why(oscar, WHY, stays.learner_key),
        now=timezone.now(),
    )  # fmt: skip
    found = read_list("001234567\n40000001", organisations["puno"], oscar)
    assert found.names == {stays.username}


def test_who_cannot_be_marked_is_named(as_nora, organisations, serving):
    ana = serving("40000001")
    grant_role(user=ana, role="operator", is_national=True, now=timezone.now())
    body = send_list(as_nora, organisations["puno"], "40000001")
    assert not marked_in(body)
    assert "Están en tu lista y no se marcan" in body


@pytest.mark.parametrize(
    ("text", "file", "told"),
    [
        ("", None, "Pega sus documentos"),
        (" \n ", None, "Pega sus documentos"),
        ("", b"%PDF-1.7\x00\x01", "Esto no es una hoja de cálculo."),
        ("", b"", "El archivo no tiene personas."),
        ("40000001\n" * (MOST_LINES + 1), None, "Divídela en dos."),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(
    as_nora, organisations, serving, text, file, told
):
    serving("40000001")
    body = send_list(as_nora, organisations["puno"], text, file, reason=WHY)
    assert told in body
    assert WHY in body
    assert not marked_in(body)


def test_enter_in_another_field_goes_on(as_nora, organisations, serving):
    ana = serving("40000001")
    body = send_list(as_nora, organisations["puno"], people=[ana])
    assert "Termina el cargo de 1 persona" in body


def test_the_list_stays_until_the_posts_end_and_is_nowhere_else(
    as_nora, organisations, serving, caplog
):
    puno, ana = organisations["puno"], serving("40000001")
    form = {**form_of(as_nora, puno, [ana]), "documents": "40000001\n49999999"}
    seen = as_nora.post(page_of(puno), {**form, "paso": "mira"}).content.decode()
    assert "40000001\n49999999" in seen
    again = as_nora.post(page_of(puno), {**form, "paso": "corrige"}).content.decode()
    assert "40000001\n49999999" in again
    told = as_nora.post(page_of(puno), {**form, "paso": "confirma"}, follow=True).content.decode()
    assert "Terminamos el cargo de 1 persona." in told
    assert "49999999" not in told
    assert "49999999" not in caplog.text
    assert not [entry for entry in AuditEntry.objects.all() if "49999999" in str(vars(entry))]


def test_many_readings_wait_an_hour(as_nora, organisations, serving, allow):
    serving("40000001")
    allow(LISTS_UPLOADED, 0)
    body = send_list(as_nora, organisations["puno"], "40000001")
    assert "Subiste muchas listas seguidas." in body
    assert "40000001" in body


def test_four_hundred_are_read_in_a_few_statements(
    as_nora, organisations, serving, django_assert_max_num_queries
):
    puno = organisations["puno"]
    people = [serving(f"{number:08}", f"Ana {chr(65 + number % 26)}") for number in range(1, 401)]
    text = "\n".join(f"{number:08}" for number in range(1, 401))
    form = {"paso": "lista", "documents": text}
    with django_assert_max_num_queries(20):
        body = as_nora.post(page_of(puno), form).content.decode()
    assert marked_in(body) == {person.username for person in people}
    form = {**form_of(as_nora, puno, people), "documents": text, "paso": "confirma"}
    goes_on = as_nora.post(page_of(puno), form).content.decode()
    assert "Cargos que terminamos: 200. Faltan: 200." in goes_on
    told = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Terminamos el cargo de 400 personas." in told
    assert not open_posts(puno)


def test_whom_a_list_means_is_on_the_page_however_many_serve_there(
    as_nora, organisations, serving, monkeypatch
):
    monkeypatch.setattr("roster.leaving.MOST_LISTED", 2)
    for number in range(1, 4):
        serving(f"4000000{number}", "Ana")
    last = serving("40000009", "Zoe")
    body = send_list(as_nora, organisations["puno"], "40000009")
    assert marked_in(body) == {last.username}
    seen = as_nora.post(
        page_of(organisations["puno"]), form_of(as_nora, organisations["puno"], [last])
    )
    assert escape(str(last)) in seen.content.decode()
