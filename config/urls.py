"""Mounts every room's public addresses."""

from django.urls import include, path
from django.views.decorators.http import require_http_methods
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from accounts.people_screens import OwnSettingsView
from accounts.policies import FORM_METHODS, for_editors
from accounts.views import sign_out, to_sign_in
from content.deleting import keeps_files_in_use
from content.serving import leads_to_new_addresses
from courses.editing import in_one_transaction
from operations.editor_changes import notes_changes
from operations.editor_names import tidies_names
from operations.editor_trail import with_trail
from operations.editor_values import refuses_unusable_values

pages = decorate_urlpatterns(wagtail_urls.urlpatterns, leads_to_new_addresses)
editor = decorate_urlpatterns(wagtailadmin_urls.urlpatterns, in_one_transaction)
editor = decorate_urlpatterns(editor, keeps_files_in_use)
for layer in (notes_changes, tidies_names, refuses_unusable_values, with_trail):
    editor = decorate_urlpatterns(editor, layer)
editor = decorate_urlpatterns(editor, for_editors)
urlpatterns = [
    path("cuenta/", include("accounts.urls")),
    path("cuenta/", include("privacy.urls")),
    # Wagtail's own doors lead to ours, which has the limits and hashes once.
    path("gestion/login/", to_sign_in),
    path("gestion/logout/", sign_out),
    path("_util/login/", to_sign_in),
    path("gestion/account/", for_editors(require_admin_access(OwnSettingsView.as_view()))),
    path("gestion/", include(editor)),
    path(
        "documentos/",
        include(
            decorate_urlpatterns(wagtaildocs_urls.urlpatterns, require_http_methods(FORM_METHODS))
        ),
    ),
    path("", include("learning.urls")),
    path("", include("quizzes.urls")),
    path("", include("certificates.urls")),
    path("", include("roster.urls")),
    path("", include("reporting.urls")),
    path("", include("support.urls")),
    path("", include("operations.urls")),
    path("", include("notices.urls")),
    path("", include("web.urls")),
    path("", include(decorate_urlpatterns(pages, require_http_methods(FORM_METHODS)))),
]

handler400 = "web.views.errors.bad_request"
handler404 = "web.views.errors.not_found"
handler500 = "web.views.errors.server_error"
