"""The errors a caller may meet.

FanalError
├── ReaderError     an input file cannot be read, or not with these settings
├── StoreError      the case on disk cannot be opened, read or written
├── CaseError       what was asked does not fit what the case holds
├── AnalysisError   an analysis refuses: the data cannot answer at these settings
└── PolicyError     a rule that protects people would be broken

``ValueError`` and ``TypeError`` are a programmer's mistakes. Only ``cli/`` turns an error
into words on a screen and an exit code.
"""

from __future__ import annotations


class FanalError(Exception):
    """Base of all errors that Fanal raises on purpose.

    Parameters
    ----------
    message
        What went wrong, where (``file:line``, column), and what was found there.
    hint
        What to do next, one sentence; empty when nothing helps.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the message, with the hint behind it when there is one."""
        return f"{self.message} {self.hint}".strip()


class ReaderError(FanalError):
    """An input file cannot be read, or not with these settings."""


class StoreError(FanalError):
    """The case on disk cannot be opened, read or written."""


class CaseError(FanalError):
    """What was asked does not fit what the case holds."""


class AnalysisError(FanalError):
    """An analysis refuses: the data cannot answer at these settings."""


class PolicyError(FanalError):
    """A rule that protects people would be broken."""
