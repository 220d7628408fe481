"""Defines who acts: person and their sessions, membership, and the grants of a role within a scope;
institutions stand in `register_models`.
"""

import secrets
import uuid
from collections.abc import Iterable
from datetime import date
from importlib import import_module
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Expression, F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.person_names import LONGEST_SEARCHED, searched_name
from accounts.register_models import Headcount as Headcount
from accounts.register_models import MissingInstitution as MissingInstitution
from accounts.register_models import Organisation
from accounts.register_models import OrganisationChange as OrganisationChange
from accounts.register_models import RegisterEntry as RegisterEntry
from accounts.transfer_models import Transfer as Transfer


def new_username() -> str:
    """Return an opaque sign-in name: nothing personal, never shown."""
    return "p" + secrets.token_hex(10)


class SearchedNameField(models.CharField):
    """The name of a person folded for searching, written whenever the row is."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Make it of the name that is stored now."""
        person: Any = model_instance
        name = searched_name(person.first_name, person.last_name)
        setattr(person, self.attname, name)
        return name


class User(AbstractUser):
    """A person.

    Records elsewhere know the person only by `learner_key`; erasure deletes this row, and the key
    leads nowhere.
    """

    personal_data = True

    class DocumentType(models.TextChoices):
        DNI = "dni", _("DNI")
        CE = "ce", _("Carné de extranjería")

    username = models.CharField(
        _("nombre interno"), max_length=40, unique=True, default=new_username
    )
    first_name = models.CharField(_("nombres"), max_length=120)
    last_name = models.CharField(_("apellidos"), max_length=120, blank=True)
    email = models.EmailField(_("correo electrónico"), blank=True)
    learner_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    document_type = models.CharField(
        _("documento"), max_length=3, choices=DocumentType.choices, blank=True
    )
    document_cipher = models.TextField(blank=True, editable=False)
    # Several people without a document.
    document_index = models.CharField(max_length=80, null=True, unique=True, editable=False)  # noqa: DJ001
    privacy_notice_version = models.CharField(max_length=20, blank=True, editable=False)
    privacy_notice_at = models.DateTimeField(null=True, blank=True, editable=False)
    first_entry_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_accounts",
        help_text="The account that holds what this one did, once both were one person's",
    )
    bounced_email = models.EmailField(blank=True, default="", editable=False)  # takes no letters
    unread_notices = models.PositiveIntegerField(default=0, editable=False)  # read on each page
    searched_name = SearchedNameField(
        max_length=LONGEST_SEARCHED, blank=True, default="", editable=False
    )

    objects: ClassVar["UserManager[Self]"] = UserManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    _grants: list[
        "RoleGrant"
    ]  # what `permissions.current_grants` remembers for the rest of the request

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="one_person_per_email"
            ),
            models.CheckConstraint(
                condition=Q(document_index=None, document_cipher="", document_type="")
                | (Q(document_index__isnull=False) & ~Q(document_cipher="") & ~Q(document_type="")),
                name="document_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(is_active=False) & ~Q(merged_into=F("pk"))),
                name="merged_account_is_closed_and_another",
            ),
        ]

    def __str__(self):
        return self.get_full_name() or _("Persona sin nombre")

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write a name together with what it is searched by."""
        if update_fields is not None and {"first_name", "last_name"}.intersection(update_fields):
            update_fields = {*update_fields, "searched_name"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @classmethod
    def normalize_username(cls, username):
        """Opaque names are small letters, so that looking one up needs no folding and uses the
        index.
        """
        return super().normalize_username(username).lower()

    @property
    def may_enter(self) -> bool:
        """True while the account is in use; demonstration people, whose password is published,
        enter a demonstration alone.
        """
        return self.is_active and (settings.DEMO or not self.is_demo)

    @property
    def email_bounces(self) -> bool:
        """True while letters do not reach the address of today; another address ends it."""
        return bool(self.email) and self.email == self.bounced_email

    @property
    def document_number(self) -> str:
        """The number in clear; empty when there is none.

        Only for its owner and for a certificate's last digits.
        """
        return documents.decrypt(self.document_cipher) if self.document_cipher else ""

    def set_document(self, document_type: str, number: str) -> None:
        """Encrypt and index a number already cleaned by `documents.clean_number`; does not save."""
        self.document_type = document_type
        self.document_cipher = documents.encrypt(number)
        self.document_index = documents.index(document_type, number)


class SessionManager(BaseSessionManager):
    """Reads a session together with its person."""

    def get_queryset(self) -> models.QuerySet["Session"]:
        """Join the person: whoever reads a session wants to know who it is."""
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or has begun to. It ends with the person."""

    personal_data = True

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")

    objects = SessionManager()

    @classmethod
    def get_session_store_class(cls):
        """Return the engine that the settings name; Django asks for it when a row is decoded."""
        return import_module(settings.SESSION_ENGINE).SessionStore


