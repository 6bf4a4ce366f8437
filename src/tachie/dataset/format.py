"""THE SPEC of a tachie dataset on disk, version 1. Everything that reads or writes one imports it from here.

    faces/
      tachie.json            the manifest (`Manifest`), written last: without it there is no dataset
      README.md              the card; its front-matter makes a hub's loader take data/*.parquet alone
      data/part-00000.parquet   rows (`ROW_SCHEMA`): at most 1,000 rows or 128 MB each, written once
      labels/NAME.parquet    labels added from outside a row: id, one string column a label, source, when, confidence
      drops.parquet          what was left out and why (`DROP_SCHEMA`)
      review/                what people decided, line by line (dataset/decisions.py), and small pictures for the page
      features/              numbers that describe each face, by extractor (learn/features.py); may be deleted
      heads/NAME.npz         heads learned from decisions (learn/heads.py)

Ids. A picture kept whole has `id` = `parent_id` = sha256 of its bytes, which are stored unchanged. A crop has `id` =
sha256 of "parent_id x0 y0 x1 y1 settings" and is stored as lossless PNG. A video frame's `parent_id` is sha256 of
"video-sha256 type number". An upscaled row has an id made of its former one and the settings; `upscaled` counts its
doublings, those of earlier datasets included.

Boxes are float32 (x0, y0, x1, y1) in pixels of the parent picture, max exclusive: the whole head for faces, what was
kept for full bodies. The square that was cut follows from the recipe in the manifest (stages/crop.py). `confidence`
is the detector's own. `phash` is the 64-bit perceptual hash in hex. Unknown is null, never a word.

Labels. Each file in labels/ says in `source` who spoke: a word of `LABEL_PRECEDENCE`, then perhaps a name, as in
"tagger tachie-0123456789ab". Where several speak of one label of one row, the first of `LABEL_PRECEDENCE` (recorded in
the manifest) wins; where that one says "unknown", nothing is known. A column with `NOT_TRUSTED` in its field metadata
is a guess that is too often wrong: it is shown, but trained on or exported only where it is asked for by name.
`PRECISION` beside it is the share that was right where it was measured.

labels/tagger.parquet (dataset/tagged.py) has two columns more: `probabilities`, label -> probability of the value that
is said, whose least is `confidence`, and `raw_tags`, the tagger's own words where it keeps them.

Sidecars. `sidecars` of the manifest counts the pictures of which each kind of file beside them spoke. Rows of
drops.parquet with the stage `SIDECAR` are such files that could not be used: no picture was left out for them.

Decisions. labels/review.parquet has a column more for each of `REVIEW_FRAME`: `review` is keep, reject or restore,
`reason` says why a face was rejected, `why` how it was decided (by hand, or by a head above a probability), `version`
grows with each change. Its rows may be drops: `drop_id` names those. Decisions change no other file;
`tachie build DATASET --apply-review` makes another dataset of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

FORMAT_VERSION = 1
MANIFEST_NAME = "tachie.json"
PART_MAX_ROWS = 1_000
PART_MAX_MB = 128
ROW_GROUP_ROWS = 200  # one random row costs one row group: 0.5 MB of 64 px faces, 40 MB of 1000 px pictures
# A split made here overrules one that came along.
LABEL_PRECEDENCE = ("review", "split", "site", "sidecar", "learned", "tagger")

_STRING_LIST = pa.list_(pa.string())

ROW_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        # Never null, but not declared so: Hugging Face `datasets` would no longer know it as a picture.
        pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        pa.field("content_sha256", pa.string(), nullable=False),
        pa.field("width", pa.int32(), nullable=False),
        pa.field("height", pa.int32(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("page_url", pa.string()),
        pa.field("post_id", pa.string()),
        pa.field("released_at", pa.string()),  # ISO date, as exact as the source knows: 2005, 2005-08, 2005-08-26
        pa.field("rating", pa.string()),  # g s q e
        pa.field("tags", _STRING_LIST),
        pa.field("artist", pa.string()),
        pa.field("rights", pa.string()),
        pa.field("fetched_at", pa.timestamp("ms", tz="UTC")),
        pa.field("parent_id", pa.string(), nullable=False),
        pa.field("source_path", pa.string(), nullable=False),
        pa.field("face_index", pa.int32()),
        pa.field("box_xyxy", pa.list_(pa.float32())),
        pa.field("confidence", pa.float32()),
        pa.field("phash", pa.string(), nullable=False),
        pa.field("frame", pa.struct([("number", pa.int64()), ("pts_s", pa.float64()), ("type", pa.string())])),
        pa.field("episode", pa.string()),
        pa.field("upscaled", pa.int32(), nullable=False),
    ]
)

DROP_SCHEMA = pa.schema(
    [
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("detail", pa.string()),
        pa.field("source_path", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("box_xyxy", pa.list_(pa.float32())),
        pa.field("unreadable", pa.bool_(), nullable=False),  # could not be read or fetched, so the build exits 3
        pa.field("thumbnail", pa.binary()),  # JPEG, long side 96 px
        pa.field(
            "parent_id", pa.string()
        ),  # of the picture, as in a row; null in datasets made before 0.1 was released
    ]
)

# Columns of a labels file that are not labels themselves.
LABEL_FRAME = ("id", "source", "when", "confidence", "probabilities", "raw_tags")

# Field metadata of a label's column.
NOT_TRUSTED, PRECISION = b"tachie.not_trusted", b"tachie.precision"

# Labels of labels/safety.parquet, about the whole picture: safe, doubt or unsafe, and the network's score from 0 to 1.
SAFETY, UNSAFE = "safety", "unsafe"

# The "stage" of rows of drops.parquet that are no pictures, but files beside them.
SIDECAR = "sidecar"

# Columns of labels/review.parquet that are decisions, not labels.
REVIEW_FRAME = ("review", "reason", "why", "version")
KEEP, REJECT, RESTORE = "keep", "reject", "restore"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One file of data/: its name, rows, size and checksum."""

    file: str
    rows: int
    bytes: int
    sha256: str


