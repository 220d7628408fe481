"""Runs inside Django, on a site that a tool made."""
