"""What every request to a page's server must pass, and what every answer carries.

The server is for one person on one machine. A page of another origin must not read from it or write to it, not even by
pointing its own name at 127.0.0.1: so Host and Origin are checked, and writes need a token that only our page holds.
"""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_HEADER = "X-Tachie-Token"
BODY_LIMIT_BYTES = 1 << 20

# ONNX Runtime compiles WASM, which 'wasm-unsafe-eval' allows and nothing else. Said again in web/vite.config.ts, for
# exports that any host serves.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READS = frozenset({"GET", "HEAD"})


def new_token() -> str:
    """Return a token that cannot be guessed; it lives as long as the server."""
    return secrets.token_urlsafe(24)


class Guard:
    """Answers 400, 403, 411 or 413 instead of the app where a request is not from our own page, or is too large.

    Reads need a local Host, and a local Origin where one is sent. Any other method needs the token too and a
    Content-Length within the limit.
    """

    def __init__(self, app: ASGIApp, token: str, body_limit_bytes: int = BODY_LIMIT_BYTES) -> None:
        self.app = app
        self.token = token
        self.body_limit_bytes = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # no WebSockets here

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = self._refusal(scope["method"], Headers(scope=scope))
        if refused is None:
            await self.app(scope, receive, send_with_headers)
            return
        status, why = refused
        body = json.dumps({"detail": why}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send_with_headers({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not _is_local(f"//{host}"):
            return 400, "this server answers to 127.0.0.1 and localhost alone"
        origin = headers.get("origin")
        # The very address the request was sent to: another local port is another program.
        if origin is not None and origin != f"http://{host}":
            return 403, "requests from other pages are refused"
        if method in _READS:
            return None
        if not secrets.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return 403, f"writing needs the header {TOKEN_HEADER}, which the page holds; reload the page"
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return 411, "say how long the body is"
        if int(length) > self.body_limit_bytes:
            return 413, f"a body may have {self.body_limit_bytes} bytes at most"
        return None


def _is_local(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.hostname in LOCAL_NAMES and parts.username is None and parts.port != 0
    except ValueError:
        return False
