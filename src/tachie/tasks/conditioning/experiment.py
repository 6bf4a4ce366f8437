"""The experiment: a judge, several trainings of a conditional generator looked at on the way, one set or two."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tachie import __version__
from tachie.core.conditions import Group, LabelSchema
from tachie.core.errors import FormatError, InputError, UsageError
from tachie.core.files import replacing, write_atomically
from tachie.core.registry import find
from tachie.dataset.reader import Dataset
from tachie.tasks import classify
from tachie.tasks.classify.data import TRAIN, VALIDATION, Sets, read_sets
from tachie.tasks.conditioning.config import KIMG, MODEL, SIDE_PX, Settings, looks
from tachie.tasks.conditioning.judge import Drawings, Judge, band, reached
from tachie.tasks.conditioning.page import GRID_COLUMNS, page
from tachie.tasks.request import TaskRequest, settings_of
from tachie.train import config as train_config
from tachie.train.config import TrainConfig
from tachie.train.data import FaceSet
from tachie.train.folder import last_state
from tachie.train.loop import TrainProgress, Watch, train
from tachie.vision.classifier import ABOUT_NAME, Classifier

FORMAT, FORMAT_VERSION = "tachie-conditioning-run", 1
CONFIG_NAME, REPORT_NAME, PAGE_NAME = "config.json", "report.json", "index.html"
SECOND, JUDGE = "against", "judge"
CURVE_NAME, RESULT_NAME, DRAWN_NAME = "curve.jsonl", "result.json", "drawn.npy"
_CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}
_LABELS = ("character", "class", "hair_color")  # what is taken where no --label is named
_MAY_CHANGE = frozenset({"checkpoint_s"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, as config.json keeps it; `minutes` None is the settings' kimg."""

    model: str
    side_px: int
    seed: int
    minutes: float | None
    label: str
    settings: Settings


def run(asked: TaskRequest) -> dict[str, Any]:
    """Judge a conditional generator through its training, several times over; leaves report.json and index.html.

    A training that is finished is not done again with `resume`, one that was stopped goes on. Raises `UsageError`
    where a label, split or setting is missing or wrong.
    """
    if asked.init is not None:
        raise UsageError("--task conditioning takes no --init: it is about the beginning of a training")
    dataset = Dataset.open(asked.dataset)
    plan = _plan(asked, dataset)
    find("models", plan.model)(plan.side_px, 1, plan.settings.width)  # refuses what it has no preset for
    sets = [_Set(asked, plan, dataset, plan.label, asked.out, plan.settings.judge)]
    if asked.against is not None:
        other = Dataset.open(asked.against)
        label = _label(other, plan.settings.against_label or None, plan.label)
        sets.append(_Set(asked, plan, other, label, asked.out / SECOND, plan.settings.judge_against))
    faces = [one.read() for one in sets]  # what is wrong with the second set is said before the first one's trainings
    _claim(asked, plan)
    kimg = plan.settings.kimg or (None if plan.minutes else KIMG)
    found, drawn = [], []
    for one, of_one in zip(sets, faces, strict=True):
        told, pictures, kimg = one.run(of_one, kimg)
        found.append(told)
        drawn.append(pictures)
    result: dict[str, Any] = {
        "format": "tachie-conditioning-report",
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "run": str(asked.out),
        "model": plan.model,
        "side_px": plan.side_px,
        "seed": plan.seed,
        "kimg": found[0]["band"][-1]["kimg"],
        "settings": asdict(plan.settings),
        **found[0],
        "against": found[1] if len(found) > 1 else None,
        "unreadable": sum(len(of_one.unreadable) for of_one in faces),
    }
    write_atomically(asked.out / PAGE_NAME, page(result, drawn))
    write_atomically(asked.out / REPORT_NAME, json.dumps(result, indent=1) + "\n")
    return result


