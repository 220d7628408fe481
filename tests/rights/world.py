"""Plays a small world in which everybody owns something, and names a sample of every object that
stands in an address.
"""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from post_office.models import STATUS, Email
from wagtail.models import Collection, GroupApprovalTask, Page, Site, Workflow

from accounts.models import Membership, Organisation, Transfer, User
from accounts.permissions import GUARDED
from accounts.roles import sync_roles
from accounts.second_factor import DEMO_SECRET, give_second_factor
from accounts.services import (
    create_person,
    email_change_token,
    grant_role,
    say_missing_institution,
)
from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from content.models import CustomDocument, CustomImage, CustomRendition
from courses.editions import outline_of
from courses.loading import ensure_site
from courses.models import CourseHead, LessonPage, ModulePage
from learning.services import complete_activity, enrol_learner
from norms.models import Norm
from notices.models import Letter, Notice
from notices.unsubscribing import unsubscribe_token
from operations.incidents import Told, open_incident
from operations.models import Incident, IncidentEntry
from privacy.erasure import ask_for_erasure
from privacy.models import ErasureRequest
from questions.models import Question
from quizzes.services import start_attempt
from roster.files.staging import stage_file
from roster.models import Request, RosterFile
from roster.requests import ask
from support.answers import hand_on
from support.help_requests import ask_for_help, receipt_of, with_people
from tests.factories.courses import build_site, publish_course
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit

COURSE = {"course_slug": "curso", "module_slug": "m1", "activity_slug": "l1"}
QUIZ = {"course_slug": "curso", "module_slug": "m2", "activity_slug": "cuestionario"}


@dataclass(frozen=True)
class World:
    """Who is there, what stands in addresses (arguments, by the name of the object), and what must
    be sent to some of them.
    """

    people: dict[str, User | None]
    samples: dict[str, dict[str, object]]
    forms: dict[str, dict[str, object]]


def picture(colour: str = "navy") -> ContentFile:
    """Return a small PNG."""
    buffer = BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), "imagen.png")


# Who they are, where they serve, and the role with its areas (none: the nation) and kinds of
# institution.
CAST = {
    "Lina": ("Lina", "district 240101", "", (), ()),
    "Omar": ("Omar", "district 210101", "", (), ()),
    "Ada": ("Ada", "", "author", (), ()),
    "Raúl": ("Raul", "", "reviewer", (), ()),
    "Max": ("Max", "", "coordinator", ("24",), ()),
    "Nora": ("Nora", "", "coordinator", ("21",), ()),
    "Lucía": ("Lucia", "ministry 150101", "analyst", (), ()),
    "Teresa": ("Teresa", "", "analyst", (), ("ugel",)),
    "Óscar": ("Oscar", "", "operator", (), ()),
    "Inés": ("Ines", "", "operator", (), ()),
    "Elena": ("Elena", "", "liaison", (), ()),
    "Paz": ("Paz", "", "operator", ("21",), ()),
}
NAMES = {
    "240101": "Municipalidad Distrital de Zorritos",
    "210101": "Municipalidad Distrital de Ácora",
    "150101": "Ministerio",
}


def of_zorritos() -> dict[str, object]:
    """Return the scope of the liaison of Lina's institution, who has an end."""
    place = Organisation.objects.get(name=NAMES["240101"])
    return {"organisation": place, "ends_on": timezone.localdate() + timedelta(days=90)}


def meet_cast() -> dict[str, User]:
    """Store the people of the contract; Lina has a document."""
    now, met = timezone.now(), {}
    for name, (written, place, role, areas, kinds) in CAST.items():
        kind, _space, district = place.partition(" ")
        organisation = (
            place
            and Organisation.objects.get_or_create(
                kind=kind, name=NAMES[district], district_id=district
            )[0]
        )
        met[name] = create_person(
            first_name=written,
            last_name="Quispe",
            email=f"{written.lower()}@demo.example",
            document_type="dni" if name == "Lina" else "",
            document_number="40123678" if name == "Lina" else "",
            organisation=organisation or None,
            post="Especialista",
            password="puriq-demo-2026",
            now=now,
        )
        if role:
            grant_role(
                user=met[name],
                role=role,
                is_national=not areas and role != "liaison",
                area_codes=areas,
                kinds=kinds,
                **(of_zorritos() if role == "liaison" else {}),
                now=now,
            )
        if role in GUARDED:
            give_second_factor(met[name], DEMO_SECRET)
    return met


