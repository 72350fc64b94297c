"""What can be wrong with a badge or with the key that signs badges."""

from typing import Literal

# malformed: not a badge of ours by its form; forged: not signed with this key, or changed after it was signed;
# early, late: outside of the time in which it is valid.
Reason = Literal["malformed", "forged", "early", "late"]


class CertificateError(Exception):
    """Something about certificates; the message is one sentence for the person at the terminal or in the log."""


class BadKey(CertificateError):
    """The file of the key cannot be used; the message says why and what to do."""


class BadBadge(CertificateError):
    """A badge that does not prove what it says; `reason` is for programs."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
