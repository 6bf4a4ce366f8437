"""The server shared by the two pages: their built files, their address, and how it starts and ends.

A page adds its own routes to the app that `page_app` returns:

    app = page_app("studio")
    app.include_router(generators.router)
    serve(app, port=0, announce=print)
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from html import escape
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tachie import __version__
from tachie.core.errors import UsageError
from tachie.studio.guard import Guard, new_token

STATIC = Path(__file__).parent / "static"  # what `npm run build` in web/ writes
DEFAULT_PORT = 8377  # registered for nothing; web/vite.config.ts passes on to it while developing
_YEAR_S = 365 * 24 * 3600
_TOKEN_PLACE = '<meta name="tachie-token" content="" />'
_UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>tachie: page not built</title>
<h1>This page has not been built yet</h1>
<p>tachie runs from its source folder, where the pages are built by Node 20 or newer. Type <code>make pages</code> there
(or <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>), then reload.
An installed tachie brings its pages along.</p></html>"""


def page_app(page: str, title: str = "", static: Path = STATIC) -> FastAPI:
    """Return an app that serves the built page `page` at / with its files, guarded; `title` goes into its OpenAPI.

    The token for writes is in the page and in `app.state.token`. Without a build, / says how to make one.
    """
    app = FastAPI(title=title or f"tachie {page}", version=__version__, docs_url=None, redoc_url=None)
    app.state.token = new_token()
    app.add_middleware(Guard, token=app.state.token)

    @app.get("/", include_in_schema=False)
    def index() -> Response:
        file = static / f"{page}.html"
        if not file.is_file():
            return HTMLResponse(_UNBUILT, status_code=503)
        html = file.read_text("utf-8").replace(_TOKEN_PLACE, _TOKEN_PLACE.replace('""', f'"{escape(app.state.token)}"'))
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    app.mount("/assets", _Assets(directory=static / "assets", check_dir=False), name="assets")
    return app


def is_built(page: str) -> bool:
    """Return whether the page is there to be served."""
    return (STATIC / f"{page}.html").is_file()


class FileInLargeParts(FileResponse):
    """A file in parts of a megabyte: each part is a trip to another thread, and ONNX Runtime is 14 MB."""

    chunk_size = 1 << 20


class _Assets(StaticFiles):
    """Built files; their names carry a hash of their content, so that browsers may keep them."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer as Starlette does, in larger parts."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if isinstance(response, FileResponse):
            return FileInLargeParts(full_path, status_code, stat_result=stat_result)
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
        return response


def listening(port: int | None) -> socket.socket:
    """Return a socket bound to 127.0.0.1: at `port` (0: any free one), or by default at ours or else any free one.

    Raises `UsageError` where the port that was asked for is taken.
    """
    for candidate in [DEFAULT_PORT, 0] if port is None else [port]:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", candidate))
        except OSError as error:
            bound.close()
            refused = error
        else:
            return bound
    raise UsageError(f"port {port} cannot be used: {refused.strerror}", "Leave --port out, and a free one is taken.")


def serve(app: FastAPI, port: int | None, announce: Callable[[str], None]) -> None:
    """Serve `app` on 127.0.0.1 until interrupted; `announce` is called with the address once it answers."""
    bound = listening(port)
    address = f"http://127.0.0.1:{bound.getsockname()[1]}/"
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", ws="none", server_header=False, backlog=2048
    )
    with bound:
        _Announcing(config, lambda: announce(address)).run(sockets=[bound])


class _Announcing(uvicorn.Server):
    """A uvicorn server that says when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._said = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then say so."""
        await super().startup(sockets)
        if self.started:
            self._said()
