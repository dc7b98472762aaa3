"""Addresses to countries and kinds of network, from lists that come with the package.

`load` gives an `IpTable`. Nothing here asks the network, and no address is written anywhere.
"""

from __future__ import annotations

from fanal.about.ip.layer import Addresses
from fanal.about.ip.loading import load
from fanal.about.ip.sources import Source
from fanal.about.ip.special import KINDS, NOT_PUBLIC, SHIELDED
from fanal.about.ip.table import IpTable, Places

__all__ = [
    "KINDS",
    "NOT_PUBLIC",
    "SHIELDED",
    "Addresses",
    "IpTable",
    "Places",
    "Source",
    "load",
]
