"""Prepares the first course for learners who take it whole, or numbers the certificates that wait;
prints what the measuring needs as JSON.
"""

import json
import logging
import os
import sys

import django


def main() -> None:
    """Fill an empty database of the benchmark, or number what waits in a filled one."""
    django.setup()
    logging.getLogger("web.logs").setLevel(logging.WARNING)
    json.dump(number() if "number" in sys.argv else fill(int(sys.argv[1])), sys.stdout)


def fill(learners: int) -> dict:
    """Load the starter courses and make learners; return the addresses of the first course in
    order, the right answers by question, and who learns.
    """
    from django.core.management import call_command  # noqa: PLC0415 - after Django is ready
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Organisation  # noqa: PLC0415
    from accounts.services import create_person  # noqa: PLC0415
    from courses.editions import outline_of  # noqa: PLC0415
    from courses.models import CourseHead  # noqa: PLC0415
    from questions.kinds import kind_of  # noqa: PLC0415
    from questions.models import QuestionVersion  # noqa: PLC0415
    from tools.harness.in_django.database import prepare_database  # noqa: PLC0415
    from tools.harness.in_django.people import password_hash  # noqa: PLC0415

    prepare_database()
    with open(os.devnull, "w") as silence:
        call_command("load_starter_courses", stdout=silence)
    head = CourseHead.objects.order_by("pk")[0]
    people = [f"persona-{number}@bench.example" for number in range(learners)]
    password = password_hash()
    for email in people:
        create_person(
            first_name="Rosa",
            last_name="Quispe",
            email=email,
            password_hash=password,
            organisation=Organisation.objects.order_by("pk")[0],
            now=timezone.now(),
        )
    course = f"/cursos/{head.slug}/"
    activities = [
        {
            "kind": activity.kind,
            "page": f"{course}{activity.module_slug}/{activity.slug}/",
            "act": f"/mi-aprendizaje/{head.slug}/leida/{activity.key}/",
        }
        for activity in outline_of(head.latest_edition_id).activities
    ]
    answers = {
        version.stem: kind_of(version.kind).right_texts(version.content)
        for version in QuestionVersion.objects.all()
    }
    enrol = f"/inscripcion/{head.slug}/"
    return {
        "course": course,
        "enrol": enrol,
        "activities": activities,
        "answers": answers,
        "people": people,
    }


def number() -> dict:
    """Number the certificates that wait, as the worker does; return the code of the newest."""
    from django.utils import timezone  # noqa: PLC0415 - after Django is ready

    from certificates.models import Certificate  # noqa: PLC0415
    from certificates.services import number_waiting_certificates  # noqa: PLC0415

    number_waiting_certificates(now=timezone.now())
    return {"code": Certificate.objects.latest("pk").code}


if __name__ == "__main__":
    main()
