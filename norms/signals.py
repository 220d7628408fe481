"""Announces changes of the register to the rooms above."""

from django.dispatch import Signal

norm_changed = Signal()  # sends `norm`; inside the transaction
