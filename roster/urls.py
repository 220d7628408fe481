"""Gives the addresses of people, for who looks after them, and of what learners ask for."""

from django.urls import path

from lib import routes as routes  # gives <number:…>
from roster import views

app_name = "roster"
urlpatterns = [
    path("personas/", views.search, name="search"),
    path("personas/nueva/", views.add, name="add"),
    path("personas/roles/", views.roles, name="roles"),
    path("personas/roles/<number:number>/mantener/", views.keep, name="keep_role"),
    path("personas/llamar/<slug:name>/", views.call_list, name="calls"),
    path("personas/llamar/<slug:name>/lista.csv", views.call_list_file, name="calls_file"),
    path("personas/llamar/<slug:name>/<str:username>/", views.contacted, name="contacted"),
    path("personas/papeletas/", views.slips, name="slips"),
    path("personas/instituciones/", views.institutions, name="institutions"),
    path("personas/instituciones/agregar/", views.add_institution, name="add_institution"),
    path("personas/instituciones/listas/", views.register_files, name="register_files"),
    path(
        "personas/instituciones/listas/plantilla.xlsx",
        views.register_template,
        name="register_template",
    ),
    path("personas/instituciones/sin-entidad/", views.unplaced, name="unplaced"),
    path("personas/instituciones/sin-entidad/<str:username>/", views.place, name="place"),
    path("personas/instituciones/<uuid:uuid>/", views.institution, name="institution"),
    path("personas/instituciones/<uuid:uuid>/salida/", views.leaving, name="leaving"),
    path("personas/instituciones/<uuid:uuid>/capacitacion/", views.training, name="training"),
    path(
        "personas/instituciones/<uuid:uuid>/cargos-terminados/",
        views.ended_posts,
        name="ended_posts",
    ),
    path(
        "personas/instituciones/<uuid:uuid>/<slug:act>/",
        views.institution_act,
        name="institution_act",
    ),
    path("personas/listas/", views.roster_files, name="files"),
    path("personas/listas/plantilla.xlsx", views.roster_template, name="template"),
    path("personas/listas/<uuid:number>/", views.roster_file, name="file"),
    path("personas/listas/<uuid:number>/columnas/", views.set_columns, name="columns"),
    path("personas/listas/<uuid:number>/cursos/", views.set_courses, name="courses"),
    path("personas/listas/<uuid:number>/importar/", views.confirm_roster_file, name="confirm"),
    path("personas/listas/<uuid:number>/deshacer/", views.undo_roster_file, name="undo"),
    path("personas/listas/<uuid:number>/resultado.csv", views.roster_result, name="result"),
    path("personas/traslados/", views.transfers, name="transfers"),
    path("personas/traslados/<uuid:uuid>/", views.reject, name="reject_transfer"),
    path("personas/pedidos/", views.requests_to_decide, name="requests"),
    path("personas/pedidos/<uuid:uuid>/", views.decide_request, name="request"),
    path("mi-aprendizaje/pedidos/", views.own_requests, name="own_requests"),
    path("mi-aprendizaje/pedidos/nuevo/<slug:kind>/", views.ask_for, name="ask"),
    path("mi-aprendizaje/pedidos/<uuid:uuid>/retirar/", views.withdraw_request, name="withdraw"),
    path("personas/<str:username>/", views.card, name="card"),
    path("personas/<str:username>/entidad/", views.move, name="move"),
    path("personas/<str:username>/roles/", views.give, name="give_role"),
    path("personas/<str:username>/roles/<number:number>/fin/", views.end, name="end_role"),
    path("personas/<str:username>/unir/", views.find_other, name="find_other"),
    path("personas/<str:username>/unir/<str:other>/", views.merge, name="merge"),
    path("personas/<str:username>/<slug:act>/", views.act, name="act"),
]
