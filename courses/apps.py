"""Names the room `courses` to Django and wakes its receivers."""

from importlib import import_module

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Cursos"

    def ready(self):
        from courses.personal_data import HOLDINGS
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
        import_module("courses.receivers")
        roles = import_module("accounts.roles")
        roles.declare_authored_pages("courses.CataloguePage")
        roles.after_sync(import_module("courses.review").write_workflow)
