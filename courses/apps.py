"""Names the room `courses` to Django and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Cursos"

    def ready(self):
        import_module("courses.receivers")
        import_module("courses.personal_data")
        roles = import_module("accounts.roles")
        roles.declare_authored_pages("courses.CataloguePage")
        roles.after_sync(import_module("courses.review").write_workflow)
