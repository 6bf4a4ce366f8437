"""A small dataset of two kinds of pictures, and a review of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.conftest import blobs, untagged

from tachie.core.images import encode_png
from tachie.dataset.reader import Dataset
from tachie.pipeline import Build, build
from tachie.studio.guard import TOKEN_HEADER
from tachie.studio.review.api import review_app
from tachie.studio.review.session import Session

HOME = "http://127.0.0.1:8377"


def write_kinds(folder: Path, count: int = 60) -> Path:
    """Write pictures of which every third is blue and grey stripes, and the others smooth and red."""
    folder.mkdir(parents=True)
    for i in range(count):
        picture = blobs(i, 64, 64)
        if i % 3 == 0:
            picture[:, ::4] = 90
            picture[:, :, 0] //= 4
        else:
            picture[:, :, 2] //= 4
        (folder / f"{i:03d}.png").write_bytes(encode_png(picture))
    (folder / "labels.csv").write_text("file,hair_color\n000.png,pink\n001.png,blue\n002.png,blue\n")
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    return folder


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """A dataset of sixty pictures, beside the folder they are from."""
    folder = write_kinds(tmp_path / "pictures")
    build(Build([str(folder)], tmp_path / "faces", untagged("faces-as-they-are"), workers=0))
    return tmp_path / "faces"


@pytest.fixture
def session(reviewed: Path) -> Iterator[Session]:
    session = Session.open(reviewed, [], background=False)
    session.thumbs.make()
    session.learner.prepare()
    yield session
    session.close()


@pytest.fixture
def app(session: Session) -> FastAPI:
    return review_app(session)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HOME, headers={TOKEN_HEADER: app.state.token})


@pytest.fixture
def truth(reviewed: Path) -> Callable[[int], str]:
    """What a person would say of a face by its number."""
    paths = Dataset.open(reviewed).columns(["source_path"]).column("source_path").to_pylist()
    return lambda face: "reject" if int(Path(paths[face]).stem) % 3 == 0 else "keep"
