"""The compiled files answer as the packages do, and come out the same each time."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from fanal.about.ip.packed import unpack

ROOT = Path(__file__).resolve().parents[3]
#: Unsorted, overlapping, nested, touching.
IPV4 = ((100, 199, "FR"), (0, 9, "NG"), (10, 19, "NG"), (150, 159, "SN"), (155, 250, "BD"))
IPV6 = ((1 << 100, (1 << 101) - 1, "FR"), (5, 6, "SN"))
LISTS = {4: ["20.0.0.0/8", "20.1.0.0/16", "9.9.9.9/32"], 6: ["2600::/32"]}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("made_tool", ROOT / "tools/build_ip_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec.loader.exec_module(module)
    return module


def packages(folder: Path) -> tuple[Path, Path]:
    """Write two packages in the form of the real ones."""
    countries, kinds = folder / "countries.tgz", folder / "pymispwarninglists-1.2.3-py3.whl"
    parts = {"package.json": json.dumps({"version": "2.3.2026010203"})}
    for family, rows in ((4, IPV4), (6, IPV6)):
        parts[f"geo-whois-asn-country-ipv{family}-num.csv"] = "".join(
            f"{first},{last},{name}\n" for first, last, name in rows
        )
    with tarfile.open(countries, "w:gz") as files:
        for name, text in parts.items():
            about = tarfile.TarInfo(f"package/{name}")
            about.size = len(text)
            files.addfile(about, io.BytesIO(text.encode()))
    with zipfile.ZipFile(kinds, "w") as files:
        for family, found in LISTS.items():
            name = f"pymispwarninglists/data/misp-warninglists/lists/vpn-ipv{family}/list.json"
            about = {"description": "made", "version": 20240506, "list": found}
            files.writestr(name, json.dumps(about))
    return countries, kinds


def test_the_tool_compiles_what_the_packages_say_the_same_each_time(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    countries, kinds = packages(tmp_path)
    made = []
    for turn in ("one", "two"):
        out = tmp_path / turn
        out.mkdir()
        arguments = ["--countries", str(countries), "--kinds", str(kinds), "-o", str(out)]
        monkeypatch.setattr(sys, "argv", ["build_ip_table.py", *arguments])
        tool.main()
        made.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert made[0] == made[1]
    ranges, (source,) = unpack(made[0]["countries.xz"])
    assert dict(zip(ranges.ipv4.low.tolist(), ranges.ipv4.code.tolist(), strict=True)) == {
        0: ranges.names.index("NG"), 20: 0, 100: ranges.names.index("FR"),
        150: ranges.names.index("SN"), 155: ranges.names.index("BD"), 251: 0,
    }  # fmt: skip
    assert len(ranges.ipv6) == 5
    assert (source.date, source.networks, source.networks_ipv6, source.addresses) == (
        "2026-01-02", 5, 2, 171,
    )  # fmt: skip
    listed, sources = unpack(made[0]["kinds.xz"])
    assert len(listed.ipv4) == 5
    assert [one.date for one in sources] == ["2024-05-06", "2024-05-06"]
    assert sources[0].addresses == (1 << 24) + 1
    assert b"nro.net" in made[0]["NOTICE"]
    assert b"2.3.2026010203" in made[0]["NOTICE"]
