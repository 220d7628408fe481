"""Gives the addresses where people see, take away and erase what is held about them."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("mis-datos/", views.own_data, name="own_data"),
    path("borrar/", views.ask_for_erasure, name="ask_for_erasure"),
    path("borrar/retirar/", views.withdraw_erasure, name="withdraw_erasure"),
    path("pedidos-de-borrado/", views.erasure_requests, name="erasure_requests"),
    path("pedidos-de-borrado/<uuid:uuid>/", views.decide_erasure, name="decide_erasure"),
]
