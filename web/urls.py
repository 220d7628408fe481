"""Gives the addresses that every site of the web has: the privacy notice, and what machines ask."""

from django.urls import path

from web.views import privacy_notice, probes, well_known

app_name = "web"
urlpatterns = [
    path("privacidad/", privacy_notice.privacy, name="privacy"),
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", well_known.sitemap, name="sitemap"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("favicon.ico", well_known.icon, name="icon"),
    path("salud/vivo", probes.alive, name="alive"),
    path("salud/listo", probes.ready, name="ready"),
]
