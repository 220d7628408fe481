"""Lets one submitted attempt go on, with its reason, in the name of an operator."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role, holds_role
from quizzes.models import Attempt, Reopening
from quizzes.services import CannotBeReopened, reopen_attempt


class Command(BaseCommand):
    help = "Opens a submitted attempt again with its answers, after a wrong clock or another mistake closed it."

    def add_arguments(self, parser):
        parser.add_argument(
            "attempt", metavar="IDENTIFIER", type=UUID, help="As in the address of its result: /intentos/IDENTIFIER/resultado/"
        )
        parser.add_argument("--reason", required=True, help="Why")
        parser.add_argument("--as", dest="actor", metavar="E-MAIL", required=True, help="The operator who decides")
        parser.add_argument("--minutes", type=int, default=60, help="From now until it closes, where the quiz has a time limit")

    def handle(self, *args, **options):
        actor = User.objects.filter(email__iexact=options["actor"]).first()
        if actor is None or not holds_role(actor, Role.OPERATOR):
            raise CommandError("Only an operator reopens an attempt: --as names none.")
        reason = options["reason"].strip()
        limit = Reopening._meta.get_field("reason").max_length
        if not 1 <= len(reason) <= limit:
            raise CommandError(f"The reason takes from 1 to {limit} characters.")
        if not 1 <= options["minutes"] <= 60 * 24:
            raise CommandError("Give from 1 to 1440 minutes.")
        facts = {"reason": reason, "minutes": options["minutes"], "actor_key": actor.learner_key, "now": timezone.now()}
        try:
            attempt = reopen_attempt(attempt_uuid=options["attempt"], **facts)
        except Attempt.DoesNotExist:
            raise CommandError("There is no attempt with that identifier.") from None
        except CannotBeReopened:
            raise CommandError(
                "Only a submitted attempt that was not passed can go on, with its answers, while no other of that person is open."
            ) from None
        closes = f"closes at {timezone.localtime(attempt.deadline_at):%d/%m/%Y %H:%M} (Lima)" if attempt.deadline_at else "has no limit"
        self.stdout.write(f"Attempt {attempt.uuid} is open again and {closes}.")
