"""A PostgreSQL server on loopback, in a folder of its own, with Mastodon's tables of connections.

Debian's server where it is installed; never run as root: PostgreSQL refuses, so a helper user does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HELPERS = ("postgres", "nobody")

#: The columns that Mastodon has (schema of 4.3), as far as a sampler could be led astray by them.
TABLES = """
CREATE TABLE users (
  id bigserial PRIMARY KEY, account_id bigint NOT NULL, email text NOT NULL DEFAULT '',
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL DEFAULT now(),
  sign_up_ip inet, locale text, time_zone text);
CREATE TABLE oauth_applications (
  id bigserial PRIMARY KEY, name text NOT NULL, superapp boolean NOT NULL DEFAULT false);
CREATE TABLE oauth_access_tokens (
  id bigserial PRIMARY KEY, token text, resource_owner_id bigint, application_id bigint,
  created_at timestamp NOT NULL DEFAULT now(), revoked_at timestamp,
  last_used_at timestamp, last_used_ip inet);
CREATE TABLE login_activities (
  id bigserial PRIMARY KEY, user_id bigint NOT NULL, authentication_method text,
  success boolean, failure_reason text, ip inet, user_agent text, created_at timestamp);
CREATE TABLE session_activations (
  id bigserial PRIMARY KEY, session_id text NOT NULL DEFAULT '', user_id bigint NOT NULL,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL, user_agent text,
  ip inet, access_token_id bigint);
CREATE VIEW user_ips AS SELECT user_id, ip, max(used_at) AS used_at FROM (
  SELECT id AS user_id, sign_up_ip AS ip, created_at AS used_at FROM users
  UNION ALL SELECT user_id, ip, updated_at FROM session_activations
  UNION ALL SELECT user_id, ip, created_at FROM login_activities WHERE success) AS t
GROUP BY user_id, ip;
"""


def programs() -> Path | None:
    """Return the folder of initdb and postgres, None where no server is installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found and shutil.which("postgres") else None


def helper() -> dict[str, Any]:
    """Return what makes a child process run as somebody else than root."""
    if os.geteuid() != 0:
        return {}
    for name in HELPERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


def reason_without() -> str:
    """Return why no server can be started here, empty when one can."""
    if os.name != "posix" or programs() is None:
        return "no PostgreSQL server installed: run tools/postgres.sh"
    if os.geteuid() == 0 and not helper():
        return "PostgreSQL does not run as root, and there is no other user"
    return ""


@contextmanager
def running() -> Iterator[str]:
    """Give the URL of a fresh server with Mastodon's tables, all empty; it ends with the block."""
    folder, bin_folder, who = Path(tempfile.mkdtemp(prefix="fanal-pg-")), programs(), helper()
    assert bin_folder is not None
    if who:
        os.chown(folder, who["user"], who["group"])
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "Asia/Tokyo"}

    def run(*words: str) -> None:
        done = subprocess.run(
            words,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **who,
        )
        assert done.returncode == 0, done.stderr + _tail(folder / "log")

    data, port = str(folder / "data"), free_port()
    run(
        str(bin_folder / "initdb"), "-D", data, "-U", "mastodon", "-A", "trust",
        "-E", "UTF8", "--no-sync",
    )  # fmt: skip
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        " -c timezone=Asia/Tokyo -c shared_buffers=8MB -c max_connections=10"
    )
    control = str(bin_folder / "pg_ctl")
    try:
        run(control, "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        url = f"postgresql://mastodon@127.0.0.1:{port}/postgres"
        execute(url, TABLES)
        yield url
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run(control, "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def execute(url: str, sql: str) -> None:
    """Run some statements on a server."""
    from urllib.parse import urlsplit

    from pg8000.native import Connection

    parts = urlsplit(url)
    connection = Connection(
        user=parts.username or "", host=parts.hostname or "", port=parts.port or 5432,
        database=parts.path[1:],
    )  # fmt: skip
    try:
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.run(statement)
    finally:
        connection.close()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
    return number


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-2000:] if path.exists() else ""
