"""Announces to the apps above what happened to a person; each is sent inside the transaction."""

from django.dispatch import Signal

# Sends `membership` (where the person serves from today on) and `now`.
person_moved = Signal()
# Both send `kept`, `merged` (two accounts of one person) and `now`. Before anything is written a
# receiver may raise `accounts.merging.MergeRefused`; afterwards each room hands its rows over.
people_to_merge = Signal()
people_merged = Signal()
