"""Protects small groups in what leaves for readers who may not know them: sensitive breakdowns and
a public data set.

The page of figures does not pass through here: inside their scope its readers know the exact counts
(decision 0023).
"""
