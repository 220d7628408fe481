"""Announces certificates to the rooms above; sent inside the transaction."""

from django.dispatch import Signal

# Both send `certificate` and `now`.
certificate_created = Signal()
certificate_revoked = Signal()
