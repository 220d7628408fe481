"""Gathers the invariants of every room."""

from collections.abc import Iterator

from accounts.invariants import check as check_accounts
from audit.invariants import check as check_audit
from certificates.invariants import check as check_certificates
from learning.invariants import check as check_learning
from lib.findings import Finding
from notices.invariants import check as check_notices
from operations.invariants import check as check_references
from privacy.invariants import check as check_privacy
from quizzes.invariants import check as check_quizzes
from reporting.invariants import check as check_reporting


def check_records() -> Iterator[Finding]:
    """Yield every invariant with the number of rows that break it."""
    for check in (
        check_accounts,
        check_privacy,
        check_learning,
        check_quizzes,
        check_certificates,
        check_reporting,
        check_notices,
        check_audit,
        check_references,
    ):
        yield from check()
