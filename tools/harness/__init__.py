"""Serves, visits and stores sites of our own for measuring and for breaking: what bench and chaos
share.
"""
