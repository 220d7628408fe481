"""Answers what every site of the web is asked: what went wrong, whether it is there, what it has,
and what it does with what it knows.
"""
