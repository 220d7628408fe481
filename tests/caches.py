"""Looks into the cache of the suite, in the process or on Redis, and empties no more than what the
suite put there.
"""

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache


class OwnKeysRedisCache(RedisCache):
    """Django's cache on Redis, whose `clear` takes only the keys under its prefix: the server may
    serve others too.
    """

    def own_keys(self) -> list[str]:
        """Return the keys under the prefix, as Redis holds them."""
        server = self._cache.get_client(write=True)
        return [key.decode() for key in server.scan_iter(match=f"{self.key_prefix}:*", count=1000)]

    def clear(self):
        """Delete the keys under the prefix."""
        for key in self.own_keys():
            self._cache.delete(key)


def keys_in_cache(alias: str = "default") -> list[str]:
    """Return the key of everything in the cache, as the code that put it there names it."""
    cache = caches[alias]
    stored = cache.own_keys() if isinstance(cache, OwnKeysRedisCache) else list(cache._cache)
    return [key.split(":", 2)[2] for key in stored]
