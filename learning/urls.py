"""Gives the learner's addresses that others rely on (docs/requirements.md)."""

from django.urls import path

from learning import files, views

app_name = "learning"
urlpatterns = [
    path("media/<path:name>", files.picture, name="picture"),
    path("cursos/", views.catalogue, name="catalogue"),
    path("cursos/<slug:course_slug>/", views.course, name="course"),
    path(
        "cursos/<slug:course_slug>/<slug:module_slug>/<slug:activity_slug>/",
        views.activity,
        name="activity",
    ),
    path("inscripcion/<slug:course_slug>/", views.enrol, name="enrol"),
    path("mi-aprendizaje/", views.home, name="home"),
    path("mi-aprendizaje/marcador/<uuid:enrolment_uuid>/", views.bookmark, name="bookmark"),
    path(
        "mi-aprendizaje/<slug:course_slug>/leida/<uuid:activity_key>/",
        views.mark_as_read,
        name="mark_as_read",
    ),
    path("mi-aprendizaje/<slug:course_slug>/continuar/", views.resume, name="resume"),
    path("mi-aprendizaje/<slug:course_slug>/requisitos/", views.requirements, name="requirements"),
]
