"""Gives the addresses of the question bank inside the editor."""

from django.urls import path

from questions import views

app_name = "bank"
urlpatterns = [
    path("", views.banks, name="banks"),
    path("banco-nuevo/", views.new_bank, name="new_bank"),
    path("banco/<slug:bank_slug>/", views.questions, name="questions"),
    path("banco/<slug:bank_slug>/titulo/", views.rename, name="rename"),
    path("banco/<slug:bank_slug>/nueva/", views.new_question, name="new_question"),
    path("<uuid:key>/", views.question, name="question"),
    path("<uuid:key>/editar/", views.edit_question, name="edit_question"),
    path("<uuid:key>/revision/", views.review, name="review"),
    path("<uuid:key>/otra-vez/", views.send_again, name="send_again"),
    path("<uuid:key>/estado/", views.set_state, name="set_state"),
]
