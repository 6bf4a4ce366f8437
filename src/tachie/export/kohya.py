"""Pictures with captions for kohya's sd-scripts and the trainers that read the same folders.

    OUT/train/10_TRIGGER CLASS/NAME.png, NAME.txt     `repeats` before the underscore; a folder a class with `by`
    OUT/validation/ ...         the same for each other split; no configuration names them: they are kept out
    OUT/dreambooth.toml         a dataset_config that reads the captions beside the pictures
    OUT/finetune.toml           a dataset_config that reads the same pictures' captions from meta_cap.json instead
    OUT/meta_cap.json           NAME -> caption (the fixed words), tags, image_size; one more for each further folder
    OUT/README.md               the card

`--train_data_dir OUT/train` (repeats from the folders' names) and `--in_json OUT/meta_cap.json` work without a
configuration. Captions begin with the trigger and the class word, which keep_tokens holds in place while the rest is
shuffled. Keys as in sd-scripts' docs/config_README-en.md, the metadata as its finetune scripts write it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tachie.core.files import safe_name
from tachie.core.images import decode, encode_png, extension
from tachie.dataset.card import Layout
from tachie.dataset.split import TRAIN
from tachie.export._captions import caption_words, fixed_words
from tachie.export._card import write_export_card
from tachie.export._folder import MOST_IN_FOLDER, NO_CLASS, class_folders, new_folder, spread
from tachie.export._request import Exported, ExportRequest, split_of
from tachie.export._rows import own_labels, stems

DREAMBOOTH, FINETUNE = "dreambooth.toml", "finetune.toml"
_READ = (".png", ".jpg", ".webp", ".bmp")
_NO_WORD = "character"  # what a folder is called, and a picture of which nothing is known
_RESOLUTIONS = (512, 768, 1024)  # that the base models were trained at


class Kohya:
    """Writes pictures, captions and the configurations of both of sd-scripts' ways to read them."""

    TAKES = ("by", "labels", "trigger", "class_word", "underscores", "tags", "repeats", "resolution", "root")

    @staticmethod
    def export(asked: ExportRequest) -> Exported:
        """Write the folders; `by` names a label whose values become concepts of their own."""
        labels, splits = asked.known_labels(), asked.splits()
        fixed = fixed_words(asked.captions)
        by = labels[asked.by] if asked.by else {}
        concepts = class_folders(by.values())
        counts: Counter[str] = Counter()
        wanted = []
        for row_id, stem in stems(asked.dataset):
            split = split_of(splits, row_id)
            concept = safe_name(" ".join(fixed) or _NO_WORD)
            if asked.by:
                concept = concepts[by[row_id]] if row_id in by else NO_CLASS
            folder = f"{split}/{asked.repeats if split == TRAIN else 1}_{concept}"
            number = counts[folder] // (MOST_IN_FOLDER // 2)  # each has a caption beside it
            counts[folder] += 1
            wanted.append((f"{folder} {number + 1}" if number else folder, stem, row_id))
        metadata: dict[str, dict[str, object]] = {}
        counted: Counter[str] = Counter()
        sides = []
        with new_folder(asked.out) as out:
            for i, (row, path) in enumerate(zip(asked.dataset.rows(), spread(wanted), strict=True)):
                own = own_labels(labels, row["id"])
                picture = row["image"]["bytes"]
                if extension(picture) not in _READ:
                    picture = encode_png(decode(picture).rgb)
                words = [w for w in caption_words(row["tags"] or (), own, asked.captions) if w not in fixed]
                if not fixed and not words:
                    words = [_NO_WORD]
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (out / f"{path}{extension(picture)}").write_bytes(picture)
                (out / f"{path}.txt").write_text(", ".join([*fixed, *words]) + "\n", "utf-8")
                split, folder, name = path.split("/")
                if split == TRAIN:
                    said = {"caption": ", ".join(fixed), "tags": ", ".join(words)}
                    said = {key: text for key, text in said.items() if text}
                    metadata.setdefault(folder, {})[name] = {**said, "image_size": [row["width"], row["height"]]}
                sides.append(min(row["width"], row["height"]))
                counted[split] += 1
                asked.progress(i + 1, len(asked.dataset))
            config = _Config(asked, _resolution(asked, sides), len(fixed), list(metadata))
            for file, pictures in zip(config.metadata_files(), metadata.values(), strict=True):
                (out / file).write_text(json.dumps(pictures, ensure_ascii=False, indent=1) + "\n", "utf-8")
            (out / DREAMBOOTH).write_text(config.text(finetune=False), "utf-8")
            (out / FINETUNE).write_text(config.text(finetune=True), "utf-8")
            write_export_card(asked, out, Layout(_text(asked.out), tasks=("text-to-image",)))
        return Exported(asked.out, counted.total(), counted if splits else {}, notes=_notes(config, sides, counted))


