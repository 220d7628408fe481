"""Serves the reference with as many processes and threads as the site, and as Django and gunicorn
come otherwise.
"""

from config.gunicorn import accesslog, bind, loglevel, preload_app, threads, worker_class, workers

__all__ = ["accesslog", "bind", "loglevel", "preload_app", "threads", "worker_class", "workers"]
