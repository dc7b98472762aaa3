"""About this account: from connections to a calibrated place, or a refusal with its reason."""

from fanal.about.estimate import estimate

__all__ = ["estimate"]
