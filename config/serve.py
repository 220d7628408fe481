"""Starts the web server and one background worker, watches over both, and says where the site
is.
"""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from config.environment import read_count, read_port

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
# Asked on loopback when it listens on every address.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
WEB = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
WORKER = [sys.executable, "manage.py", "work"]
CAST = [sys.executable, "manage.py", "list_demo"]
FIRST_LINK = [sys.executable, "manage.py", "first_link"]


class Site:
    """The processes of one site. Once told to stop, none of them is started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.is_ending = False

    def start(self, name: str, command: list[str], door: socket.socket | None = None) -> None:
        """Start a child, which may inherit the open socket, in our own group of processes."""
        descriptors = () if door is None else (door.fileno(),)
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            command, env=self.environment, pass_fds=descriptors, text=True
        )

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Answer a signal."""
        self.is_ending = True
        for child in self.children.values():
            child.terminate()

    def is_serving(self) -> bool:
        """True until the web server ends or a signal comes."""
        return not self.is_ending and self.children["web"].poll() is None

    def watch(self) -> int:
        """Keep the worker alive while the web server lives; return the exit status of the web
        server.
        """
        while self.is_serving():
            if "worker" not in self.children or self.children["worker"].poll() is not None:
                self.start("worker", WORKER)
            time.sleep(1)
        status = self.children["web"].wait()
        if worker := self.children.get("worker"):
            worker.terminate()
            worker.wait()
        return status


def main() -> int:
    """Run until a signal comes or the web server ends; return its exit status."""
    host, port = os.environ.get("HOST", "127.0.0.1"), read_port("PORT", 8000)
    # gunicorn reads it before its own file of settings, and fails with a trace.
    read_count("WEB_CONCURRENCY", 2, least=1)
    has_demo = os.environ.get("DEMO", "0") == "1"
    if has_demo and host not in LOOPBACK and os.environ.get("DEMO_PUBLIC") != "1":
        say(
            "No arranca: hay personas de demostración con una contraseña conocida y HOST no es "
            "local."
        )
        say("Usa DEMO=0, o DEMO_PUBLIC=1 si lo sabes y lo quieres.")
        return 1
    door = open_door(host, port)
    if door is None:
        return 1
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WEB_SOCKET": str(door.fileno()),
    }
    site = Site(environment)
    signal.signal(signal.SIGINT, site.stop)
    signal.signal(signal.SIGTERM, site.stop)
    site.start("web", WEB, door)
    told = subprocess.run(  # noqa: S603 - our own
        CAST if has_demo else FIRST_LINK,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if answers(host, port, site):
        address = (os.environ.get("BASE_URL") or f"http://{host}:{port}").removesuffix("/")
        say(f"Puriq está en {address}/")
        say(f"Edición de contenidos: {address}/gestion/")
        if told.stdout.strip():
            say(told.stdout.strip())
        say("Para detener: Ctrl+C")
    return site.watch()


def open_door(host: str, port: int) -> socket.socket | None:
    """Return the listening socket that the web server inherits, or say why there is none.

    It is ours from here on: whoever answers there is our own web server.
    """
    address = (host.strip("[]"), port)
    try:
        door = socket.create_server(
            address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET, backlog=2048
        )
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            say(
                f"No arranca: El puerto {port} está ocupado: usa PORT={port + 1} u otro que esté "
                "libre."
            )
        else:
            say(
                f"No arranca: no se puede abrir {host}:{port}. Usa otro HOST, de esta máquina, u "
                "otro PORT, entre 1024 y 65535."
            )
        return None
    door.set_inheritable(True)
    return door


def answers(host: str, port: int, site: Site, seconds: int = 60) -> bool:
    """Wait until the web server answers, whatever it says; False when it ended or the time is over.

    It is asked where it listens: its public address may lead through a proxy, which may not be
    there yet.
    """
    place = EVERYWHERE.get(host.strip("[]"), host.strip("[]"))
    until = time.monotonic() + seconds
    while site.is_serving() and time.monotonic() < until:
        door = http.client.HTTPConnection(place, port, timeout=2)
        try:
            door.request("GET", "/salud/vivo")
            door.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return True
        finally:
            door.close()
    return False


def say(words: str) -> None:
    """Tell the operator on the terminal."""
    print(words, flush=True)  # noqa: T201 - a terminal program


if __name__ == "__main__":
    sys.exit(main())
