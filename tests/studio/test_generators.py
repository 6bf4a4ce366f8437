"""The studio's HTTP API draws as the command line does, within limits, and survives whatever it is sent."""

from __future__ import annotations

import asyncio
import resource
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import httpx2
import numpy as np
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from PIL import Image
from schemathesis.specs.openapi.checks import unsupported_method
from starlette.testclient import TestClient

from tachie.draw import Generator
from tachie.studio.generators import COUNT_LIMIT, Rate, routes
from tachie.studio.server import page_app
from tachie.studio.shelf import Shelf, name_of

HOME = "http://127.0.0.1:8377"
WEIGHTS = Path(str(files("tachie"))) / "weights" / "tachie-64"


def studio(rate: Rate | None = None) -> FastAPI:
    app = page_app("studio")
    app.include_router(routes(Shelf({"tachie-64": WEIGHTS}), rate))
    return app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(studio(), base_url=HOME)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def test_it_lists_the_models_with_their_labels(client: TestClient) -> None:
    [model] = client.get("/api/models").json()["models"]
    assert (model["name"], model["resolution"], model["card"]) == ("tachie-64", 64, True)
    assert [label["name"] for label in model["labels"]][:2] == ["hair_color", "eye_color"]
    assert client.get("/models/index.json").json() == {
        "models": [{"name": "tachie-64", "resolution": 64, "card": True}]
    }


def test_it_draws_what_the_generator_draws(client: TestClient) -> None:
    query = {"seed": 7, "truncation": 0.6, "set": "year=2004"}
    answer = client.get("/api/generate", params=query)
    assert answer.headers["content-type"] == "image/png"
    [expected] = Generator.open(WEIGHTS).draw([7], {"year": "2004"}, 0.6)
    assert np.abs(pixels(answer.content).astype(int) - expected).max() <= 2
    many = pixels(client.get("/api/generate", params={"seed": 2**64 - 1, "count": 8}).content)
    assert many.shape == (128, 256, 3)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({}, 422, "seed"),
        ({"seed": -1}, 422, "greater"),
        ({"seed": 1, "count": COUNT_LIMIT + 1}, 422, str(COUNT_LIMIT)),
        ({"seed": 1, "truncation": "nan"}, 422, "truncation"),
        ({"seed": 1, "set": "year=1850"}, 404, "2000"),
        ({"seed": 1, "set": "hair_color=plaid"}, 404, "Known: blonde"),
        ({"seed": 1, "set": "yaer=2004"}, 404, "Did you mean 'year'"),
        ({"seed": 1, "set": "year"}, 422, "pattern"),
        ({"seed": 1, "model": "none"}, 404, "tachie-64"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client: TestClient, query: dict, status: int, said: str) -> None:
    answer = client.get("/api/generate", params=query)
    assert answer.status_code == status
    assert said in answer.text


def test_model_files_are_kept_by_their_checksum_and_nothing_beside_them_is_served(client: TestClient) -> None:
    first = client.get("/models/tachie-64/synthesis.onnx")
    assert first.content == (WEIGHTS / "synthesis.onnx").read_bytes()
    again = client.get("/models/tachie-64/synthesis.onnx", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/models/tachie-64/card.md").headers["content-type"].startswith("text/plain")
    for path in ("tachie-64/other.txt", "none/card.md", "..%2f..%2f/draw.py", "tachie-64/..%2fcard.md", "../draw.py"):
        assert client.get(f"/models/{path}").status_code == 404, path


def test_a_model_goes_by_the_name_of_the_run_or_job_it_belongs_to(tmp_path: Path) -> None:
    assert name_of(tmp_path / "my-run" / "onnx") == "my-run"
    assert name_of(tmp_path / "my-faces" / "model") == "my-faces"
    assert name_of(tmp_path / "mine") == "mine"


def test_a_rate_refuses_what_is_too_much_and_says_how_long_to_wait() -> None:
    now = [0.0]
    rate = Rate(per_s=10, burst=20, clock=lambda: now[0])
    assert rate.take(20) == 0
    assert rate.take(5) == 0.5
    now[0] += 0.5
    assert rate.take(5) == 0
    now[0] += 1000
    assert rate.take(21) > 0  # never more at once than the burst
    client = TestClient(studio(rate), base_url=HOME)
    assert client.get("/api/generate", params={"seed": 1, "count": 20}).status_code == 200
    refused = client.get("/api/generate", params={"seed": 1, "count": 20})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_hundred_requests_at_once_all_answer_in_flat_memory() -> None:
    app = studio()

    def peak_mb() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    async def ask(client: httpx2.AsyncClient, count: int) -> list[httpx2.Response]:
        wanted = (client.get("/api/generate", params={"seed": seed, "count": 8}) for seed in range(count))
        return await asyncio.gather(*wanted)

    async def run() -> tuple[list[httpx2.Response], float]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=HOME) as client:
            await ask(client, 4)  # opens the model, warms the allocator
            before_mb = peak_mb()
            return await ask(client, 100), peak_mb() - before_mb

    answers, grown_mb = asyncio.run(run())
    assert [answer.status_code for answer in answers] == [200] * 100
    assert len({answer.content for answer in answers}) == 100
    assert grown_mb < 60, grown_mb  # 100 PNGs of 30 kB, one drawing at a time


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", studio(), headers={"Host": "127.0.0.1"})


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_nothing_that_can_be_asked_for_breaks_the_api(case: schemathesis.Case) -> None:
    # The guard answers other methods before any route is looked for.
    case.call_and_validate(headers={"Host": "127.0.0.1"}, excluded_checks=[unsupported_method])
