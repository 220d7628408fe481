"""Configures the web server: a few processes with threads, loaded once and shared."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
# Writers are capped: more threads than this only wait for each other in front of SQLite.
threads = 8
preload_app = True
max_requests = 20000
max_requests_jitter = 2000
graceful_timeout = 20
timeout = 60
accesslog = None
loglevel = "warning"
