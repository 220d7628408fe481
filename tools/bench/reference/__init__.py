"""Holds the limit: the smallest signed-in Django page, on the database settings of the site."""
