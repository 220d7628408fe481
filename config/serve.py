"""Starts the web server and one background worker, watches over both, and says where the site is."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from demo.cast import CAST, PASSWORD

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


def main() -> int:
    """Run until a signal comes or the web server ends; return its exit status."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    has_demo = os.environ.get("DEMO", "0") == "1"
    if has_demo and host not in LOOPBACK and os.environ.get("DEMO_PUBLIC") != "1":
        print("No arranca: hay personas de demostración con una contraseña conocida y HOST no es local.")  # noqa: T201 - a terminal program
        print("Usa DEMO=0, o DEMO_PUBLIC=1 si lo sabes y lo quieres.")  # noqa: T201
        return 1
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    web = start([sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"], environment)
    children = {"web": web}

    def stop(signum: int, frame: FrameType | None) -> None:
        for child in children.values():
            child.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if wait_for(f"http://{host}:{port}/salud/vivo", web):
        announce(f"http://{host}:{port}/", has_demo)
    watch(children, environment)
    return web.wait()


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen:
    """Start a child in our own group of processes."""
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own two commands


def watch(children: dict[str, subprocess.Popen], environment: dict[str, str]) -> None:
    """Keep the worker alive while the web server lives; stop it with the web server."""
    command = [sys.executable, "manage.py", "work"]
    while children["web"].poll() is None:
        if "worker" not in children or children["worker"].poll() is not None:
            children["worker"] = start(command, environment)
        time.sleep(1)
    if "worker" in children:
        children["worker"].terminate()
        children["worker"].wait()


def wait_for(address: str, web: subprocess.Popen, seconds: int = 60) -> bool:
    """Wait until the site answers; False when the web server ended or the time is over."""
    for _ in range(seconds * 10):
        if web.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    return False


def announce(address: str, has_demo: bool) -> None:
    """Print the address and the demonstration accounts."""
    lines = [f"Puriq está en {address}", f"Edición de contenidos: {address}gestion/"]
    if has_demo:
        lines.append(f"Personas de demostración (contraseña de todas: {PASSWORD})")
        lines += [f"  {person.email:<22} {person.words}" for person in CAST]
    print("\n".join([*lines, "Para detener: Ctrl+C"]), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
