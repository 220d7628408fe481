"""Configures the web server: a few processes with threads, loaded once and shared."""

import gc
import os
from pathlib import Path

from config.environment import read_count, read_port

# `config/serve.py` opens the socket before anything else, so that a taken port is told at once.
address = f"{os.environ.get('HOST', '127.0.0.1')}:{read_port('PORT', 8000)}"
bind = f"fd://{os.environ['WEB_SOCKET']}" if "WEB_SOCKET" in os.environ else address
workers = read_count("WEB_CONCURRENCY", 2, least=1)
umask = 0o077  # as config/settings.py
worker_class = "gthread"
# Who signs in waits in a thread for the turn to be hashed (accounts/passwords.py): a class must
# leave threads to who reads. How many write at once is another matter (lib/write_limit.py).
threads = 64
preload_app = True
max_requests = 20000
max_requests_jitter = 2000
graceful_timeout = 20
timeout = 60
accesslog = None
loglevel = "warning"


def post_fork(server, worker):
    """Spare what the processes share from the search for garbage, and search less often: a page
    makes many objects, none for long.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def on_starting(server):
    """Begin to count anew: files of processes that are gone would be counted for ever."""
    for file in metrics_files():
        file.unlink(missing_ok=True)


def metrics_files() -> list[Path]:
    """Return the files in which processes count for Prometheus; none where nobody asked."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return list(Path(folder).glob("*.db")) if folder else []
