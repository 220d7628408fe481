"""Takes evidence out of the trail: what one account did and saw in some days, and whether a file of
it is still as it was written.
"""
