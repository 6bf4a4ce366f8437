"""The server of the pages lets our own page in and nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tachie.core.errors import UsageError
from tachie.studio.guard import BODY_LIMIT_BYTES, TOKEN_HEADER
from tachie.studio.server import listening, page_app

HOME = "http://127.0.0.1:8377"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-abc.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "studio.html").write_text('<head><meta name="tachie-token" content="" /></head>')
    app = page_app("studio", static=tmp_path)

    @app.post("/api/write")
    def write(body: dict[str, int]) -> dict[str, int]:
        return body

    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HOME)


def test_the_page_carries_the_token_and_writes_pass_with_it(client: TestClient, app: FastAPI) -> None:
    page = client.get("/")
    token = re.search(r'name="tachie-token" content="([^"]+)"', page.text)
    assert token is not None
    assert token[1] == app.state.token
    assert len(token[1]) >= 24
    assert client.post("/api/write", json={"a": 1}, headers={TOKEN_HEADER: token[1]}).json() == {"a": 1}


@pytest.mark.parametrize("headers", [{}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: "guess"}, {TOKEN_HEADER: "é"}])
def test_a_write_without_the_token_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    encoded = {name: value.encode() for name, value in headers.items()}
    assert client.post("/api/write", json={"a": 1}, headers=encoded).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8377", "", "a@127.0.0.1", "127.0.0.1:x", "[::1"]
)
def test_another_host_is_refused_so_that_no_name_can_be_pointed_here(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8377", "[::1]:8377"])
def test_local_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8377"])
def test_another_origin_is_refused(client: TestClient, app: FastAPI, origin: str) -> None:
    headers = {"Origin": origin, TOKEN_HEADER: app.state.token}
    assert client.get("/", headers=headers).status_code == 403
    assert client.post("/api/write", json={"a": 1}, headers=headers).status_code == 403
    assert client.get("/", headers={"Origin": HOME}).status_code == 200


def test_a_large_body_is_refused_before_it_is_read(client: TestClient, app: FastAPI) -> None:
    headers = {TOKEN_HEADER: app.state.token}
    assert client.post("/api/write", content=b"x" * (BODY_LIMIT_BYTES + 1), headers=headers).status_code == 413
    assert client.post("/api/write", content=iter([b"{}"]), headers=headers).status_code == 411


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for path in ("/", "/assets/main-abc.js", "/nothing", "/openapi.json"):
        answer = client.get(path)
        assert "script-src 'self' 'wasm-unsafe-eval';" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in client.get("/", headers={"Host": "evil"}).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/secret.txt", "/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/assets/..%2fsecret.txt", "/assets/"]
)
def test_nothing_outside_the_built_files_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    answer = TestClient(page_app("studio", static=tmp_path / "none"), base_url=HOME).get("/")
    assert answer.status_code == 503
    assert "make pages" in answer.text


def test_a_taken_port_is_refused_if_asked_for_and_another_taken_by_default() -> None:
    with listening(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            listening(port)
    with listening(None) as first:
        first.listen()
        with listening(None) as second:
            assert second.getsockname()[1] != first.getsockname()[1]
