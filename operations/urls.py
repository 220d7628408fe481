"""Gives the addresses of operators: the first day of a site, and every day after it."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [
    path("primer-dia/", views.first_day, name="first_day"),
    path("primer-dia/operadores/", views.second_operator, name="second_operator"),
    path("primer-dia/institucion/", views.provider, name="provider"),
    path("primer-dia/correo/", views.mail, name="mail"),
    path("primer-dia/region/", views.first_region, name="first_region"),
    path("operacion/", views.home, name="home"),
    path("operacion/luces/", views.measure, name="measure"),
    path("operacion/historial/", views.trail, name="trail"),
    path("operacion/historial/comprobar/", views.check_chain, name="check_chain"),
    path("operacion/historial/evidencia/", views.evidence, name="evidence"),
    path("operacion/incidentes/", views.incidents, name="incidents"),
    path("operacion/incidentes/nuevo/", views.new_incident, name="new_incident"),
    path("operacion/incidentes/<uuid:uuid>/", views.incident, name="incident"),
    path("operacion/incidentes/<uuid:uuid>/cerrar/", views.close_incident, name="close_incident"),
    path("operacion/aviso/", views.notice, name="notice"),
    path("operacion/aviso/quitar/", views.remove_notice, name="remove_notice"),
    path("operacion/tareas/", views.tasks, name="tasks"),
    path("operacion/tareas/<uuid:uuid>/repetir/", views.repeat_task, name="repeat_task"),
    path("operacion/tareas/<uuid:uuid>/quitar/", views.drop_task, name="drop_task"),
]
