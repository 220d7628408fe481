"""Introduces the cast, the empty site and a small published course."""

import os
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key

from accounts.documents import make_keys
from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.permissions import GUARDED
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.roles import sync_roles
from accounts.second_factor import DEMO_SECRET, give_second_factor
from courses.models import CataloguePage, CourseHead
from territory.models import District
from tests.databases import own_database
from tests.factories.courses import build_site, publish_course
from tests.kept import forget_all
from tests.legs import commits, runs_on
from tests.remembered import remembered
from tests.scheduling import SiteScheduling

# The browser of the journeys keeps an event loop open in its process; our own code is never
# asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# Where sites, PostgreSQL and Redis of this machine may live: no test asks them, or takes their
# place, unless it was told to.
STANDARD_PORTS = {8000, 5432, 6379} - {
    urlsplit(os.environ.get(name, "")).port for name in ("TEST_DATABASE_URL", "TEST_CACHE_URL")
}


def refuse_standard_ports(event: str, arguments: tuple) -> None:
    """Fail the test that connects to, or opens, one of them."""
    if (
        event in {"socket.connect", "socket.bind"}
        and isinstance(arguments[1], tuple)
        and arguments[1][1] in STANDARD_PORTS
    ):
        raise RuntimeError(
            f"a test uses the standard port {arguments[1][1]}: take one from "
            "tools.harness.servers.free_port"
        )


sys.addaudithook(refuse_standard_ports)

# A loaded machine is no fault of the code: how long an example takes judges nothing.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

OWN_DATABASE = pytest.StashKey()
PLACES = {"tumbes": "240101", "puno": "210101", "lima-metropolitana": "150101"}


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Start from a database that was migrated once: a copy takes milliseconds, the migrations ten
    seconds.
    """
    with django_db_blocker.unblock():
        database = request.config.stash[OWN_DATABASE] = own_database()
        database.make()
        yield
        del request.config.stash[OWN_DATABASE]
        database.remove()


@pytest.fixture(scope="session", autouse=True)
def own_keys():
    """Make the keys of personal data first: a test without a database could not ask whether there
    are documents.
    """
    make_keys(Path(settings.PERSONAL_DATA_KEYS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep together what shares a site."""
    return SiteScheduling(config, log)


def pytest_collection_modifyitems(config, items):
    """Leave out what the run on the other kind of database shows."""
    each_once = os.environ.get("EACH_TEST_ONCE") == "1"
    kept = [item for item in items if runs_on(connection.vendor, item, each_once=each_once)]
    taken = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in taken])
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """After a test that committed, put the template in the place of the whole database.

    Django would first empty every table, which takes longer than all the rest.
    """
    database = item.config.stash.get(OWN_DATABASE, None)
    if not (database and commits(item)):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.ops, "sql_flush", lambda *arguments, **options: [])
        outcome = yield
    if OWN_DATABASE in item.config.stash:  # gone after the last test
        with item.config.stash[blocking_manager_key].unblock():
            database.refill()
    return outcome


