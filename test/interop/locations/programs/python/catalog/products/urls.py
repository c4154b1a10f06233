from django.urls import path

from products import views

urlpatterns = [
    path("", views.ProductList.as_view(), name="product-list"),
    path("<int:pk>/", views.detail, name="product-detail"),
    path("<slug:slug>/similar/", views.similar),
]
