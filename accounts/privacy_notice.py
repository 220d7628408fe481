"""Names the privacy notice in force, so that a person's acceptance says which text they read."""

PRIVACY_NOTICE_VERSION = "2026-11-29.2"
