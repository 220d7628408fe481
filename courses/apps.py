"""Names the room `courses` to Django and wakes its receivers."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Cursos"

    def ready(self):
        # Models can be imported only now; a plain import connects the receivers.
        import courses.receivers  # noqa: F401
        from accounts import roles
        from courses.personal_data import HOLDINGS
        from courses.review import write_workflow
        from privacy.data_map import register_holdings

        register_holdings(self.name, *HOLDINGS)
        roles.declare_authored_pages("courses.CataloguePage")
        roles.after_sync(write_workflow)
