"""Remembers in the session which places the menu offers, and lets the address of a last letter go with it."""

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django_tasks_db.models import DBTaskResult

from accounts.permissions import READERS_OF_FIGURES, Role, holds_role
from accounts.tasks import send_erased_letter

EDITORS = (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR)


@receiver(user_logged_in)
def remember_menu(request, user, **kwargs):
    """Ask once, at sign-in, so that no page asks again only to draw its menu: a hint, every view checks the right itself."""
    menu = ["panel"] if holds_role(user, *READERS_OF_FIGURES) else []
    request.session["menu"] = [*menu, "gestion"] if holds_role(user, *EDITORS) else menu


@receiver(post_save, sender=DBTaskResult)
def forget_address_of_erased(instance, **kwargs):
    """A server that refuses a letter names the address in its answer, which the note keeps too. That it failed is kept."""
    if instance.finished_at and instance.task_path == send_erased_letter.module_path:
        DBTaskResult.objects.filter(pk=instance.pk).update(args_kwargs={"args": [], "kwargs": {}}, traceback="")
