"""Every address of the site. Public pages stand at the root; the desk is Django's admin under /desk/."""

from django.contrib import admin
from django.urls import include, path

from config import plain

urlpatterns = [
    path("", include("evidence.site_urls")),
    path("", include("evidence.urls")),
    path("", include("clinics.urls")),
    path("desk/", admin.site.urls),
    path("robots.txt", plain.robots),
    path("favicon.ico", plain.favicon),
    path("healthz", plain.healthz),
]
