"""The studio's routes: the models' files for the page, and an HTTP API that draws on the server.

The page itself needs the files alone; the API is for programs:

    curl 'http://127.0.0.1:8377/api/generate?seed=7&count=16&set=hair_color=pink' > faces.png
"""

from __future__ import annotations

import time
from asyncio import Semaphore
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from tachie.core.errors import UsageError
from tachie.core.generator import models_index, read_about
from tachie.core.images import encode_png, grid
from tachie.studio.server import FileInLargeParts
from tachie.studio.shelf import Shelf

COUNT_LIMIT = 64  # drawings in one request
RATE_PER_S, BURST = 400, 4000  # drawings, of all requests together
SEED_LIMIT = 2**64
_SET = r"^[^=]{1,80}=[^=]{1,80}$"


class Label(BaseModel):
    """A label: a choice of values, a flag of no and yes, or a number from `least` to `most`."""

    name: str
    kind: Literal["choice", "flag", "number"] = "choice"
    values: list[str] = []
    least: float | None = None
    most: float | None = None
    step: float | None = None


class Model(BaseModel):
    """A model that can be drawn with."""

    name: str
    resolution: int
    labels: list[Label]
    trained_on: dict[str, Any]
    card: bool


class Models(BaseModel):
    """All models, the first being the one that is drawn with if none is named."""

    models: list[Model]


class Refused(BaseModel):
    """Why a request was refused."""

    detail: str


class Rate:
    """So many drawings a second on average, and so many at once: a bucket that fills steadily (a token bucket)."""

    def __init__(self, per_s: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._left, self._then = burst, clock()

    def take(self, count: int) -> float:
        """Take `count` and return 0, or take nothing and return the seconds to wait."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._then) * self._per_s)
        self._then = now
        if count > self._left:
            return (count - self._left) / self._per_s
        self._left -= count
        return 0.0


def routes(shelf: Shelf, rate: Rate | None = None) -> APIRouter:
    """Return the studio's routes over a shelf of models."""
    router = APIRouter()
    allowed = rate or Rate(RATE_PER_S, BURST)
    one_at_a_time = Semaphore(1)  # onnxruntime fills the cores by itself; a queue keeps memory flat

    @router.get("/models/index.json", include_in_schema=False)
    def index() -> Response:
        return JSONResponse(models_index(shelf.folders), headers={"Cache-Control": "no-cache"})

    @router.get("/models/{name}/{file}", include_in_schema=False)
    def model_file(name: str, file: str, request: Request) -> Response:
        path = shelf.file(name, file)
        if path is None:
            raise HTTPException(404, "there is no such file")
        digest = read_about(shelf.folders[name])["sha256"].get(file)
        headers = {"Cache-Control": "no-cache"}
        if digest is not None:
            headers["ETag"] = f'"{digest}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Response(status_code=304, headers=headers)
        kind = "text/plain; charset=utf-8" if file.endswith(".md") else None  # browsers show it, not save it
        return FileInLargeParts(path, headers=headers, media_type=kind)

    @router.get("/api/models")
    def models() -> Models:
        """List the models, with the labels that each listens to."""
        index = models_index(shelf.folders)["models"]
        return Models(models=[Model(**{**read_about(shelf.folders[m["name"]]), **m}) for m in index])

    @router.get(
        "/api/generate",
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}}, "description": "The drawings as one PNG, side by side in rows."},
            404: {"model": Refused, "description": "There is no such model, or it has no such label or value."},
            429: {"model": Refused, "description": "Too many drawings; Retry-After says how long to wait."},
        },
    )
    async def generate(
        seed: Annotated[int, Query(ge=0, lt=SEED_LIMIT, description="The first drawing's seed; the next count up.")],
        count: Annotated[int, Query(ge=1, le=COUNT_LIMIT)] = 1,
        truncation: Annotated[
            float, Query(ge=0, le=2, description="0 draws the mean face of the labels, 1 as trained.")
        ] = 1.0,
        labels: Annotated[
            list[Annotated[str, Query(pattern=_SET)]] | None,
            Query(alias="set", max_length=64, description="A label to fix, as name=value; may be repeated."),
        ] = None,
        model: Annotated[str | None, Query(description="A name from /api/models; by default the first.")] = None,
    ) -> Response:
        """Draw faces as `tachie generate` does: the same seed and settings give the same picture."""
        name = model if model is not None else next(iter(shelf.folders))
        if name not in shelf.folders:
            raise HTTPException(404, f"there is no model '{name}'; known: {', '.join(shelf.folders)}")
        wait_s = allowed.take(count)
        if wait_s:
            raise HTTPException(429, "too many drawings", headers={"Retry-After": str(int(wait_s) + 1)})
        wanted = dict(text.split("=", 1) for text in labels or [])
        async with one_at_a_time:
            try:
                png = await run_in_threadpool(_drawn, shelf, name, range(seed, seed + count), wanted, truncation)
            except UsageError as error:
                raise HTTPException(404, str(error)) from error
        return Response(png, media_type="image/png")

    return router


def _drawn(shelf: Shelf, name: str, seeds: range, labels: dict[str, str], truncation: float) -> bytes:
    drawn = shelf.generator(name).draw(seeds, labels, truncation)
    return encode_png(grid(drawn, columns=max(1, round((len(seeds) * 2) ** 0.5))) if len(seeds) > 1 else drawn[0])
