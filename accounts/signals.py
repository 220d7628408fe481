"""Announces to the apps above what happened to a person; each is sent inside the transaction."""

from django.dispatch import Signal

# Sends `membership` (where the person serves from today on) and `now`.
person_moved = Signal()
