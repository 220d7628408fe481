"""Serves the site with the points where a process may end itself; everything else is as in
production.
"""

from config.settings import *  # noqa: F403

INSTALLED_APPS = ["tools.chaos.in_django.points.PointsConfig", *INSTALLED_APPS]  # noqa: F405
MIDDLEWARE = ["tools.chaos.in_django.points.PointsMiddleware", *MIDDLEWARE]  # noqa: F405