def _plan(asked: TaskRequest, dataset: Dataset) -> Plan:
    typed = settings_of(Settings, asked.settings)
    if not asked.resume:
        label = _label(dataset, asked.label)
        return Plan(asked.model or MODEL, asked.resolution or SIDE_PX, asked.seed, asked.minutes, label, typed)
    try:
        text = json.loads((asked.out / CONFIG_NAME).read_text("utf-8"))
        if text["format"] != FORMAT or text["format_version"] != FORMAT_VERSION:
            raise ValueError(f"it is of format {text['format']} {text['format_version']}")
        plan = Plan(**{**text["plan"], "settings": Settings(**text["plan"]["settings"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{asked.out} is no run of conditioning: {error}", "Leave --resume out.") from error
    changed = {name: getattr(typed, name) for name in asked.settings}
    unlike = [n for n, value in changed.items() if value != getattr(plan.settings, n) and n not in _MAY_CHANGE]
    kept = {"model": plan.model, "resolution": plan.side_px, "label": plan.label, "minutes": plan.minutes}
    unlike += [name for name, value in kept.items() if getattr(asked, name) not in (None, value)]
    if unlike:
        raise UsageError(f"the run was started with another {' and '.join(unlike)}", "Choose another --out.")
    return replace(plan, settings=replace(plan.settings, **changed))


def _label(dataset: Dataset, asked: str | None, *others: str) -> str:
    """Return the label that a dataset is drawn by: what was asked for, or the first that it has of the usual ones."""
    known = dataset.labels()
    if asked is not None:
        return asked  # what it is not is said where its faces are read
    label = next((name for name in (*others, *_LABELS) if name in known), None)
    if label is None:
        names = ", ".join(name for name in known if name != "split")
        raise UsageError(f"say which label {dataset.path} is drawn by: --label COLUMN", f"It has: {names or 'none'}.")
    return label


def _claim(asked: TaskRequest, plan: Plan) -> None:
    file = asked.out / CONFIG_NAME
    if not asked.resume and file.exists():
        raise UsageError(f"{asked.out} holds a run already", "Continue it with --resume, or choose another --out.")
    if not asked.resume and asked.out.exists() and any(p.name not in ("data", SECOND) for p in asked.out.iterdir()):
        raise UsageError(f"{asked.out} exists and is not empty", "Name a new folder with --out.")
    text = {"format": FORMAT, "format_version": FORMAT_VERSION, "plan": asdict(plan)}
    write_atomically(file, json.dumps(text, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class _Set:
    """One dataset of the experiment: its judge and its trainings."""

    asked: TaskRequest
    plan: Plan
    dataset: Dataset
    label: str
    folder: Path
    judge_run: str

    def read(self) -> Sets:
        """Return the faces that the label speaks of; raises `UsageError` where there is no such label or no split."""
        return read_sets(self.dataset, self.label, self.plan.side_px, self.folder / "data")

    def run(self, sets: Sets, kimg: float | None) -> tuple[dict[str, Any], NDArray[np.uint8], float]:
        """Return what was found, the grid of the first training's last drawings, and kimg of each training."""
        name = self.dataset.path.resolve().name
        judge = Judge(self._judge(name), sets.classes)
        real = sets.faces[VALIDATION]
        ceiling = judge.seen(real.pictures, real.codes)
        schema = LabelSchema((Group(self.label, sets.classes),))
        trained = sets.faces[TRAIN]
        faces = FaceSet(trained.pictures, trained.codes.astype(np.int16)[:, None], schema, name)
        curves: list[list[dict[str, Any]]] = []
        for number in range(self.plan.settings.runs):
            curve, kimg = self._training(name, faces, judge, number, kimg)
            curves.append(curve)
        assert kimg is not None
        rows = band(curves)
        chance = 1 / len(sets.classes)
        top = ceiling["accuracy"]
        told = {
            "dataset": {"name": name, "label": self.label, "trained_on": len(faces), "kept": len(real)},
            "classes": list(sets.classes),
            "chance": round(chance, 4),
            "ceiling": ceiling,
            "judge": {
                "network": judge.classifier.key,
                "model": judge.classifier.about.model,
                "own": not self.judge_run,
                "trained_on": judge.classifier.about.trained_on,
            },
            "band": rows,
            "half_kimg": reached(rows, chance + 0.5 * (top - chance)),
            "most_kimg": reached(rows, chance + 0.9 * (top - chance)),
            "runs": [{"seed": self.plan.seed + i, "curve": curve} for i, curve in enumerate(curves)],
        }
        return told, np.load(self._folder(0) / DRAWN_NAME, allow_pickle=False), kimg

    def _folder(self, number: int) -> Path:
        return self.folder / "runs" / f"seed-{self.plan.seed + number}"

    def _judge(self, name: str) -> Classifier:
        if self.judge_run:
            return Classifier.open(self.judge_run)
        home, settings = self.folder / JUDGE, self.plan.settings
        if not (home / ABOUT_NAME).is_file():
            self.asked.say(f"{name}: a classifier to judge by")
            classify.run(
                TaskRequest(
                    dataset=self.dataset.path,
                    out=home,
                    label=self.label,
                    model=settings.judge_model,
                    resolution=self.plan.side_px,
                    minutes=settings.judge_minutes or None,
                    seed=self.plan.seed,
                    device=self.asked.device,
                    resume=(home / CONFIG_NAME).is_file(),
                    settings={"epochs": str(settings.judge_epochs)} if settings.judge_epochs else {},
                    say=self.asked.say,
                    progress=self.asked.progress,
                )
            )
        return Classifier.open(home)

    def _training(
        self, name: str, faces: FaceSet, judge: Judge, number: int, kimg: float | None
    ) -> tuple[list[dict[str, Any]], float]:
        """Return the curve of one training and how many thousand images it saw; a finished one is read."""
        folder, settings, seed = self._folder(number), self.plan.settings, self.plan.seed + number
        file = folder / RESULT_NAME
        said = f"{name}, training {number + 1} of {settings.runs}"
        if file.is_file():
            found = json.loads(file.read_text("utf-8"))
            if found["faces"] != faces.fingerprint():
                raise InputError(f"{folder} was trained on other faces", "Resume with the same dataset and labels.")
            self.asked.say(f"{said}: done earlier")
            return found["curve"], found["kimg"]
        end: dict[str, Any] = {"kimg": kimg} if kimg else {"minutes": self.plan.minutes}
        if settings.batch:
            end["batch"] = settings.batch
        config = TrainConfig.preset(
            self.plan.model,
            self.plan.side_px,
            seed=seed,
            width=settings.width,
            device=self.asked.device,
            tick_s=60.0,
            checkpoint_s=settings.checkpoint_s,
            **end,
        )
        model = find("models", self.plan.model)(self.plan.side_px, faces.schema.c_dim, settings.width)
        drawings = Drawings(faces.schema, model.generator().z_dim, settings.each)
        resume = (folder / train_config.CONFIG_NAME).is_file()
        state = last_state(folder) if resume else None
        curve = _Curve(folder / CURVE_NAME, -1 if state is None else int(state.facts["cur_nimg"]))
        watch = Watch(looks(kimg or 1e6), curve.looking(judge, drawings))
        trained = train(
            faces,
            config,
            folder,
            resume=resume,
            clock=_CLOCKS[settings.clock],
            progress=lambda p: self._tell(said, p, kimg),
            watch=watch,
        )
        with replacing(folder / DRAWN_NAME) as opened:
            np.save(opened, _grid(curve.last, faces.schema.sizes[0], settings.each))
        found = {"kimg": trained.kimg, "seed": seed, "faces": faces.fingerprint(), "curve": curve.rows}
        write_atomically(file, json.dumps(found) + "\n")
        self.asked.say(f"{said}: the judge is right on {curve.rows[-1]['accuracy']:.0%}")
        return curve.rows, trained.kimg

    def _tell(self, said: str, progress: TrainProgress, kimg: float | None) -> None:
        if progress.note:
            self.asked.say("\n".join(f"    {line}" for line in progress.note.splitlines()))
        if kimg:
            self.asked.progress(said, progress.kimg, kimg, "kimg")
        else:
            minutes = self.plan.minutes or 0.0
            self.asked.progress(said, max(0.0, minutes - progress.left_s / 60), minutes, "min")


class _Curve:
    """The looks at one training, a line each on disk as they come."""

    def __init__(self, file: Path, upto: int) -> None:
        self.file = file
        known = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []
        self.rows: list[dict[str, Any]] = [row for row in known if row["nimg"] <= upto]
        self.last: NDArray[np.uint8] = np.zeros((0, 1, 1, 3), np.uint8)

    def looking(self, judge: Judge, drawings: Drawings) -> Callable[[int, Any], None]:
        """Return the function that draws, lets the judge see and keeps what it says."""

        def look(nimg: int, G: Any) -> None:
            self.last = drawings.draw(G)
            self.rows = [row for row in self.rows if row["nimg"] < nimg]
            self.rows.append({"nimg": nimg, **judge.seen(self.last, drawings.codes)})
            write_atomically(self.file, "".join(json.dumps(row) + "\n" for row in self.rows))

        return look


def _grid(drawn: NDArray[np.uint8], classes: int, each: int) -> NDArray[np.uint8]:
    """Return the first drawings of each class, [classes, columns, R, R, 3]."""
    return drawn.reshape(classes, each, *drawn.shape[1:])[:, :GRID_COLUMNS]