@dataclass(frozen=True, slots=True)
class _Config:
    """What both configurations say."""

    asked: ExportRequest
    resolution_px: int
    keep_tokens: int
    folders: Sequence[str] = field(default_factory=list)

    def metadata_files(self) -> list[str]:
        """Return the names of the metadata files, one a folder."""
        return [f"meta_cap{f'-{i + 1}' if i else ''}.json" for i in range(len(self.folders))]

    def text(self, *, finetune: bool) -> str:
        """Return the TOML; paths are below `root`, or relative to the folder that sd-scripts is started in."""
        root = self.asked.root.rstrip("/\\")
        lines = ["# For sd-scripts: --dataset_config, made by tachie export --format kohya."]
        if not root:
            lines += ["# Paths are relative: start sd-scripts in this folder, or export with --root FOLDER."]
        general = {
            "shuffle_caption": True,
            "keep_tokens": self.keep_tokens,
            "enable_bucket": True,
            **({} if finetune else {"caption_extension": ".txt"}),
        }
        dataset = {"resolution": self.resolution_px, "batch_size": 1, "max_bucket_reso": 2 * self.resolution_px}
        lines += ["", "[general]", *_pairs(general), "", "[[datasets]]", *_pairs(dataset)]
        for folder, file in zip(self.folders, self.metadata_files(), strict=True):
            repeats, _, words = folder.partition("_")
            subset: dict[str, object] = {"image_dir": "/".join(filter(None, [root, TRAIN, folder]))}
            subset |= {"metadata_file": "/".join(filter(None, [root, file]))} if finetune else {"class_tokens": words}
            lines += ["", "  [[datasets.subsets]]", *_pairs({**subset, "num_repeats": int(repeats)}, "  ")]
        return "\n".join(lines) + "\n"


def _pairs(said: Mapping[str, object], indent: str = "") -> list[str]:
    return [f"{indent}{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]


def _resolution(asked: ExportRequest, sides: Sequence[int]) -> int:
    """Return what was asked for, or the largest that most pictures reach."""
    if asked.resolution_px:
        return asked.resolution_px
    middle = median(sides) if sides else 0
    return max((px for px in _RESOLUTIONS if px <= middle), default=_RESOLUTIONS[0])


def _notes(config: _Config, sides: Sequence[int], counted: Mapping[str, int]) -> tuple[str, ...]:
    notes = []
    small = sum(side < config.resolution_px for side in sides)
    if small:
        notes.append(
            f"{small:,} of {len(sides):,} pictures are smaller than {config.resolution_px} px: the trainer would "
            "enlarge them plainly; tachie upscale does it better"
        )
    if not counted.get(TRAIN):
        notes.append(f"no picture is in the split {TRAIN}, so the configurations name none")
    return tuple(notes)


def _text(out: Path) -> str:
    return (
        "Pictures with captions beside them, for kohya's sd-scripts: `train/REPEATS_WORDS/NAME.png` and `NAME.txt`.\n\n"
        f"```sh\ncd {out.name}\naccelerate launch SD_SCRIPTS/train_network.py --dataset_config {DREAMBOOTH} ...\n"
        f"accelerate launch SD_SCRIPTS/fine_tune.py --dataset_config {FINETUNE} ...   # captions of meta_cap.json\n```"
    )
