"""A hub on loopback: the endpoints that huggingface_hub calls to push a dataset, and faults on request."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hf_secretsecretsecretsecretsecret"
STALL = 0  # a fault: say nothing until the test is over


@dataclass
class Hub:
    """What the hub holds: repositories with files and commits, large objects, and what was asked of it."""

    endpoint: str = ""
    private: dict[str, bool] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[list[str]] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str, int]] = field(default_factory=list)  # method, part of the path, status; each once
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sha(self) -> str:
        """The head's name."""
        return hashlib.sha1(str(len(self.commits)).encode()).hexdigest()

    def fault(self, method: str, path: str) -> int | None:
        """Return the status of the next fault that fits, and forget it."""
        with self.lock:
            for fault in self.faults:
                if fault[0] == method and fault[1] in path:
                    self.faults.remove(fault)
                    return fault[2]
        return None


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Serve a new hub on a free port of 127.0.0.1."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PUT(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, hub = self.path.partition("?")[0], self.hub
        hub.asked.append((self.command, path))
        status = hub.fault(self.command, path)
        if status == STALL:
            hub.over.wait()
            self.close_connection = True
            return
        if status is not None:
            return self.reply({"error": "the hub stumbles"}, status)
        if path != "/api/validate-yaml" and "/upload/" not in path:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self.reply({"error": "Invalid credentials"}, 401)
        elif "/upload/" in path:
            assert hashlib.sha256(body).hexdigest() == path.rpartition("/")[2]
            hub.objects[path.rpartition("/")[2]] = body
            return self.reply({})
        self.reply(*self.said(path, body))

    def said(self, path: str, body: bytes) -> tuple[dict[str, Any], int]:
        hub = self.hub
        if path == "/api/validate-yaml":
            return {"errors": [], "warnings": []}, 200
        if path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization'] or 'me'}/{asked['name']}"
            there = name in hub.private
            hub.private.setdefault(name, asked.get("visibility") == "private")
            return {"url": f"{hub.endpoint}/datasets/{name}"}, 409 if there else 200
        if path.endswith("/info/lfs/objects/batch"):
            return {"transfer": "basic", "objects": [self.upload(o) for o in json.loads(body)["objects"]]}, 200
        if "/preupload/" in path:
            return {"files": [self.mode(file) for file in json.loads(body)["files"]]}, 200
        if "/commit/" in path:
            self.commit([json.loads(line) for line in body.splitlines()])
            name = path.removeprefix("/api/").partition("/commit/")[0]
            return {"commitUrl": f"{hub.endpoint}/{name}/commit/{hub.sha}", "commitOid": hub.sha}, 200
        name = "/".join(path.removeprefix("/api/datasets/").split("/")[:2])
        if name not in hub.private:
            return {"error": "Repository not found"}, 404
        return {"id": name, "sha": hub.sha, "private": hub.private[name], "siblings": [], "tags": []}, 200

    def upload(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = {"oid": asked["oid"], "size": asked["size"]}
        if asked["oid"] in self.hub.objects:
            return known
        return {**known, "actions": {"upload": {"href": f"{self.hub.endpoint}/upload/{asked['oid']}"}}}

    def mode(self, asked: dict[str, Any]) -> dict[str, Any]:
        large = asked["path"].endswith((".tar", ".parquet", ".png", ".jpg"))
        there = self.hub.files.get(asked["path"])
        oid = None
        if there is not None:
            git = hashlib.sha1(b"blob %d\0" % len(there) + there).hexdigest()
            oid = hashlib.sha256(there).hexdigest() if large else git
        mode = "lfs" if large else "regular"
        return {"path": asked["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid}

    def commit(self, lines: list[dict[str, Any]]) -> None:
        added = []
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                self.hub.files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                self.hub.files[value["path"]] = self.hub.objects[value["oid"]]
            if line["key"] != "header":
                added.append(value["path"])
        self.hub.commits.append(added)

    def reply(self, said: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
