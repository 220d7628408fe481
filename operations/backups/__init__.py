"""Copies of the whole site: one file for everything, made while people work and brought back whole
or not at all.
"""
