"""Brings a list of people in from a spreadsheet: reads it, checks it row by row, and carries it
out in pieces.
"""
