"""Gives the addresses of the figures."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("panel/", views.national, name="national"),
    path("panel/<slug:area_slug>/", views.area, name="area"),
    path("panel/<slug:area_slug>/<slug:province_code>/", views.province, name="province"),
]
