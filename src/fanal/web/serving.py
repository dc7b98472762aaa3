"""The service on a port: one process, no log of who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until stopped (Ctrl-C, SIGTERM).

    Notes
    -----
    httptools and uvloop are used where they are installed. What a proxy says of the visitor is left
    to the limits (web/limits.py), which believe only the proxies of the settings. No header names
    the server; uvicorn's own log has no line of a request.
    """
    uvicorn.run(
        app,
        host=host,
        port=port,
        workers=1,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=16_384,
    )
