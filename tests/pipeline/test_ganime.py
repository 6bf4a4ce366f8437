"""The recipe for full-body sets: standing figures alone stay, the report shows what each filter left out."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from tachie.dataset.reader import Dataset
from tachie.dataset.report import write_report
from tachie.paperdoll import draw_paperdoll

from ..conftest import tachie

KINDS = {
    "full": {"extent": "full"},
    "half": {"extent": "half"},
    "chibi": {"extent": "full", "chibi": "yes"},
    "street": {"extent": "full", "background": "street"},
}


def test_standing_figures_stay_and_each_drop_has_its_reason_and_a_place_in_the_report(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for kind, wishes in KINDS.items():
        for seed in (40, 41):
            doll = draw_paperdoll(seed, {"background": "plain", **wishes})
            (pictures / f"{kind}{seed}.png").write_bytes(doll.png(420))
    out = tmp_path / "standing"
    done = tachie("build", pictures, "--recipe", "ganime", "--workers", "0", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["drops"] == {
        "body_extent": {"half_body": 2},
        "chibi": {"chibi": 2},
        "clear_background": {"busy_background": 2},
    }
    dataset = Dataset.open(out)
    kept = dataset.columns(["source_path", "width", "height"]).to_pylist()
    assert sorted(Path(row["source_path"]).name for row in kept) == ["full40.png", "full41.png"]
    assert all(row["width"] == row["height"] for row in kept)
    assert set(dataset.labels()["extent"].values()) == {"full"}
    drops = pq.read_table(out / "drops.parquet").to_pylist()
    assert all(drop["thumbnail"] and drop["detail"] for drop in drops)
    html = write_report(dataset, tmp_path / "report.html").read_text("utf-8")
    for reason, words in (
        ("half body", "cut below the waist"),
        ("chibi", "two or three heads"),
        ("busy", "one colour"),
    ):
        assert reason in html
        assert words in html
    assert html.count("data:image/jpeg") >= 6
