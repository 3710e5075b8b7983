"""Addresses of the site's own pages. Condition pages and their history are in ``urls``."""

from django.urls import path

from evidence import site_views

urlpatterns = [
    path("", site_views.home, name="home"),
    path("conditions/", site_views.condition_list, name="condition_list"),
    path("conditions/not-graded/<slug:key>/", site_views.ungraded_detail, name="ungraded_detail"),
    path("how-we-grade/", site_views.how_we_grade, name="how_we_grade"),
    path("about/", site_views.about, name="about"),
    path("accessibility/", site_views.accessibility, name="accessibility"),
    path("privacy/", site_views.privacy, name="privacy"),
    path("phases/", site_views.phase_list, name="phase_list"),
    path("phases/<slug:key>/", site_views.phase_detail, name="phase_detail"),
]
