"""Gives the addresses that machines ask: probes, and those that every site of the web has."""

from django.urls import path

from web.views import probes, well_known

app_name = "web"
urlpatterns = [
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", well_known.sitemap, name="sitemap"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("favicon.ico", well_known.icon, name="icon"),
    path("salud/vivo", probes.alive, name="alive"),
    path("salud/listo", probes.ready, name="ready"),
]
