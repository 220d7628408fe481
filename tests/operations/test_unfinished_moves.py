"""A move or a set-up that was killed is begun again, or ends in one sentence; nobody reads a
traceback.
"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from tests.operations.test_sqlite_to_postgres import move, sqlite_site, target

__all__ = ["sqlite_site", "target"]

# The one migration that is no transaction: killed in it, a database keeps a part of it. Its first
# operation changes nothing.
PARTS = ("wagtailcore", "0070_rename_pagerevision_revision")
BEFORE = [("accounts", "0001_initial"), ("wagtailcore", "0069_log_entry_jsonfield")]
MOMENTS = (2, 6)


def die_migrating(*, after: int) -> None:
    """Leave the database as a process does that is killed in that migration after so many of its
    operations.
    """
    MigrationExecutor(connection).migrate(BEFORE)
    loader = MigrationExecutor(connection).loader
    state, migration = loader.project_state(BEFORE), loader.graph.nodes[PARTS]
    with connection.schema_editor(atomic=False) as editor:
        for operation in migration.operations[:after]:
            old = state.clone()
            operation.state_forwards(migration.app_label, state)
            operation.database_forwards(migration.app_label, editor, old, state)


@pytest.mark.parametrize("after", MOMENTS)
def test_move_killed_in_a_migration_is_told_in_one_sentence(sqlite_site, target, after):
    die_migrating(after=after)
    with pytest.raises(CommandError, match=r"quedó a medias.*Crea otra base vacía"):
        move(sqlite_site)
    assert PARTS not in MigrationRecorder(connection).applied_migrations()


@pytest.mark.parametrize("label", ["accounts", "wagtailcore"])
def test_move_killed_between_two_migrations_goes_on(sqlite_site, target, label):
    call_command("migrate", label, verbosity=0)
    move(sqlite_site)
    assert User.objects.get().last_name == "Ñahui"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", MOMENTS)
def test_set_up_killed_in_a_migration_is_told_in_one_sentence(elsewhere, after):
    with elsewhere():
        die_migrating(after=after)
        with pytest.raises(CommandError, match="no se pudo migrar") as told:
            call_command("set_up", stdout=StringIO())
    assert "empieza con otra base" in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_a_target_that_does_not_answer_is_not_called_unfinished(sqlite_site, target):
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = "puriq_nowhere"
    with pytest.raises(CommandError, match="no responde"):
        move(sqlite_site)