class Manifest(_Strict):
    """The content of tachie.json."""

    format: Literal["tachie-dataset"] = "tachie-dataset"
    format_version: int = FORMAT_VERSION
    program_version: str
    build_key: str  # sha256 of recipe and listing: the same command on the same files has the same key
    recipe: dict[str, Any]
    inputs: list[str]
    pictures: int  # items that the sources gave
    rows: int
    parts: list[Part]
    drops: dict[str, dict[str, int]]  # stage -> reason -> count
    unreadable: int
    sidecars: dict[str, int] = {}  # kind of file beside pictures -> pictures of which it spoke
    label_precedence: list[str] = list(LABEL_PRECEDENCE)


def crop_id(parent_id: str, box: tuple[float, ...], settings: str) -> str:
    """Return the id of a crop: sha256 of its parent's id, its box to a tenth of a pixel and the crop settings."""
    return hashlib.sha256(f"{parent_id} {' '.join(f'{v:.1f}' for v in box)} {settings}".encode()).hexdigest()


def labels_schema(names: list[str]) -> pa.Schema:
    """Return the schema of a labels file that holds these labels."""
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            *(pa.field(name, pa.string()) for name in names),
            pa.field("source", pa.string(), nullable=False),
            pa.field("when", pa.timestamp("ms", tz="UTC")),
            pa.field("confidence", pa.float32()),
        ]
    )


def review_schema(names: list[str]) -> pa.Schema:
    """Return the schema of labels/review.parquet with these labels."""
    frame = [pa.field(name, pa.int64() if name == "version" else pa.string()) for name in REVIEW_FRAME]
    schema = labels_schema(names)
    return pa.schema([schema.field(0), *frame, *(schema.field(i) for i in range(1, len(schema)))])


def drop_id(drop: Mapping[str, Any], occurrence: int = 0) -> str:
    """Return the name by which a decision speaks of a row of drops.parquet; `occurrence` counts those alike before."""
    box = " ".join(f"{v:.1f}" for v in drop["box_xyxy"] or ())
    said = [drop["stage"], drop["reason"], drop["detail"], drop["source_path"], box, occurrence]
    return "drop:" + hashlib.sha256(json.dumps(said).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def drop_ids(drops: pa.Table) -> list[str]:
    """Return `drop_id` of each row of a drops table; those that are alike are counted."""
    seen: Counter[str] = Counter()
    names = []
    for row in drops.select(["stage", "reason", "detail", "source_path", "box_xyxy"]).to_pylist():
        plain = drop_id(row)
        names.append(drop_id(row, seen[plain]) if seen[plain] else plain)
        seen[plain] += 1
    return names


def with_loader_features(schema: pa.Schema, **special: Mapping[str, Any]) -> pa.Schema:
    """Return the schema with the metadata by which Hugging Face `datasets` turns a column into pictures."""
    features = {f.name: special.get(f.name) or _feature(f.type) for f in schema}
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def _feature(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if pa.types.is_struct(kind):
        return {kind.field(i).name: _feature(kind.field(i).type) for i in range(kind.num_fields)}
    names = {pa.bool_(): "bool", pa.float32(): "float32", pa.float64(): "float64"}
    return {"dtype": names.get(kind, str(kind)), "_type": "Value"}


DATA_SCHEMA = with_loader_features(ROW_SCHEMA, image={"_type": "Image"})
