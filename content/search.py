"""Finds pages, norms and files on PostgreSQL without minding accents, as the index of SQLite does
by itself.
"""

from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend

# Made by a migration: small letters without accents, no stemming. The same words find the same on
# both databases.
CONFIGURATION = "puriq"


class SearchBackend(PostgresSearchBackend):
    """Wagtail's search with one configuration for whole words and for their beginnings; the latter
    has no setting.
    """

    def __init__(self, params):
        super().__init__({**params, "SEARCH_CONFIG": CONFIGURATION})
        self.autocomplete_config = CONFIGURATION
