"""Keeps sessions beside the person they belong to: one statement reads both, and a person's
sessions end with the person.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import Session, User
from accounts.permissions import places_of, works_here
from accounts.shared_device import HOURS_WITH_ROLE, SEEN
from lib.prepared import Parameter, PreparedQuery

# What hardly any page asks of a person, dates above all: read when one does.
SELDOM_ASKED = ("last_login", "date_joined", "username", "privacy_notice_at", "searched_name")
# Part of every request of whoever is signed in.
running_session = PreparedQuery(
    lambda: Session.objects.filter(
        session_key=Parameter("key", CharField()), expire_date__gt=Parameter("now", DateTimeField())
    ).defer("expire_date", *(f"user__{name}" for name in SELDOM_ASKED))
)


class SessionStore(db.SessionStore):
    """Django's sessions in the database; `person` is who came with the session when it was read."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return our own table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Name the person in the row too."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get(auth.SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        row = running_session.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
        self.person = row.user if row else None
        return row


class PersonMiddleware(AuthenticationMiddleware):
    """Tells who asks, as Django does, without a statement of its own."""

    def process_request(self, request: HttpRequest) -> None:
        """Name whoever comes with a session, which every request reads; without one the visitor is
        found by whoever asks.
        """
        super().process_request(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.user = person_of(request)
        else:
            request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who asks; found once for each request, in the place where Django keeps it too."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = person_with(request.session) or auth.get_user(request)  # type: ignore[attr-defined]
    return request._cached_user  # type: ignore[attr-defined,no-any-return]


def person_with(session: Any) -> User | None:
    """Return the person who came with a session, when all holds that Django asks; in any other case
    Django itself decides.
    """
    key, backend = session.get(auth.SESSION_KEY), session.get(auth.BACKEND_SESSION_KEY)
    person: User | None = session.person
    if (
        person is None
        or str(person.pk) != key
        or not person.may_enter
        or backend not in settings.AUTHENTICATION_BACKENDS
    ):
        return None
    return (
        person
        if constant_time_compare(
            session.get(auth.HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
        else None
    )


def end_sessions_of(user: User, *, but: str = "") -> int:
    """Delete the sessions of a person, wherever they signed in, but for one; return how many."""
    return Session.objects.filter(user=user).exclude(session_key=but).delete()[0]


def end_all_sessions() -> int:
    """Delete the sessions of everybody, as after a restore; return how many."""
    return Session.objects.all().delete()[0]


def refit_sessions_of(user: User) -> None:
    """Let the sessions of a person offer the places of today's roles; who holds one now signs in
    anew within the hours of a session with a role, however long theirs was to last.
    """
    now, places, has_role = timezone.now(), places_of(user), works_here(user)
    hours = timedelta(hours=HOURS_WITH_ROLE)
    for row in Session.objects.filter(user=user, expire_date__gt=now):
        data = row.get_decoded() | {"menu": places}
        end = row.expire_date
        if has_role and SEEN not in data:
            data["_session_expiry"] = int(hours.total_seconds())
            end = min(end, now + hours)
        text = SessionStore().encode(data)
        Session.objects.filter(pk=row.pk).update(session_data=text, expire_date=end)