def pytest_unconfigure():
    """Leave nothing in a shared cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def empty_cache():
    """Every test starts with empty caches: identifiers are used again, and a cached body must not
    make a test pass.
    """
    forget_all()


@pytest.fixture
def allow(monkeypatch):
    """Let a limit take another number of tries."""

    def act(limit, amount):
        monkeypatch.setitem(vars(limit), "amount", amount)

    return act


@pytest.fixture
def waiting_tasks(settings):
    """Put tasks into their table, as a site does; nobody takes them."""
    if django.VERSION >= (6,):
        pytest.skip("Wagtail's search makes tasks that the table of tasks refuses on Django 6")
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def places(db) -> dict[str, District]:
    """One district in each of three areas: enough to be inside and outside a scope."""
    return {slug: District.objects.get(code=code) for slug, code in PLACES.items()}


@pytest.fixture
def organisations(places) -> dict[str, Organisation]:
    """A district municipality in Tumbes and in Puno, a UGEL in Puno, a ministry in Lima."""
    kinds = Organisation.Kind
    wanted = {
        "tumbes": (kinds.DISTRICT, "Municipalidad Distrital de Zorritos", "tumbes"),
        "puno": (kinds.DISTRICT, "Municipalidad Distrital de Ácora", "puno"),
        "ugel": (kinds.UGEL, "UGEL Puno", "puno"),
        "ministry": (kinds.MINISTRY, "Ministerio de Relaciones Exteriores", "lima-metropolitana"),
    }
    return {
        key: Organisation.objects.get_or_create(kind=kind, name=name, district=places[place])[0]
        for key, (kind, name, place) in wanted.items()
    }


@pytest.fixture
def person(organisations):
    """Make one person, with an institution and a role where asked."""

    def make(
        name, surname="Quispe", *, organisation=None, role=None, areas=(), national=False, kinds=()
    ) -> User:
        user = User.objects.create(
            first_name=name,
            last_name=surname,
            email=f"{name.lower()}@demo.example",
            first_entry_at=timezone.now(),
            privacy_notice_version=PRIVACY_NOTICE_VERSION,
        )
        user.set_password("puriq-demo-2026")
        user.save(update_fields=["password"])
        if organisation:
            Membership.objects.create(
                user=user,
                organisation=organisations[organisation],
                post="Especialista",
                started_on=date(2024, 1, 1),
            )
        if role:
            RoleGrant.objects.create(
                user=user,
                role=role,
                area_codes=list(areas),
                is_national=national,
                kinds=list(kinds),
                starts_on=date(2024, 1, 1),
            )
        if role in GUARDED:
            give_second_factor(user, DEMO_SECRET)
        return user

    return make


@pytest.fixture
def lina(person) -> User:
    """Learns in a district municipality in Tumbes."""
    return person("Lina", organisation="tumbes")


@pytest.fixture
def omar(person) -> User:
    """Learns in a district municipality in Puno."""
    return person("Omar", organisation="puno")


@pytest.fixture
def ada(person) -> User:
    """Writes courses."""
    return person("Ada", role="author", national=True)


@pytest.fixture
def raul(person) -> User:
    """Reviews what lessons say of the law."""
    return person("Raul", role="reviewer", national=True)


@pytest.fixture
def max_(person) -> User:
    """Coordinates Tumbes."""
    return person("Max", role="coordinator", areas=["24"])


@pytest.fixture
def nora(person) -> User:
    """Coordinates Puno."""
    return person("Nora", role="coordinator", areas=["21"])


@pytest.fixture
def lucia(person) -> User:
    """Reads the figures of the nation."""
    return person("Lucia", organisation="ministry", role="analyst", national=True)


@pytest.fixture
def teresa(person) -> User:
    """Reads the figures of every UGEL, and of nothing else."""
    return person("Teresa", role="analyst", national=True, kinds=["ugel"])


@pytest.fixture
def oscar(person) -> User:
    """Operates the site."""
    return person("Oscar", role="operator", national=True)


@pytest.fixture
def site(db):
    """A home page with a catalogue below it, and nothing else."""
    found = CataloguePage.objects.first()
    return found or CataloguePage.objects.get(pk=remembered("site", lambda: build_site().pk))


@pytest.fixture
def course(site, django_capture_on_commit_callbacks):
    """A small published course: two modules of two lessons; slug `curso`. Returns its head."""

    def build():
        with django_capture_on_commit_callbacks(execute=True):
            return publish_course(site).translation_key

    key = remembered("course", build)
    return CourseHead.objects.select_related("latest_edition").get(key=key)


@pytest.fixture
def enter(client):
    """Sign a person in with the groups of today."""

    def as_person(user):
        sync_roles(today=date.today())  # noqa: DTZ011 - the day of the grants, whatever the zone
        client.force_login(user)
        return client

    return as_person


@pytest.fixture
def courses(site, django_capture_on_commit_callbacks):
    """Publish small courses; slugs `curso-1`, `curso-2`…"""

    def make(count: int, *, lessons: int = 1) -> list[CourseHead]:
        with django_capture_on_commit_callbacks(execute=True):
            pages = [
                publish_course(site, f"curso-{number}", modules=1, lessons=lessons)
                for number in range(1, count + 1)
            ]
        return [CourseHead.objects.get(key=page.translation_key) for page in pages]

    return make
