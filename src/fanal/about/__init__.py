"""About this account: from connections to a calibrated place, or a refusal with its reason."""
