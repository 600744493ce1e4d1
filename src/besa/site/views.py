from django.http import HttpResponse


def front(request):
    return HttpResponse("")


home = choose_election = portal = set_language = front
