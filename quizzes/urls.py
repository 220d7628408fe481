"""Gives the addresses of attempts; a quiz itself is an activity and has learning's address."""

from django.urls import path

from lib import routes as routes  # gives <number:…>
from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("intentos/<uuid:attempt_uuid>/", views.resume, name="resume"),
    path("intentos/<uuid:attempt_uuid>/<number:slot>/", views.question, name="question"),
    path("intentos/<uuid:attempt_uuid>/revisar/", views.review, name="review"),
    path("intentos/<uuid:attempt_uuid>/resultado/", views.result, name="result"),
]