def publish_all() -> None:
    """Publish the plain pages, the small course and a quiz at its end; the course is frozen when
    this is committed.
    """
    ensure_site()
    publish_course(build_site())
    add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)], attempts_allowed=4)


def study(user: User, head: CourseHead, *, right: int | None) -> dict[str, object]:
    """Play a learner through lessons and quiz; `right` None passes.

    Return what the person owns, as addresses name it.
    """
    now = timezone.now()
    enrolment = enrol_learner(user=user, course=head, received_at=now)
    activities = outline_of(head.latest_edition_id).activities
    quiz = next(activity for activity in activities if activity.kind == "quiz")
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=now)
    answer_all(attempt, right=right)
    submit(attempt)
    for activity in activities:
        if activity.kind == "lesson":
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=user.learner_key,
                activity_key=activity.key,
                uuid=uuid4(),
                received_at=now,
            )
    opened = start_attempt(enrolment=enrolment, quiz_key=quiz.key, now=timezone.now())
    certificate = Certificate.objects.filter(learner=user.learner_key).first()
    return {
        "enrolment_uuid": enrolment.uuid,
        "activity_key": activities[0].key,
        "attempt_uuid": opened.uuid,
        "slot": 1,
        **({"code": certificate.code, "pasted": f"{certificate.code},"} if certificate else {}),
        "token": email_change_token(user=user, email=f"otra.{user.email}", now=now),
        **COURSE,
    }


def list_of(steward: User) -> RosterFile:
    """Return a list that somebody uploaded."""
    return stage_file(
        data=b"DNI;Nombres;Apellidos;Entidad\n41234567;Ana;Ruiz;Ninguna\n",
        name="lista.csv",
        system="inei",
        uuid=uuid4(),
        actor=steward,
        now=timezone.now(),
    )


def transfer_of(learner: User) -> Transfer:
    """Return how somebody came to where they serve, from another institution of the region."""
    after = Membership.objects.select_related("organisation__district").get(
        user=learner, ended_on=None
    )
    other = Organisation.objects.create(
        kind=Organisation.Kind.UGEL, name="UGEL de antes", district=after.organisation.district
    )
    before = Membership.objects.create(
        user=learner,
        organisation=other,
        started_on=after.started_on,
        ended_on=after.started_on,
    )
    return Transfer.objects.create(
        user=learner,
        before=before,
        after=after,
        asked_by_key=learner.learner_key,
        at=timezone.now(),
    )


def request_of(learner: User) -> Request:
    """Return what somebody asked for."""
    return ask(
        person=learner,
        kind=Request.Kind.CORRECTION,
        words="Mi segundo apellido está mal",
        uuid=uuid4(),
        now=timezone.now(),
    )


