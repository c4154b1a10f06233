from django.urls import re_path

from reviews import views

urlpatterns = [
    re_path(r"^(?P<product>\d+)/$", views.detail),
]
