"""The studio as static files."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tachie.core.errors import FormatError, TachieError, UsageError
from tachie.export.site import export_site

WEIGHTS = Path(str(files("tachie"))) / "weights" / "tachie-64"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Built pages in small: two entries that share a file."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "studio.html").write_text("<title>studio</title>")
    (folder / "review.html").write_text("<title>review</title>")
    for name in ("studio-1.js", "review-2.js", "review-2.css", "shared-3.js", "worker-4.js", "ort-5.wasm"):
        (folder / "assets" / name).write_text(name)
    manifest = {
        "studio.html": {"file": "assets/studio-1.js", "imports": ["_shared.js"]},
        "review.html": {"file": "assets/review-2.js", "css": ["assets/review-2.css"], "imports": ["_shared.js"]},
        "_shared.js": {"file": "assets/shared-3.js"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_it_holds_the_page_its_files_and_the_model(pages: Path, tmp_path: Path) -> None:
    out = export_site({"mine": WEIGHTS}, tmp_path / "public", pages)
    assert (out / "index.html").read_text() == "<title>studio</title>"
    assert {p.name for p in (out / "assets").iterdir()} == {"studio-1.js", "shared-3.js", "worker-4.js", "ort-5.wasm"}
    assert json.loads((out / "models/index.json").read_text())["models"][0]["name"] == "mine"
    for file in ("generator.json", "mapping.onnx", "synthesis.onnx", "card.md"):
        assert (out / "models/mine" / file).read_bytes() == (WEIGHTS / file).read_bytes()
    assert not (tmp_path / "public.partial").exists()


def test_what_cannot_be_exported_says_why_and_leaves_nothing(pages: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not empty"):
        export_site({"mine": WEIGHTS}, pages, pages)
    with pytest.raises(TachieError) as error:
        export_site({"mine": WEIGHTS}, tmp_path / "public", tmp_path)
    assert "make pages" in error.value.hint
    with pytest.raises(FormatError, match="holds no generator"):
        export_site({"mine": tmp_path}, tmp_path / "public", pages)
    assert not (tmp_path / "public").exists()
