"""Stores lists of people or institutions that came in a spreadsheet, row by row, and what learners
ask for.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import documents

LONGEST_TITLE = 60


class RosterFile(models.Model):
    """A list of people, or of institutions, as it was uploaded: nothing of it is carried out before
    it is confirmed.
    """

    personal_data = True

    class State(models.TextChoices):
        STAGED = "staged", _("Por confirmar")
        CONFIRMED = "confirmed", _("Importando")
        FINISHED = "finished", _("Importada")
        UNDOING = "undoing", _("Deshaciendo")
        UNDONE = "undone", _("Deshecha")

    class System(models.TextChoices):
        INEI = "inei", _("INEI")
        RENIEC = "reniec", _("RENIEC")

    class Subject(models.TextChoices):
        PEOPLE = "people", _("Personas")
        INSTITUTIONS = "institutions", _("Entidades")

    subject = models.CharField(max_length=12, choices=Subject.choices, default=Subject.PEOPLE)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, help_text="As the client sent it")
    by_key = models.UUIDField(help_text="Opaque key of who uploaded it")
    name = models.CharField(_("archivo"), max_length=120)
    digest = models.CharField(max_length=64, help_text="Keyed, of the content: tells a repetition")
    encoding = models.CharField(max_length=12, blank=True, help_text="That was guessed")
    sheet = models.CharField(
        max_length=LONGEST_TITLE, blank=True, help_text="That was read, where there are others"
    )
    hidden_rows = models.JSONField(
        default=list, help_text="Numbers of rows that the spreadsheet does not show"
    )
    system = models.CharField(max_length=6, choices=System.choices, default=System.INEI)
    header_row = models.PositiveIntegerField(default=1)
    headings = models.JSONField(default=list, help_text="As they stand in the file")
    chosen = models.JSONField(
        default=list, help_text="Field of each column in their order, as it was chosen"
    )
    fields = models.JSONField(
        default=dict, help_text="The same by plain heading: remembered for the next list"
    )
    courses = models.JSONField(
        default=list, help_text="Keys of the courses in which its people are enrolled"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.STAGED)
    row_count = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lista de personas")
        verbose_name_plural = _("listas de personas")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="staged") | Q(confirmed_at__isnull=False),
                name="roster_file_is_confirmed_first",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("staged", "confirmed")) | Q(finished_at__isnull=False),
                name="roster_file_finishes_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["by_key", "-id"], name="roster_files_of_person"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=("confirmed", "undoing")),
                name="roster_files_under_way",
            ),
        ]

    def __str__(self):
        return self.name


class Contact(models.Model):
    """That somebody called a person who did not come on, and what came of it."""

    personal_data = True

    uuid = models.UUIDField(unique=True, help_text="As the client sent it")
    learner = models.UUIDField(help_text="Key of the person who was called")
    by_key = models.UUIDField(help_text="Opaque key of who called")
    note = models.CharField(_("nota"), max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("llamada")
        verbose_name_plural = _("llamadas")
        indexes = [models.Index(fields=["learner", "-id"], name="contacts_of_person")]

    def __str__(self):
        return f"{self.learner}"


class RosterRow(models.Model):
    """One row of a list; its words are sealed with the keys of personal data."""

    personal_data = True

    class Outcome(models.TextChoices):
        WRONG = "wrong", _("Con error")
        NEW = "new", _("Persona nueva")
        JOINS = "joins", _("Ya tenía cuenta")
        MOVES = "moves", _("Viene de otra entidad")
        KNOWN = "known", _("Ya estaba")
        ADDED = "added", _("Entidad nueva")
        MENDED = "mended", _("Entidad que cambia")
        UNDONE = "undone", _("Deshecha")
        STAYS = "stays", _("Se queda: ya ingresó, cambió de entidad, o ya tiene cursos o roles")

    class InCourse(models.TextChoices):
        ENROLLED = "enrolled", _("Inscrita")
        THERE = "there", _("Ya estaba inscrita, o ya lo terminó")
        LEFT = "left", _("No: ya había empezado y la retiraron. Inscríbela otra vez en su ficha")
        CLOSED = "closed", _("No: el curso se cerró o no tiene nada que leer")
        INACTIVE = "inactive", _("No: su cuenta está desactivada")
        WITHDRAWN = "withdrawn", _("Retirada al deshacer la lista")
        KEPT = "kept", _("Sigue inscrita: ya empezó, o no está en tu ámbito")

    file = models.ForeignKey(RosterFile, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As the spreadsheet shows it")
    sealed = models.TextField(help_text="Cells, slips and hints")
    hint_count = models.PositiveSmallIntegerField(default=0, help_text="How many hints are sealed")
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    learner = models.UUIDField(null=True, blank=True, help_text="Key of the person, once done")
    document_index = models.CharField(max_length=80, blank=True, help_text="Keyed, of its document")
    email_index = models.CharField(max_length=40, blank=True, help_text="Keyed, of its e-mail")
    courses = models.JSONField(default=dict, help_text="What became of each course, by its key")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fila de una lista")
        verbose_name_plural = _("filas de listas")
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="one_row_per_number"),
            models.CheckConstraint(
                condition=Q(learner=None) | Q(done_at__isnull=False),
                name="roster_row_names_who_was_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["file", "number"],
                condition=Q(done_at=None),
                name="roster_rows_to_carry_out",
            ),
            models.Index(fields=["learner"], name="roster_rows_of_person"),
            models.Index(
                fields=["document_index"],
                condition=~Q(document_index=""),
                name="roster_rows_of_document",
            ),
            models.Index(
                fields=["email_index"], condition=~Q(email_index=""), name="roster_rows_of_email"
            ),
        ]

    def __str__(self):
        return f"{self.file} · {self.number}"


def email_index(email: str) -> str:
    """Return the keyed hash by which the rows with an e-mail are found; an empty text for none."""
    return documents.stand_in(f"e-mail:{email.lower()}") if email else ""


class Request(models.Model):
    """What a learner asks of who looks after them, and the answer."""

    personal_data = True

    class Kind(models.TextChoices):
        ATTEMPT = "attempt", _("Un intento más")
        TIME = "time", _("Más tiempo")
        CORRECTION = "correction", _("Corregir nombre o documento")
        INSTITUTION = "institution", _("Corregir entidad o cargo")
        OTHER = "other", _("Otro pedido")

    class State(models.TextChoices):
        PENDING = "pending", _("En espera")
        GRANTED = "granted", _("Aceptado")
        DECLINED = "declined", _("No procede")
        WITHDRAWN = "withdrawn", _("Retirado")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, help_text="As the client sent it")
    learner = models.UUIDField(help_text="Opaque key of who asks")
    kind = models.CharField(_("pedido"), max_length=11, choices=Kind.choices)
    enrolment = models.UUIDField(
        null=True, blank=True, help_text="Of the quiz, where it is about one"
    )
    quiz = models.UUIDField(null=True, blank=True, help_text="Key of the quiz it is about")
    words = models.TextField(_("qué pide y por qué"), max_length=500)
    asked_at = models.DateTimeField()
    state = models.CharField(
        _("estado"), max_length=9, choices=State.choices, default=State.PENDING
    )
    reason = models.CharField(_("respuesta"), max_length=300, blank=True)
    decided_by_key = models.UUIDField(
        null=True, blank=True, help_text="Opaque key of who decided; none where it was withdrawn"
    )
    decided_at = models.DateTimeField(null=True, blank=True, help_text="Or withdrawn")

    class Meta:
        verbose_name = _("pedido")
        verbose_name_plural = _("pedidos")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=("attempt", "time"), enrolment__isnull=False, quiz__isnull=False
                )
                | (~Q(kind__in=("attempt", "time")) & Q(enrolment=None, quiz=None)),
                name="request_about_a_quiz_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None, decided_by_key=None, reason="")
                | Q(state="withdrawn", decided_at__isnull=False, decided_by_key=None, reason="")
                | (
                    Q(
                        state__in=("granted", "declined"),
                        decided_at__isnull=False,
                        decided_by_key__isnull=False,
                    )
                    & ~Q(reason="")
                ),
                name="request_is_decided_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["learner", "kind", "enrolment", "quiz"],
                condition=Q(state="pending", kind__in=("attempt", "time")),
                name="one_pending_request_per_kind_and_quiz",
            ),
            models.UniqueConstraint(
                fields=["learner", "kind"],
                condition=Q(state="pending") & ~Q(kind__in=("attempt", "time")),
                name="one_pending_request_per_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "-asked_at"], name="requests_of_learner"),
            models.Index(
                fields=["asked_at"], condition=Q(state="pending"), name="requests_that_wait"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.asked_at}"

    @property
    def is_pending(self) -> bool:
        """True while nobody decided and it was not withdrawn."""
        return self.state == self.State.PENDING
