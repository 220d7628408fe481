"""Starts a real site with the demonstration, and a real browser, for whole stories across rooms."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.operations.processes import prepare

ROOT = Path(__file__).resolve().parent.parent.parent
WITH_SECOND_FACTOR = ("oscar@demo.example", "ines@demo.example")
PASSWORD = "puriq-demo-2026"
COURSE = "/cursos/migracion-y-territorio/"


# The same engine without the window that nobody looks at comes first: it takes a fifth less of the
# processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")


def chromium() -> str | None:
    """Return the browser: CHROMIUM, or one that Debian installs."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


class Site:
    """A site of its own: database, keys and port belong to this run; it is stopped by its process
    id.
    """

    def __init__(self, folder: Path):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.named_url = f"http://localhost:{self.port}"
        self.database = folder / "site.sqlite3"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name != "DJANGO_SETTINGS_MODULE"
            },
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PERSONAL_DATA_KEYS": str(folder / "keys.json"),
            "ERASURE_LIST": str(folder / "erasures.jsonl"),
            "MEDIA_ROOT": str(folder / "media"),
            "SECRET_KEY": "journeys-" + "0" * 50,
            "BASE_URL": self.url,
            "DEMO": "1",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.log = folder / "site.log"

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run a management command on this site."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        """Serve the site as `make run` does, and wait until it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(self.url + "/salud/listo", timeout=2).close()
                return
            time.sleep(0.1)
        raise RuntimeError(f"the site did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop the server that this run started."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=40)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Read the site's database from outside."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """Write into the site's database from outside, for a story in which days pass."""
        with (
            contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection,
            connection,
        ):
            connection.execute(statement, values)


def require_chromium() -> None:
    """Skip the test where there is no browser; where CI runs, fail."""
    if chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: .ci/run installs it")
        pytest.skip(
            "Chromium was not found: browser journeys are skipped (CHROMIUM names another path)"
        )


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, django_db_setup) -> Path:
    """The folder of a site with the demonstration, made once for all processes of a run and never
    served: who needs a site takes a copy.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "demonstration"
    require_chromium()
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / "unfinished-demonstration"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            site = Site(unfinished)
            prepare(site.environment)  # from the template of the suite
            made = site.command("set_up", "--learners", "300")
            assert made.returncode == 0, made.stderr[-2000:]
            unfinished.rename(folder)
    return folder


def served_copy(demonstration: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of the demonstration on loopback, and stop it afterwards."""
    shutil.copytree(demonstration, folder, dirs_exist_ok=True)
    site = Site(folder)
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def demo_site(demonstration, tmp_path_factory):
    """The site with the demonstration, served on loopback: each module of stories has its own, so
    that none meets what another one left.
    """
    yield from served_copy(demonstration, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the browser of the system, and keep it from calling out."""
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ]
    more = ["--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": [*quiet, *more]}


# Runs before the page's own scripts; the browser tells every address, style and script that the
# policy held back.
TELL_WHAT_IS_BLOCKED = """
addEventListener("securitypolicyviolation", (told) =>
  console.error(
    `Blocked by the policy: ${told.effectiveDirective} ${told.blockedURI} on ${told.documentURI}`,
  ));
"""


@pytest.fixture
def problems() -> list[str]:
    """What the policy blocked and which scripts failed on the pages of one test."""
    return []


@pytest.fixture
def foreign():
    """Addresses of other hosts that a page asked for, held back or not."""
    return []


@pytest.fixture
def visit(demo_site, browser, problems, foreign):
    """Open a page of our own at one width; at the end nothing was blocked by the policy, no script
    failed, no other host was asked.
    """
    contexts = []

    def hear(message) -> None:
        if "Blocked by the policy" in message.text:
            problems.append(message.text)

    def open_at(width: int):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="es-PE", accept_downloads=True
        )
        context.add_init_script(TELL_WHAT_IS_BLOCKED)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((demo_site.url, demo_site.named_url, "data:", "blob:"))
                else foreign.append(request.url)
            ),
        )
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert problems == []
    assert foreign == [], "the site asked another host"


def press(page, button) -> None:
    """Press a button that sends a form, and wait for the page that answers: a click alone returns
    before it is there.
    """
    with page.expect_navigation(wait_until="load"):
        button.click()


def until(page, holds: str, arg=None) -> None:
    """Wait until a function of the page holds. Playwright's own way to wait for one evaluates it as
    text at every look but the first, which the policy of our pages forbids.
    """
    page.evaluate(
        f"""async (arg) => {{
          const holds = {holds};
          for (let look = 0; !holds(arg); look++) {{
            if (look > 600) throw new Error("it never held");
            await new Promise((done) => setTimeout(done, 50));
          }}
        }}""",
        arg,
    )


