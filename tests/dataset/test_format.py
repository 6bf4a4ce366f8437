"""The format is opened by the programs that people will open it with."""

import io
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from tachie.core.errors import FormatError
from tachie.dataset.format import DATA_SCHEMA, MANIFEST_NAME, PART_MAX_ROWS
from tachie.dataset.reader import Dataset
from tachie.dataset.writer import write_labels
from tachie.pipeline import Build, build
from tachie.pipeline.presets import preset


@pytest.fixture
def faces(write_pictures: Callable[..., Path], tmp_path: Path) -> Dataset:
    folder = write_pictures(30, "in/2005")
    for i, path in enumerate(sorted(folder.iterdir())[:3]):
        path.with_suffix(".txt").write_text(f"pink_hair, smile, tag{i}")
    job = Build([str(tmp_path / "in")], tmp_path / "faces", preset("faces-as-they-are"))
    return build(job).dataset


def test_hugging_face_datasets_gives_a_pil_image(
    faces: Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(faces.path), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(loaded) == 30
    assert isinstance(loaded[0]["image"], Image.Image)
    assert loaded[0]["image"].size == (64, 64)
    assert loaded[0]["tags"] == ["pink_hair", "smile", "tag0"]
    alone = datasets.load_dataset(
        "parquet", data_files=str(faces.path / "data" / "*.parquet"), split="train", cache_dir=str(tmp_path / "cache2")
    )
    assert isinstance(alone[3]["image"], Image.Image)


def test_duckdb_joins_pictures_and_labels(faces: Dataset) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(
        f"SELECT id, width, year, hair_color, octet_length(image.bytes) AS size FROM '{faces.path}/data/*.parquet' "
        f"JOIN '{faces.path}/labels/sidecar.parquet' USING (id) WHERE hair_color = 'pink'"
    ).fetchall()
    assert len(rows) == 3
    assert all(width == 64 and year == "2005" and size > 100 for _, width, year, _, size in rows)


def test_polars_reads_the_parts(faces: Dataset) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(faces.path / "data" / "*.parquet")
    assert frame.height == 30
    picture = Image.open(io.BytesIO(frame["image"][0]["bytes"]))
    assert picture.size == (64, 64)


def test_rows_carry_the_spec_s_columns_and_unchanged_bytes(faces: Dataset, tmp_path: Path) -> None:
    file = pq.ParquetFile(faces.part_paths()[0])
    assert file.schema_arrow.equals(DATA_SCHEMA)
    stored = [data for _, data in faces.images()]
    assert stored == [p.read_bytes() for p in sorted((tmp_path / "in/2005").glob("*.png"))]
    assert faces.damaged_parts() == []


def test_labels_of_higher_precedence_win(faces: Dataset) -> None:
    ids = faces.columns(["id"]).column("id").to_pylist()
    write_labels(faces.path, "tagger", {i: {"hair_color": "blue"} for i in ids[:10]}, "tagger", ids)
    write_labels(faces.path, "review", {ids[0]: {"hair_color": "red"}}, "review", ids)
    hair = faces.labels()["hair_color"]
    assert [hair.get(i) for i in (ids[0], ids[1], ids[5], ids[20])] == ["red", "pink", "blue", None]


def test_a_part_never_holds_more_than_its_most_rows(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(PART_MAX_ROWS + 7, px=8)
    dataset = build(Build([str(folder)], tmp_path / "many", preset("faces-as-they-are"), workers=0)).dataset
    assert [p.rows for p in dataset.manifest.parts] == [PART_MAX_ROWS, 7]
    assert [pq.ParquetFile(p).metadata.num_rows for p in dataset.part_paths()] == [PART_MAX_ROWS, 7]


def test_large_pictures_are_written_as_they_come(
    write_pictures: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pictures(12)
    whole = build(Build([str(folder)], tmp_path / "whole", preset("faces-as-they-are"), workers=0)).dataset
    monkeypatch.setattr("tachie.dataset.writer.GROUP_MB", 0.01)  # every other picture fills a row group
    monkeypatch.setattr("tachie.dataset.writer.PART_MAX_MB", 0.02)
    pieces = build(Build([str(folder)], tmp_path / "pieces", preset("faces-as-they-are"), workers=0)).dataset
    assert len(pieces.manifest.parts) > 3
    assert list(pieces.rows()) == list(whole.rows())


def test_the_card_s_front_matter_names_the_data_alone(faces: Dataset) -> None:
    card = (faces.path / "README.md").read_text("utf-8")
    assert "configs:\n- config_name: default\n  data_files: data/*.parquet\n---\n" in card
    assert "| year | 30 | 2005 30 |" in card
    assert (faces.path / "sheet.jpg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: (d / MANIFEST_NAME).unlink(), "not a tachie dataset"),
        (lambda d: (d / MANIFEST_NAME).write_text("{"), "cannot be read"),
        (lambda d: (d / "data/part-00000.parquet").unlink(), "missing"),
        (lambda d: (d / "data/part-00000.parquet").write_bytes(b"PAR1"), "another size"),
        (
            lambda d: (d / MANIFEST_NAME).write_text(
                (d / MANIFEST_NAME).read_text().replace('"format_version": 1', '"format_version": 99')
            ),
            "version 99",
        ),
    ],
)
def test_a_spoilt_dataset_is_refused_by_name(faces: Dataset, spoil: Callable[[Path], object], said: str) -> None:
    spoil(faces.path)
    with pytest.raises(FormatError, match=said):
        Dataset.open(faces.path)
