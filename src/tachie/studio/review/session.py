"""One review: the dataset, its decisions, what is learned of them, and the threads that prepare and compact."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tachie.core.attributes import ATTRIBUTES
from tachie.core.errors import TachieError
from tachie.core.files import write_atomically
from tachie.dataset.decisions import BY_HAND, Decisions, Row
from tachie.dataset.reader import Dataset
from tachie.pipeline.originals import Originals
from tachie.studio.review.faces import Faces
from tachie.studio.review.learner import Learner
from tachie.studio.review.thumbs import Thumbs
from tachie.studio.review.views import Views

COMPACT_EVERY_S = 15.0
PACE_MINUTES = 10
REASONS = ("not_a_face", "cut_off", "blurred", "several_faces", "wrong_style", "duplicate", "unsafe", "other")


@dataclass
class Session:
    """Everything the routes ask. Make it with `open`; `close` writes the label file a last time."""

    faces: Faces
    decisions: Decisions
    thumbs: Thumbs
    learner: Learner
    views: Views
    originals: Originals
    classes: list[str]
    trouble: str = ""
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, places: list[str], *, background: bool = True) -> Session:
        """Open a dataset for review; raises `TachieError` where it is none. Thumbnails and features come in threads."""
        dataset = Dataset.open(path)
        faces, decisions = Faces(dataset), Decisions.open(path)
        learner, thumbs = Learner(faces, decisions), Thumbs(faces)
        views, originals = Views(faces, decisions, learner), Originals(dataset, places)
        session = cls(faces, decisions, thumbs, learner, views, originals, _read_classes(path))
        assert faces.number is not None  # read now, not under the first request
        jobs = [session._prepare, session._keep_compacting] if background else []
        session._threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in session._threads:
            thread.start()
        return session

    def close(self) -> None:
        """Write labels/review.parquet as it stands; the journal has it all in any case."""
        self._ended.set()
        self.decisions.compact()

    def set_classes(self, classes: list[str]) -> None:
        """Keep the classes that the keys 0 to 9 stand for: the first is key 1, the tenth key 0."""
        self.classes = classes
        text = json.dumps({"classes": classes}, ensure_ascii=False, indent=1) + "\n"
        write_atomically(self.faces.dataset.path / "review" / "settings.json", text)

    def state(self, since: int) -> dict[str, Any]:
        """Return what is decided after an action: [face, version, fields], how fast it goes, and what is being made."""
        self.decisions.catch_up()
        seq = self.decisions.seq
        changed = self.decisions.since(since) if since else dict(self.decisions.rows)
        return {
            "seq": seq,
            "rows": [said for row_id, row in changed.items() if (said := self.said(row_id, row))],
            "an_hour": self.an_hour(),
            "thumbs": self.thumbs.done,
            "features": self.learner.done,
            "ready": self.learner.ready,
            "trouble": self.trouble,
            "classes": self.classes,
        }

    def said(self, row_id: str, row: Row | None) -> list[Any] | None:
        """Return one row's decisions as the page reads them; None for rows of no face here."""
        face = self.faces.number.get(row_id)
        if face is None:
            return None
        return [face, row.version, row.fields] if row else [face, 0, {}]

    def an_hour(self) -> int:
        """Return the decisions by hand of the last ten minutes, as of an hour."""
        start = datetime.now(UTC) - timedelta(minutes=PACE_MINUTES)
        count, first = 0, datetime.now(UTC)
        for action in reversed(self.decisions.history):
            when = datetime.fromisoformat(action.when)
            if when < start:
                break
            if action.undoes is None and action.why.startswith(BY_HAND):
                count, first = count + len(action.ids()), when
        minutes = max(1.0, (datetime.now(UTC) - first).total_seconds() / 60)
        return round(count * 60 / minutes)

    def info(self) -> dict[str, Any]:
        """Return what the page needs to know once."""
        dataset = self.faces.dataset
        return {
            "name": dataset.path.resolve().name,
            "key": dataset.manifest.build_key[:16],
            "rows": self.faces.rows,
            "drops": len(self.faces) - self.faces.rows,
            "drop_reasons": self.faces.drop_reasons,
            "values": self.faces.values,
            "sortable": list(self.faces.numbers),
            "reasons": list(REASONS),
            "originals": bool(self.originals.found()),
            "attributes": {name: list(values) for name, values in ATTRIBUTES.items()},
        }

    def _prepare(self) -> None:
        try:
            self.thumbs.make()
            self.learner.prepare()
        except (TachieError, OSError) as error:  # the review goes on without: it is slower, or does not learn
            self.trouble = str(error)

    def _keep_compacting(self) -> None:
        while not self._ended.wait(COMPACT_EVERY_S):
            try:
                self.decisions.compact()
            except (TachieError, OSError) as error:
                self.trouble = f"labels/review.parquet could not be written ({error}); the journal has everything"


def _read_classes(path: Path) -> list[str]:
    file = path / "review" / "settings.json"
    try:
        said = json.loads(file.read_text("utf-8"))["classes"]
        return [str(name) for name in said][:10]
    except (OSError, ValueError, KeyError, TypeError):
        return []
