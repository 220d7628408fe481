"""Makes a small site on SQLite in a process of its own: a learner in the middle of a quiz.

The suite around it may run on PostgreSQL.
"""

import os
import sys

import django


def make(path: str) -> None:
    """Make the site in a new SQLite file."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    os.environ.pop("TEST_DATABASE_URL", None)
    django.setup()
    # What follows imports models, which exist only now.
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts.services import create_person  # noqa: PLC0415
    from courses.models import CourseHead, ModulePage  # noqa: PLC0415
    from learning.services import enrol_learner  # noqa: PLC0415
    from quizzes.services import start_attempt  # noqa: PLC0415
    from tests.databases import fill  # noqa: PLC0415
    from tests.factories.courses import build_site, publish_course  # noqa: PLC0415
    from tests.factories.questions import make_bank  # noqa: PLC0415
    from tests.factories.quizzes import add_quiz  # noqa: PLC0415

    connection.settings_dict["NAME"] = path
    fill()
    page = publish_course(build_site())
    quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 4)])
    lina = create_person(
        first_name="Lina", last_name="Ñahui", email="lina@example.pe", now=timezone.now()
    )
    head = CourseHead.objects.get(key=page.translation_key)
    enrolment = enrol_learner(user=lina, course=head, received_at=timezone.now())
    start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())


if __name__ == "__main__":
    make(sys.argv[1])
