"""The runs of the catalogue: each does one kind of harm and returns the figures it reached."""