def close_without_signal(page) -> None:
    """Close a page that has no signal. Closing gives the signal back a moment before the page ends,
    which no telephone does: the page is to send nothing in that moment.
    """
    page.evaluate(
        """() => {
            globalThis.fetch = () => new Promise(() => {});
            for (let timer = setTimeout(() => {}); timer; timer--) clearTimeout(timer);
            document.open();
            document.close();
        }"""
    )
    page.close()


@pytest.fixture
def sign_in(demo_site):
    """Sign one of the cast in."""

    def enter(page, email: str) -> None:
        page.goto(demo_site.url + "/cuenta/ingresar/")
        page.locator("main input[autocomplete=username]").fill(email)
        page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
        press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))
        answer_challenge(page)
        assert "/cuenta/ingresar/" not in page.url

    return enter


def answer_challenge(page) -> None:
    """Write the code that a demonstration shows, where the person has a second factor; one that
    another story used is refused, and the page shows the next.
    """
    for _try in range(4):
        if not page.get_by_role("heading", name="Escribe tu código").count():
            return
        page.get_by_label("Código").fill(page.locator("main .note .code").inner_text())
        press(page, page.get_by_role("main").get_by_role("button", name="Ingresa"))


@pytest.fixture
def enter(demo_site):
    """Fill in the page of sign-in that is open, or open it."""

    def act(page, email: str, *, is_shared: bool = False) -> None:
        if "/cuenta/ingresar/" not in page.url and not page.locator("input[name=carried]").count():
            page.goto(demo_site.url + "/cuenta/ingresar/")
        if is_shared:
            page.get_by_label("Otras personas usan este equipo").check()
        page.locator("main input[autocomplete=username]").fill(email)
        page.locator("main input[autocomplete=current-password]").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Ingresa").click()
        if email in WITH_SECOND_FACTOR:
            page.wait_for_url("**/cuenta/ingresar/codigo/")
            answer_challenge(page)
        page.wait_for_url(lambda url: urlsplit(url).path != "/cuenta/ingresar/")

    return act


@pytest.fixture
def enrolled(visit, enter, demo_site):
    """Open the course as one of the cast who is enrolled."""

    def act(email: str, **more):
        page = visit(360)
        enter(page, email, **more)
        page.goto(demo_site.url + COURSE)
        button = page.get_by_role("button", name="Inscríbete")
        if button.count():
            press(page, button)
        return page

    return act


@pytest.fixture
def question(enrolled, demo_site):
    """Open the first question of an attempt."""

    def act(email: str, **more):
        page = enrolled(email, **more)
        quiz = demo_site.rows(
            "SELECT p.slug, m.slug FROM quizzes_quizpage q JOIN wagtailcore_page p ON p.id = "
            "q.page_ptr_id JOIN wagtailcore_page m"
            " ON m.path = substr(p.path, 1, length(p.path) - 4) ORDER BY p.path LIMIT 1"
        )[0]
        page.goto(f"{demo_site.url}{COURSE}{quiz[1]}/{quiz[0]}/")
        begin = page.get_by_role("main").get_by_role(
            "button", name=re.compile("Empieza|Intenta|Mejora")
        )
        press(
            page,
            begin
            if begin.count()
            else page.get_by_role("main").get_by_role("link", name=re.compile("Continúa")).first,
        )
        page.goto(re.sub(r"/intentos/([^/]+)/.*", r"/intentos/\1/1/", page.url))
        return page

    return act


# What is asked of a page. Only what breaks a rule is told: to write down all that keeps it takes
# as long as looking.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def fits(page) -> None:
    """Fail when a page is wider than the screen, or cuts what does not fit."""
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} scrolls sideways by {overflow} px"
    cut = page.evaluate(
        "[...document.querySelectorAll('main')].some(one => one.scrollWidth > one.clientWidth + 1)"
    )
    assert not cut, f"{page.url} cuts what does not fit"


@pytest.fixture
def accessible():
    """Fail when the automated rules of WCAG 2.2 AA find something on a page, or in our part of a
    page that Wagtail frames.
    """
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only with a browser

    def check(page, within: str | None = None) -> None:
        page.wait_for_load_state("load")
        found = Axe().run(page, context=within, options=RULES).response["violations"]
        told = [
            f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found
        ]
        assert told == [], page.url
        fits(page)

    return check
