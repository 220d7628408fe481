"""Counts statements inside Django: what one warm request asks of the database, with every
middleware, BEGIN and COMMIT.
"""

from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

OK = {200, 302}


def statements(
    *asks: tuple[str, str], form: dict[str, str] | None = None, accept: str = "text/html"
) -> int:
    """Return the statements of the last of several like requests (a single one is repeated):
    session and path; `form` makes them acts.
    """
    for session, path in asks if len(asks) > 1 else asks * 2:
        client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT=accept)
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        with CaptureQueriesContext(connection) as queries:
            answer = (
                client.get(path)
                if form is None
                else client.post(path, {**form, "uuid": str(uuid4())})
            )
        if answer.status_code not in OK:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return len(queries)
