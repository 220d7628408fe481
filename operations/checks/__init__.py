"""Refuses set-ups that would lose records or let people be harmed."""

from operations.checks.rules import leave_database, refuse_unsafe_setup
from operations.checks.site import is_real
from operations.checks.stores import open_to_others

__all__ = ["is_real", "leave_database", "open_to_others", "refuse_unsafe_setup"]
