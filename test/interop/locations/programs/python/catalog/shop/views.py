from django.http import HttpResponse


def index(request):  # span: GET
    return HttpResponse("catalog")
