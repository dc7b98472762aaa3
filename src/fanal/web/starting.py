"""What is looked at before a service is begun: the configuration and the cards.

1. Cards stand in the database as they were last published. A configuration that shows less since
   (a narrower mode, a larger k, more countries on the risk list) holds for them from the next
   publication on: until then nothing is served, for the old cards would be.
2. An address that others reach without TLS carries links of holders and sessions in the open: said.
"""

from __future__ import annotations

import json
import logging
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fanal.about.memory import MODES, PRIVATE, Policy
from fanal.errors import PolicyError

log = logging.getLogger(__name__)


def require_published(settings: Any, cards: Any) -> None:
    """Refuse cards that were published under a policy that shows more (1).

    Raises
    ------
    PolicyError
        The next publication is still to come.
    """
    told = "" if settings.mode == PRIVATE else cards.meta().policy
    if told and _shows_more(json.loads(told), settings.policy()):
        raise PolicyError(
            "the cards were published when mode, k or risk list showed more than they do now.",
            hint="Publish once (`fanal about publish`), then serve.",
        )


def _shows_more(was: dict[str, Any], now: Policy) -> bool:
    """Return whether a policy, as the publication noted it, shows more than another."""
    wider = MODES.index(was["mode"]) > MODES.index(now.mode)
    return bool(wider or was["k"] < now.k or now.risk - set(was["risk"]))


def say_if_open(base_url: str) -> None:
    """Say that links and sessions go in the open, where the address is another machine's (2)."""
    parts = urlsplit(base_url)
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        log.warning(
            "base_url begins with http://: links of holders and their sessions go in the open."
            " Put https:// there, and TLS before the service."
        )


def is_here(host: str) -> bool:
    """Return whether a host is this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
