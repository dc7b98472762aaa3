"""Pages are opened from files: they have no base address."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def base_url() -> str:
    """Return no base address (the plugin's own fixture warns under this pytest)."""
    return ""
