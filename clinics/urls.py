from django.urls import path

from clinics import views

urlpatterns = [
    path("check-an-offer/", views.check, name="clinic_check"),
    path("check-an-offer/result/", views.result, name="clinic_check_result"),
]
