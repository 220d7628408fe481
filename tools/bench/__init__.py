"""Measures what the site costs against what bare Django costs, in one run on one machine: `make
bench`.
"""
