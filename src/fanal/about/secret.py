"""The server's secret: 32 bytes in a file that only its owner reads, made on first use."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from fanal.errors import PolicyError

SECRET_BYTES = 32


def default_secret_path() -> Path:
    """Return where the secret lies unless said otherwise: ``~/.config/fanal/secret``."""
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    root = Path(folder) if folder else Path.home() / ".config"
    return root / "fanal" / "secret"


def secret_of(path: Path) -> tuple[bytes, bool]:
    """Return the secret in a file, and whether it was made just now.

    Parameters
    ----------
    path
        Holds 64 hexadecimal digits; made, readable by its owner alone, when it is not there.

    Raises
    ------
    PolicyError
        Others may read the file, or it holds no secret. What it holds is not said.
    """
    made = False
    with suppress(FileExistsError):
        made = _make(path)
    _refuse_open(path)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise PolicyError(
            f"{path}: holds no secret of {SECRET_BYTES} bytes",
            hint="Name another file: --secret FILE; a missing one is made.",
        )
    return secret, made


def _make(path: Path) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def _refuse_open(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PolicyError(
            f"{path}: others than its owner may read this secret",
            hint=f"chmod 600 {path}",
        )