def editor_samples() -> dict[str, dict[str, object]]:
    """Return what stands in the editor's addresses: inside an author's work, and outside of it."""
    home = Page.objects.get(depth=2)
    lesson = LessonPage.objects.get(
        slug="l1", path__startswith=ModulePage.objects.get(slug="m1").path
    )
    site, collection = Site.objects.get(is_default_site=True), Collection.get_first_root_node()
    apart = collection.add_child(name="Aparte")
    document = CustomDocument.objects.create(
        title="Anexo", file=ContentFile(b"Anexo", "anexo.txt"), collection=collection, file_size=5
    )
    image = CustomImage.objects.create(
        title="Foto", file=picture(), collection=collection, file_size=77
    )
    shown = CustomRendition.objects.create(
        image=image, filter_spec="width-4", file=picture(), width=8, height=8
    )
    workflow, task = (
        Workflow.objects.create(name="Flujo"),
        GroupApprovalTask.objects.create(name="Tarea"),
    )
    shared = {
        "app_label": "wagtailcore",
        "model_name": "page",
        "action": "delete",
        "object_id": "1",
        "session_id": 1,
        "revision_id": lesson.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "live",
        "image_id": image.pk,
        "name": shown.file.name,
        "document_id": document.pk,
        "doc_id": document.pk,
        "document_name": document.filename,
        "uploaded_file_id": 1,
        "uidb64": "MQ",
        "token": "nada",
        "restriction_id": 1,
        "page_view_restriction_id": 1,
        "filter_spec": "width-10",
        "collection_id": apart.pk,
        "workflow_pk": workflow.pk,
        "workflow_state_id": 1,
        "task_id": task.pk,
        "task_state_id": 1,
        "action_name": "approve",
        "destination_id": home.pk,
        "content_type_app_name": "courses",
        "content_type_model_name": "lessonpage",
        "app_name": "taggit",
    }
    pages = {
        name: {
            **shared,
            **dict.fromkeys(
                ("page_id", "parent_page_id", "page_to_move_id", "page_pk", "pk"), page.pk
            ),
        }
        for name, page in (("lesson", lesson), ("home", home))
    }
    rows = {
        "collection": apart.pk, "workflow": workflow.pk, "task": task.pk, "site": site.pk,
        "image": image.pk, "document": document.pk,
        "person": User.objects.get(email="ines@demo.example").pk,
        "group": Group.objects.get(name="Formadores").pk,
        "norm": Norm.objects.values_list("pk", flat=True).first(),
    }  # fmt: skip
    return (
        pages
        | {"editor": shared, "original": {"name": image.file.name}}
        | {name: {**shared, "pk": pk, "page_id": lesson.pk} for name, pk in rows.items()}
        | {"provider": {**shared, "pk": 1, "app_name": "provider", "model_name": "provider"}}
    )


def failed_letter(user: User) -> int:
    """Store a letter that the mail server refused; return its number."""
    email = Email.objects.create(
        from_email="puriq@example.pe", to=[user.email], message="Hola", status=STATUS.failed
    )
    Letter.objects.create(email=email, learner=user.learner_key, kind="other")
    return email.pk


def passkey_of(user: User) -> int:
    """Return the key of a passkey that somebody keeps."""
    data = {"name": "Teléfono", "credential": {}}
    return Authenticator.objects.create(user=user, type="webauthn", data=data).pk


def notice_of(user: User) -> int:
    """Store that a person was told of an enrolment; return its number."""
    facts = {"course": "Curso"}
    row = {"learner": user.learner_key, "kind": "enrolled", "cause": "x", "facts": facts}
    return Notice.objects.create(**row, happened_at=timezone.now()).pk


def incident_of(operator: User) -> Incident:
    """Open an incident."""
    scope = Told(IncidentEntry.Kind.SCOPE, "Nombres y correos", people=12)
    facts = {"title": "Laptop perdida", "what": "Con una sesión abierta", "scope": scope}
    moment = timezone.now()
    act = {"detected_at": moment, "uuid": uuid4(), "now": moment}
    return open_incident(by=operator, **facts, **act)


def twin_of(learner: User) -> User:
    """Give a learner another account, in the same institution."""
    return create_person(
        first_name=learner.first_name,
        last_name=learner.last_name,
        email=f"otra.{learner.email}",
        organisation=learner.memberships.get(ended_on=None).organisation,
        post="Especialista",
        password="puriq-demo-2026",
        now=timezone.now(),
    )


