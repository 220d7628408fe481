"""Answers what every site of the web is asked: what went wrong, whether it is there, and what it has."""
