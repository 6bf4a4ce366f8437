"""The base of all replicas: a small threaded server on 127.0.0.1 that counts requests and misbehaves when told to."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

WALL = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<div id='cf-chl'>Please complete the captcha: are you human?</div></body></html>"
)
_HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>"
# The start of User-Agents that name no program: refused by sites that want to know who asks.
_ANONYMOUS = re.compile(r"^(?:$|mozilla/|python-(?:requests|urllib|httpx)|scrapy/|curl/|go-http)", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: header names in lower case, query and form decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def address(self) -> str:
        """The path with its query in order, by which requests are counted."""
        query = "&".join(f"{k}={v}" for k, v in self.query.items())
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back. `length` is a Content-Length that may lie; `send` how the body comes.

    "reset" breaks the connection after half of the body, "drip" sends a byte every 50 ms.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    send: Literal["plain", "reset", "drip"] = "plain"

    @classmethod
    def of_json(cls, data: Any, status: int = 200) -> Reply:
        """Return data as JSON."""
        return cls(json.dumps(data).encode(), status, "application/json; charset=utf-8")


@dataclass(slots=True)
class Fault:
    """Misbehaviour at the addresses that match (a regular expression over path?query), so many times (-1: always).

    status: answers `status`, with Retry-After where `retry_after` is given. reset, drip: see `Reply`. short: says a
    longer Content-Length than it sends. html: a web page with status 200 in place of the content. wall: a captcha
    page. gone: 404. cut: the first half of the body, as if it were all. header: adds `headers`.
    """

    match: str
    do: Literal["status", "reset", "drip", "short", "html", "wall", "gone", "cut", "header"]
    times: int = 1
    status: int = 503
    retry_after: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def changed(self, reply: Reply) -> Reply:
        """Return what becomes of an answer."""
        if self.do == "status":
            return Reply(b"no", self.status, headers={"Retry-After": self.retry_after} if self.retry_after else {})
        if self.do in ("reset", "drip"):
            return replace(reply, send="reset" if self.do == "reset" else "drip")
        if self.do == "short":
            return replace(reply, length=len(reply.body) + 1000)
        if self.do == "cut":
            return replace(reply, body=reply.body[: len(reply.body) // 2])
        if self.do == "header":
            return replace(reply, headers={**reply.headers, **self.headers})
        if self.do == "gone":
            return Reply(b"not found", 404)
        return Reply(_HTML) if self.do == "html" else Reply(WALL, 403 if self.status == 403 else 200)


class Replica(ABC):
    """A site on 127.0.0.1 and a free port, or the one named: `with Danbooru(stock) as site: site.url`.

    `hits` counts requests by address, whatever was answered; `asked` keeps the last requests' headers by address.
    """

    robots = "User-agent: *\nDisallow:\n"
    wants_agent = False
    """Refuse User-Agents that pretend to be a browser or are a library's default, with 403."""

    def __init__(self, faults: list[Fault] | None = None, *, port: int = 0) -> None:
        self.faults = faults or []
        self.hits: Counter[str] = Counter()
        self.asked: dict[str, Asked] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def reply(self, asked: Asked) -> Reply | None:
        """Return the answer; None is a 404."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def handle(self, asked: Asked) -> Reply:
        """Count a request, and answer it as told."""
        with self._lock:
            self.hits[asked.address] += 1
            self.asked[asked.address] = asked
            fault = next((f for f in self.faults if f.times and re.search(f.match, asked.address)), None)
            if fault:
                fault.times -= 1
        if asked.headers.get("host") not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return Reply(b"wrong host", 421)
        if asked.path == "/robots.txt":
            return Reply(self.robots.encode(), kind="text/plain")
        if self.wants_agent and _ANONYMOUS.search(asked.headers.get("user-agent", "")):
            return Reply(b"Your User-Agent names no program.", 403)
        reply = self.reply(asked) or Reply(b"not found", 404)
        return fault.changed(reply) if fault else reply

    def hits_of(self, pattern: str) -> dict[str, int]:
        """Return address -> requests of the addresses that match a regular expression."""
        with self._lock:
            return {address: n for address, n in self.hits.items() if re.search(pattern, address)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are a part of the play."""


def _handler(site: Replica) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), 1024**2)
            self._answer(dict(parse_qsl(self.rfile.read(length).decode("utf-8", "replace"), keep_blank_values=True)))

        def _answer(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(site.handle(Asked(self.command, parts.path, query, headers, form)))

        def _send(self, reply: Reply) -> None:
            lines = [f"HTTP/1.1 {reply.status} -", f"Content-Type: {reply.kind}"]
            lines += [f"{name}: {value}" for name, value in reply.headers.items()]
            length = len(reply.body) if reply.length is None else reply.length
            whole = reply.send == "plain" and length == len(reply.body)
            lines += [f"Content-Length: {length}", *([] if whole else ["Connection: close"]), "", ""]
            self.close_connection = not whole
            with contextlib.suppress(OSError):
                head = "\r\n".join(lines).encode("latin-1")
                _SENDERS[reply.send](self.connection, head, reply.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def _plain(connection: socket.socket, head: bytes, body: bytes) -> None:
    connection.sendall(head + body)


def _reset(connection: socket.socket, head: bytes, body: bytes) -> None:
    connection.sendall(head + body[: len(body) // 2])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() then resets
    connection.shutdown(socket.SHUT_RD)
    connection.close()


def _drip(connection: socket.socket, head: bytes, body: bytes) -> None:
    connection.sendall(head)
    gone = threading.Event()
    for i in range(len(body)):
        connection.sendall(body[i : i + 1])
        gone.wait(0.05)


_SENDERS: dict[str, Callable[[socket.socket, bytes, bytes], None]] = {"plain": _plain, "reset": _reset, "drip": _drip}
