from django.urls import path

from clinics import advert_views, sheet_views, shown_views, views

urlpatterns = [
    path("check-an-advert/", advert_views.advert_check, name="advert_check"),
    path("check-the-fit/", shown_views.fit_check, name="fit_check"),
    path("what-it-proves/", shown_views.badges, name="badges"),
    path("read-a-listing/", shown_views.listing_reader, name="listing_reader"),
    path("check-an-offer/", views.check, name="clinic_check"),
    path("check-an-offer/result/", views.result, name="clinic_check_result"),
    path("check-an-offer/sheet/", sheet_views.visit_sheet, name="visit_sheet"),
    # short, because people type it from paper; the long form belongs to the check and answers alike
    path("check-an-offer/since/<str:day>/<slug:key>/", sheet_views.changed_since),
    path("since/<str:day>/<slug:key>/", sheet_views.changed_since, name="changed_since"),
]
