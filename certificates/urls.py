"""Gives the addresses of certificates and of verification."""

from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("certificados/", views.mine, name="mine"),
    path("certificados/<str:code>/otra-vez/", views.replace, name="replace"),
    path("certificados/<str:code>.pdf", views.pdf, name="pdf"),
    path("mi-aprendizaje/constancia.pdf", views.transcript, name="transcript"),
    path("verificar/", views.verify, name="verify"),
    path("verificar/<str:code>/", views.verification, name="verification"),
    # What chat and paper leave behind an address: a comma, a bracket, the end of a sentence.
    path("verificar/<path:pasted>", views.pasted_address),
    path("certificados/<path:pasted>", views.pasted_address),
]
