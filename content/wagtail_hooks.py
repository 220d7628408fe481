"""Keeps one page of what one form of a new page sends, keeps files in use, and tells authors what
stays out and what is a draft.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages as editor_messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

from content.deleting import DeleteUnusedDocuments, DeleteUnusedImages

# After Wagtail's own, which they replace.
hooks.register("register_bulk_action", DeleteUnusedImages, order=10)
hooks.register("register_bulk_action", DeleteUnusedDocuments, order=10)


@hooks.register("before_create_page")
def continue_what_was_created(
    request: HttpRequest, parent: Page, page_class: type[Page]
) -> HttpResponse | None:
    """Edit the page that an earlier sending of the same form made: saved twice, or by the editor
    itself on its way.

    What the editor keeps by itself is refused then: it may be older than what the author sent.
    """
    key = page_key(request.POST.get("page_key", ""))
    if key is None:
        return None
    Page.objects.select_for_update().filter(
        pk=parent.pk
    ).first()  # one creation at a time below one parent
    page = page_class.objects.child_of(parent).filter(translation_key=key).first()
    if page is None:
        return None
    if request.accepts("text/html"):
        return EditView.as_view()(request, page.pk)
    words = _(
        "Esta página ya se guardó. Pulsa “Guardar borrador” para guardar lo último que escribiste."
    )
    return JsonResponse(
        {"success": False, "error_code": "blocked_by_hook", "error_message": words}, status=400
    )


@hooks.register("after_edit_page")
def tell_that_it_is_a_draft(request: HttpRequest, page: Page) -> None:
    """Saving what is published changes nothing for its readers; what the editor keeps by itself is
    not told each time.
    """
    is_save = not any(name.startswith("action-") for name in request.POST)
    if is_save and page.live and request.accepts("text/html"):
        messages.info(request, _("Es un borrador: lo publicado sigue igual."))


@hooks.register("after_edit_page")
def tell_what_was_written_meanwhile(request: HttpRequest, page: Page) -> None:
    """Whoever saves a form that was opened before another version was saved reads whose it is, and
    where it can be compared; the editor warns of it only while it hears of the others.
    """
    opened = request.POST.get("loaded_revision_id", "")
    own = {opened, request.POST.get("overwrite_revision_id", "")}
    other = page.revisions.exclude(pk=page.latest_revision_id).order_by("-pk").first()
    if not opened.isdecimal() or not request.accepts("text/html") or other is None:
        return
    if other.pk < int(opened) or str(other.pk) in own:
        return
    name = other.user.get_full_name() if other.user else _("el sitio")
    who = _("%(name)s guardó otra versión") % {"name": name}
    if other.user == request.user:
        who = _("guardaste otra versión en otra ventana")
    sentence = _(
        "Mientras escribías, %(who)s de “%(title)s”. Ahora vale lo que acabas de guardar; lo otro "
        "no se perdió: compara y agrega lo que falte."
    )
    address = reverse(
        "wagtailadmin_pages:revisions_compare", args=[page.pk, other.pk, page.latest_revision_id]
    )
    editor_messages.warning(
        request,
        sentence % {"who": who, "title": page.get_admin_display_title()},
        buttons=[editor_messages.button(address, _("Compara"))],
    )


def page_key(written: str) -> UUID | None:
    """Read the key that a form gave its new page."""
    try:
        return UUID(written)
    except ValueError:
        return None


@hooks.register("insert_editor_js")
def tell_what_was_not_pasted() -> SafeString:
    """At the block: how many pictures, tables and notes of what was pasted are not as they were."""
    words = {
        "images": {
            "one": _("No pudimos pegar 1 imagen: súbela con el bloque Figura."),
            "many": _("No pudimos pegar {count} imágenes: súbelas con el bloque Figura."),
        },
        "tables": {
            "one": _(
                "Pegamos 1 tabla como texto, una línea por fila: escríbela con el bloque Tabla "
                "simple."
            ),
            "many": _(
                "Pegamos {count} tablas como texto, una línea por fila: escríbelas con el bloque "
                "Tabla simple."
            ),
        },
        "notes": {
            "one": _("Pegamos 1 nota al pie como texto: revisa dónde quedó."),
            "many": _("Pegamos {count} notas al pie como texto: revisa dónde quedaron."),
        },
        "comments": {
            "one": _("Dejamos fuera 1 comentario de quien revisó."),
            "many": _("Dejamos fuera {count} comentarios de quien revisó."),
        },
        "deleted": {
            "one": _("Dejamos fuera 1 texto borrado con control de cambios."),
            "many": _("Dejamos fuera {count} textos borrados con control de cambios."),
        },
        "struck": {
            "one": _("Pegamos 1 texto tachado sin su raya: revisa si todavía vale."),
            "many": _("Pegamos {count} textos tachados sin su raya: revisa si todavía valen."),
        },
        "raised": {
            "one": _("Pegamos 1 subíndice o superíndice como letra común: revisa si se entiende."),
            "many": _(
                "Pegamos {count} subíndices o superíndices como letras comunes: revisa si se "
                "entienden."
            ),
        },
        "links": {
            "one": _("Pegamos 1 enlace como texto: no lleva a una página de internet."),
            "many": _("Pegamos {count} enlaces como texto: no llevan a una página de internet."),
        },
    }
    script = format_html('<script type="module" src="{}"></script>', static("js/pasting.js"))
    return json_script(words, "pasting-words") + script


@hooks.register("insert_editor_js")
def count_letters() -> SafeString:
    """Under a text near its limit: how long it is, instead of cutting it."""
    words = {
        "within": _("{letters} de {limit} letras"),
        "over": _("{letters} de {limit} letras: acórtalo antes de publicar"),
    }
    return json_script(words, "limits-words") + format_html(
        '<script type="module" src="{}"></script>', static("js/limits.js")
    )
