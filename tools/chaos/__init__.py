"""Kills, cuts, stops and repeats while people work, and compares what was acknowledged with what is
stored: `make chaos`.
"""
