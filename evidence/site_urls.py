"""Addresses of the site's own pages. Condition pages and their history are in ``urls``."""

from django.urls import path

from evidence import explainer_views, landscape_views, letter_views, site_views

urlpatterns = [
    path("", site_views.home, name="home"),
    path("conditions/", site_views.condition_list, name="condition_list"),
    path("conditions/not-graded/<slug:key>/", site_views.ungraded_detail, name="ungraded_detail"),
    path("how-we-grade/", site_views.how_we_grade, name="how_we_grade"),
    path("explained/", explainer_views.explainer_list, name="explainer_list"),
    path("explained/<slug:key>/", explainer_views.explainer_detail, name="explainer_detail"),
    path("glossary/", explainer_views.glossary_page, name="glossary"),
    path("about/", site_views.about, name="about"),
    path("accessibility/", site_views.accessibility, name="accessibility"),
    path("privacy/", site_views.privacy, name="privacy"),
    path("phases/", site_views.phase_list, name="phase_list"),
    path("phases/<slug:key>/", site_views.phase_detail, name="phase_detail"),
    path("trials/", landscape_views.landscape_list, name="landscape_list"),
    path("trials/wu-2025/", letter_views.wu_landscape, name="wu_landscape"),
    path("trials/<slug:key>/", landscape_views.landscape_detail, name="landscape"),
    path("trials/<slug:key>/<slug:view>.csv", landscape_views.landscape_table, name="landscape_table"),
]
