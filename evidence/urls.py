"""Addresses of the condition pages and their history. The site's other pages are in ``site_urls``."""

from django.urls import path

from evidence import claims_views, views

urlpatterns = [
    path("checked-claims/", claims_views.checked_claims, name="checked_claims"),
    path("conditions/<slug:key>/", views.condition_detail, name="condition_detail"),
    path("conditions/<slug:key>/summary/", views.condition_summary, name="condition_summary"),
    path("conditions/<slug:key>/editions/", views.edition_list, name="edition_list"),
    path("conditions/<slug:key>/editions/<int:number>/", views.edition_detail, name="edition_detail"),
    path(
        "conditions/<slug:key>/editions/<int:before>/compare/<int:after>/",
        views.edition_difference,
        name="edition_difference",
    ),
]
