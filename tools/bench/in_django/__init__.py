"""Runs inside Django on a database of the benchmark; nothing outside this folder imports it."""
