"""The addresses of the product and the empty view, which passes all middleware because nobody may keep it."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_product


@never_cache
def empty(request):
    return HttpResponse()


urlpatterns = [path("empty/", empty), *of_the_product]
