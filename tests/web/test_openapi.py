"""The public addresses are as they are described: schemathesis asks all of them, well and badly."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from fanal.web.app import create_app
from fanal.web.limits import Limits
from made_cards import filled, now
from made_cards import settings as service_settings

pytestmark = pytest.mark.slow


#: Emptied when the process ends.
FOLDER = TemporaryDirectory(prefix="fanal-cards-")
LIMITS = Limits(1e9, 10**9)


def described() -> Any:
    """Return the description, loaded from the service itself."""
    cards = filled(Path(FOLDER.name))
    app = create_app(service_settings(), cards, now, reading=LIMITS, writing=LIMITS)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


schema = described()


@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: Any) -> None:
    case.call_and_validate()
