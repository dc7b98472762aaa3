"""The wheel holds every file of the package and runs where the sources are not."""

from __future__ import annotations

import configparser
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "fanal"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the backend itself: no index is asked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel in an environment of its own; return that environment's Python.

    The requirements come from this environment through a path file. Python follows no path
    file found behind a path file, so the checkout installed here stays out of sight.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=sys.platform != "win32")
    places = {"base": str(home), "platbase": str(home), "installed_base": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=places))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    requirements = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "requirements.pth").write_text("\n".join(requirements), encoding="utf-8")
    name = "python.exe" if sys.platform == "win32" else "python"
    return Path(sysconfig.get_path("scripts", "venv", vars=places)) / name


def names(wheel: Path) -> set[str]:
    """Return the names in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    here = {
        f"fanal/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here == {name for name in names(wheel) if name.startswith("fanal/")}
    assert "fanal/py.typed" in here


def test_the_wheel_carries_its_licence_and_nothing_foreign(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}
    assert len(tops) == 2, tops
    assert any(name.endswith("licenses/LICENSE") for name in names(wheel))


def test_the_wheel_is_small(wheel: Path) -> None:
    # 0.54 MB of it are lists of networks (fanal/about/ip)
    assert wheel.stat().st_size < 1700 * 1024


def test_the_command_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    (script,) = installed.parents[1].rglob("entry_points.txt")
    entries = configparser.ConfigParser()
    entries.read(script, encoding="utf-8")
    module, function = entries["console_scripts"]["fanal"].split(":")
    program = (
        f"import {module} as command, sys; print(command.__file__, file=sys.stderr);"
        f"sys.argv = ['fanal', '--help']; command.{function}()"
    )
    done = subprocess.run(
        [str(installed), "-I", "-c", program],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(PACKAGE) not in done.stderr
    assert "coordinate" in done.stdout


def test_the_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(installed), "-I", "-m", "fanal", "demo", str(tmp_path / "world"), "--no-open"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout
