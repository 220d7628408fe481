"""Builds pages the way editors do: through revisions that are published."""

from uuid import uuid4

from wagtail.models import Page, Site

from content.models import HomePage
from courses.models import CataloguePage, CoursePage, LessonPage, ModulePage


def publish(page: Page) -> Page:
    """Publish a page that the system wrote, without a person behind it."""
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def publish_upwards(page: Page) -> None:
    """Publish what lies above a page and was waiting for something in it."""
    above = page.get_parent().specific
    if isinstance(above, CoursePage | ModulePage) and not above.live:
        publish(above)
        publish_upwards(above)


def build_site() -> CataloguePage:
    """Make home and catalogue, and let the default site point at them."""
    found = CataloguePage.objects.first()
    if found:
        return found
    root = Page.objects.get(depth=1)
    for child in root.get_children():
        child.delete()
    root.refresh_from_db()
    home = root.add_child(
        instance=HomePage(title="Puriq", slug="inicio", headline="Aprende", introduction="Texto")
    )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"root_page": home, "hostname": "localhost", "port": 80}
    )
    catalogue = home.add_child(
        instance=CataloguePage(title="Cursos", slug="cursos", introduction="Texto")
    )
    publish(home)
    return publish(catalogue)


def text_block(body: str, *, substantive: bool = False, key: str | None = None) -> dict:
    """Return a stored text block."""
    value = {"heading": "Idea", "body": f"<p>{body}</p>", "is_substantive": substantive}
    return {"type": "text", "id": key or str(uuid4()), "value": value}


def add_lesson(
    module: ModulePage, slug: str, *, blocks: list[dict] | None = None, is_required: bool = True
) -> LessonPage:
    """Add and publish one lesson, and what was waiting for its first activity."""
    lesson = LessonPage(
        live=False,
        title=f"Lección {slug}",
        slug=slug,
        objective="Distingues dos ideas.",
        is_required=is_required,
        summary="Una idea",
    )
    lesson.body = lesson._meta.get_field("body").to_python(
        blocks or [text_block(f"Texto de {slug}")]
    )
    module.add_child(instance=lesson)
    publish(lesson)
    publish_upwards(lesson)
    return lesson


def add_module(course: CoursePage, slug: str) -> ModulePage:
    """Add a module; it is published with its first activity."""
    module = ModulePage(title=f"Módulo {slug}", slug=slug, summary="Parte", live=False)
    course.add_child(instance=module)
    module.save_revision()
    return module


def publish_course(
    catalogue: CataloguePage, slug: str = "curso", *, modules: int = 2, lessons: int = 2
) -> CoursePage:
    """Add and publish a whole course: modules m1, m2… with lessons l1, l2… each."""
    texts = {"summary": "Resumen", "outcome": "aplicar la norma", "audience": "Servidores"}
    course = CoursePage(title=f"Curso {slug}", slug=slug, live=False, **texts)
    catalogue.add_child(instance=course)
    course.save_revision()
    for number in range(1, modules + 1):
        module = add_module(course, f"m{number}")
        for place in range(1, lessons + 1):
            add_lesson(module, f"l{place}")
    course.refresh_from_db()
    return course