class Membership(models.Model):
    """A person serving in an institution from one day to another."""

    personal_data = True

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("entidad"),
    )
    post = models.CharField(_("cargo"), max_length=120, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody ended it without another one"
    )
    # By whoever looks after the institution; until then it is what the person declared.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pertenencia")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_on=None),
                name="one_current_membership_per_person",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_on__isnull=False),
                name="membership_that_somebody_ended_is_over",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation}"


class RoleGrant(models.Model):
    """A role held by a person within a scope: areas (or the nation) crossed with kinds of
    institution (or all); for a liaison one institution.

    `ends_on` is the first day without the role: a role ended today is gone at once.
    """

    personal_data = True

    class Role(models.TextChoices):
        LEARNER = "learner", _("Servidor público")
        AUTHOR = "author", _("Formador")
        REVIEWER = "reviewer", _("Revisor legal")
        COORDINATOR = "coordinator", _("Coordinador")
        ANALYST = "analyst", _("Analista")
        OPERATOR = "operator", _("Operador")
        LIAISON = "liaison", _("Enlace")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=12, choices=Role.choices)
    is_national = models.BooleanField(default=False)
    area_codes = models.JSONField(
        default=list, blank=True, help_text="INEI codes of areas; empty with is_national"
    )
    kinds = models.JSONField(
        default=list, blank=True, help_text="Kinds of institution; empty means all"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The one institution of a liaison; empty for every other role",
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(
        null=True, blank=True, help_text="Day on which somebody last decided that the role stays"
    )
    reviewed_by_key = models.UUIDField(
        null=True, blank=True, help_text="Opaque identifier of who decided it"
    )
    came_back_on = models.DateField(
        null=True,
        blank=True,
        help_text="Day on which a restored backup brought it back; empty once somebody decided",
    )

    class Meta:
        verbose_name = _("rol")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ends_on=None),
                name="one_open_grant_per_person_and_role",
            ),
            models.CheckConstraint(
                condition=Q(is_national=True, area_codes=[])
                | (Q(is_national=False) & ~Q(area_codes=[]))
                | Q(role__in=("learner", "liaison")),
                name="grant_is_national_or_names_areas",
            ),
            models.CheckConstraint(
                condition=Q(
                    role="liaison",
                    organisation__isnull=False,
                    is_national=False,
                    area_codes=[],
                    kinds=[],
                    ends_on__isnull=False,
                )
                | (~Q(role="liaison") & Q(organisation=None)),
                name="grant_of_a_liaison_is_one_institution_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on=None, reviewed_by_key=None)
                | Q(reviewed_on__isnull=False, reviewed_by_key__isnull=False),
                name="grant_review_has_its_reviewer",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

    @classmethod
    def not_ended(cls, day: date | Expression | F) -> Q:
        """Return the filter of grants that hold on a day or will: without an end, or with one that
        is still to come.
        """
        return Q(ends_on=None) | Q(ends_on__gt=day)


class ReasonedAct(models.Model):
    """What somebody changed in another person's account, and why.

    The trail keeps for good that it was done; the reason may name a person, and goes with the
    person.
    """

    personal_data = True

    uuid = models.UUIDField(
        unique=True, help_text="Given by the client: the same again is the same act"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reasoned_acts")
    action = models.CharField(max_length=60, help_text="As the trail names it")
    request_digest = models.CharField(
        max_length=40, blank=True, help_text="Keyed digest of what was sent"
    )
    reason = models.CharField(_("motivo"), max_length=300)
    by_key = models.UUIDField(help_text="Opaque identifier of who acted")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acto con motivo")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="reasoned_act_has_a_reason")
        ]
        indexes = [models.Index(fields=["user", "-id"], name="reasoned_acts_of_person")]

    def __str__(self):
        return f"{self.action} {self.at}"


class RecoveryCode(models.Model):
    """A code that lets a person without e-mail choose a new password once.

    Only its keyed digest is kept.
    """

    personal_data = True

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=40, unique=True)
    issued_by_key = models.UUIDField(help_text="Opaque identifier of the coordinator")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("código de recuperación")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None),
                name="one_unused_recovery_code_per_person",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")),
                name="recovery_code_expires_after_it_is_issued",
            ),
        ]

    def __str__(self):
        return f"{self.pk}"
