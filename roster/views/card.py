"""Serves the card of a person: what is held of them, where they stand, and who looked."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Organisation, RoleGrant, User
from accounts.permissions import (
    COMPANIONS,
    GRANTABLE,
    STEWARDS,
    Role,
    current_grants,
    holds_role,
    stands_above,
)
from accounts.policies import PersonRequest, for_roles
from accounts.queries import accounts_of, memberships_of
from accounts.services import record_look
from learning.queries import Study
from notices.queries import letters_written_to
from roster.act_words import act_in_words
from roster.queries import (
    acts_on,
    area_names,
    certificates_held_by,
    course_rows,
    grants_of,
    is_outdated,
    looks_at,
    person_in_reach,
    person_on_card,
)

KINDS = dict(Organisation.Kind.choices)


@for_roles(*COMPANIONS)
@never_cache
@require_safe
def card(request: PersonRequest, username: str) -> HttpResponse:
    """Show one person. A look leaves its line in the trail before anything is shown (decision
    0011).
    """
    person = person_on_card(request.user, username)
    if person is None:
        raise Http404
    now = timezone.now()
    if person.pk != request.user.pk:
        record_look(person=person, looked_by=request.user, action="card_opened", now=now)
    memberships = memberships_of(person)
    membership_today = next((row for row in memberships if row.ended_on is None), None)
    has_merged: bool = person.has_merged  # type: ignore[attr-defined] # annotated
    accounts = accounts_of(person) if has_merged else [person]
    grants, today = grants_of(accounts), timezone.localdate(now)
    open_grants = [grant for grant in grants if grant.ends_on is None or grant.ends_on > today]
    certificates = certificates_held_by(person)
    courses, left = course_rows(person, now)
    titles = titles_in([*(row.study for row in courses), *left])
    titles |= {str(row.uuid): row.course_title for row in certificates}
    letters = letters_written_to(person)
    is_operator = holds_role(request.user, Role.OPERATOR)
    is_steward = looks_after(request.user, person)
    context = {
        "person": person,
        "last_digits": person.document_number[-3:],
        "membership": membership_today,
        "former": [row for row in memberships if row.ended_on],
        "roles": role_rows(grants, today),
        "is_steward": is_steward,
        "may_act": is_steward and stands_above(request.user, person, open_grants),
        "is_operator": is_operator,
        "may_take_factor": is_operator and person.has_second_factor,
        "may_give_code": is_steward and may_give_code(request.user, person, open_grants),
        "may_get_slip": not (person.last_login or person.first_entry_at),
        "may_be_liaison": membership_today is not None
        and not any(
            grant.organisation_id == membership_today.organisation_id for grant in open_grants
        ),
        "may_give_role": any(GRANTABLE.get(each.role) for each in current_grants(request.user)),
        "holds_role": bool(open_grants),
        "courses": courses,
        "left": left,
        "certificates": [(row, row.is_valid and is_outdated(row, person)) for row in certificates],
        "acts": [
            (act_in_words(act.action, facts, titles), act) for act, facts in acts_on(accounts)
        ],
        "letters": letters,
        "bounces": person.email_bounces,
        "looks": looks_at(accounts),
    }
    return render(request, "roster/card.html", context)


def titles_in(studies: list[Study]) -> dict[str, str]:
    """Return what courses and their activities are called, by the keys that the trail keeps."""
    titles = {str(each.enrolment.course.key): each.outline.title for each in studies}
    activities = (activity for each in studies for activity in each.outline.activities)
    return titles | {str(activity.key): activity.title for activity in activities}


def looks_after(user: User, person: User) -> bool:
    """Say whether somebody who may see a person may act on people too, and on this one: a liaison
    only looks. No statement, but for who is both.
    """
    if not holds_role(user, *STEWARDS):
        return False
    return not holds_role(user, Role.LIAISON) or person_in_reach(user, person.username) is not None


def may_give_code(user: User, person: User, grants: list[RoleGrant]) -> bool:
    """Say whether the screen that gives codes has this person; it asks again itself."""
    is_above = any(grant.role not in GRANTABLE[Role.COORDINATOR] for grant in grants)
    return person.is_active and not is_above and stands_above(user, person, grants)


def existing_person(user: User, username: str) -> User:
    """Return the person behind an address, or answer 404: who is out of reach is like nobody."""
    person = person_in_reach(user, username)
    if person is None:
        raise Http404
    return person


def role_rows(grants: list[RoleGrant], today: date) -> list[dict[str, object]]:
    """Return what the card shows of roles: their scope in words, and whether they hold, will hold
    or are over.
    """
    names = area_names(grants)
    return [
        {
            "grant": grant,
            "scope": scope_in_words(grant, names),
            "last_day": last_day_of(grant),
            "is_over": grant.ends_on is not None and grant.ends_on <= today,
            "is_to_come": grant.starts_on > today,
            "is_of_closed": is_of_closed(grant),
        }
        for grant in grants
    ]


def is_of_closed(grant: RoleGrant) -> bool:
    """Say whether a role is for an institution that was closed or went into another: it shows
    nobody any more.
    """
    return grant.organisation is not None and grant.organisation.told.closed_on is not None


def last_day_of(grant: RoleGrant) -> date | None:
    """Return the last day on which a role holds or held: the first one, where it was taken on it;
    None while it has no end.
    """
    return grant.ends_on and max(grant.starts_on, grant.ends_on - timedelta(days=1))


def scope_in_words(grant: RoleGrant, names: dict[str, str]) -> str:
    """Return where a role holds: «Puno, solo UGEL», or the institution of a liaison."""
    if grant.organisation is not None:
        return grant.organisation.name
    areas = ", ".join(names.get(code, code) for code in grant.area_codes)
    where = areas or _("Todo el país")
    kinds = ", ".join(str(KINDS.get(kind, kind)) for kind in grant.kinds)
    return _("%(where)s, solo %(kinds)s") % {"where": where, "kinds": kinds} if kinds else where
