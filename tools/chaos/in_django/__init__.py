"""What runs inside the site's settings: seeding, comparing, and the points where a process ends
itself.
"""
