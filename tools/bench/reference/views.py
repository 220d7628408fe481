"""Serves the reference: session, person, one template of 10 KB, and nothing else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SENTENCE = (
    "La municipalidad atiende a quien llega, a quien pasa y a quien vuelve, con el mismo "
    "trato y con la misma norma. "
)
BLOCKS = [{"title": f"Idea número {number}", "text": SENTENCE * 7} for number in range(1, 13)]


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show twelve blocks of text to a signed-in person."""
    return render(request, "reference.html", {"blocks": BLOCKS})