def play(cast: dict[str, User]) -> World:
    """Let the cast study, ask and operate on what `publish_all` published; return the world."""
    head, now = CourseHead.objects.get(slug="curso"), timezone.now()
    Norm.objects.get_or_create(
        code="LEY-1",
        defaults={
            "type": "Ley",
            "number": "1",
            "title": "Ley",
            "date_text": "2020",
            "issuer": "Congreso",
        },
    )
    samples = {
        name: study(cast[name], head, right=right) for name, right in (("Lina", None), ("Omar", 1))
    }
    number_waiting_certificates(now=now)
    ask_for_erasure(user=cast["Omar"], now=now)
    asked = ask_for_help(
        learner=cast["Lina"].learner_key, text="No veo mi curso", contact="", now=now
    )
    hand_on(asked=with_people([asked])[0], actor=cast["Óscar"], now=now)
    unknown = ask_for_help(learner=None, text="No puedo entrar", contact="", now=now)
    sync_roles(today=timezone.localdate())
    question = Question.objects.select_related("bank").first()
    say_missing_institution(user=cast["Lina"], words="Posta de Zorritos", post="", now=now)
    zorritos = Organisation.objects.values_list("uuid", flat=True).get(name=NAMES["240101"])
    samples |= {
        "": {},
        "lesson of the course": COURSE,
        "quiz of the course": QUIZ,
        "nothing": {**{name: uuid4() for name in ("uuid", "key", "attempt_uuid", "enrolment_uuid",
        "activity_key")},
                    **dict.fromkeys(("course_slug", "module_slug", "activity_slug", "bank_slug",
                    "area_slug", "province_code"), "nada"),
                    "slot": 1, "number": 0, "pk": 0, "code": "22222222222222222222",
                    "token": "nada", "username": "nada", "act": "nombre"},
        "letter": {"uidb36": "1", "key": "abc-1"},
        "Tumbes": {"area_slug": "tumbes", "province_code": "2401"},
        "Puno": {"area_slug": "puno", "province_code": "2101"},
        "Omar's erasure": {
            "uuid": ErasureRequest.objects.get(learner=cast["Omar"].learner_key).uuid
        },
        "Lina's account": {"username": cast["Lina"].username},
        "Óscar's passkey": {"pk": passkey_of(cast["Óscar"])},
        "Lina's notice": {"number": notice_of(cast["Lina"])},
        "Lina's reminders": {"token": unsubscribe_token(cast["Lina"].learner_key, "unbegun")},
        "Lina's letter": {"number": failed_letter(cast["Lina"])},
        "Max's role": {"username": cast["Max"].username, "number": cast["Max"].grants.get().pk},
        "Lina's revocation": {"username": cast["Lina"].username, "act": "revocar-certificado"},
        "Lina's twin": {"username": cast["Lina"].username, "other": twin_of(cast["Lina"]).username},
        "Lina's name": {"username": cast["Lina"].username, "act": "nombre"},
        "Lina's help request": {"number": asked.pk, "receipt": receipt_of(asked)},
        "Visitor's help request": {"number": unknown.pk},
        "Lina's transfer": {"uuid": transfer_of(cast["Lina"]).uuid},
        "Lina's request": {"uuid": request_of(cast["Lina"]).uuid, "kind": "correccion"},
        "question": {"key": question.key, "bank_slug": question.bank.slug},
        **editor_samples(),
        "stalled": {"name": "detenidas"},
        "Lina's call": {"name": "detenidas", "username": cast["Lina"].username},
        "Zorritos": {"uuid": zorritos, "act": "renombrar"},
        "contact of Zorritos": {"uuid": zorritos, "act": "contacto"},
        "Max's list": {"number": list_of(cast["Max"]).uuid},
        "incident": {"uuid": incident_of(cast["Óscar"]).uuid},
    }  # fmt: skip
    forms = {
        "mi-aprendizaje/marcador/<uuid:enrolment_uuid>/": {
            "activity": samples["Lina"]["activity_key"]
        }
    }
    return World({"Visitor": None, **cast}, samples, forms)
