"""Refuses to change or delete a row that is written once."""

from typing import Any, NoReturn

from django.db import models


class AppendOnly(models.Model):
    """A row that is written once: changing or deleting it through the ORM is refused."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is append-only")
