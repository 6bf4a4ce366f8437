"""The job of `tachie split`: which rows belong together, what is stratified, and what is written of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tachie.core.errors import InputError, UsageError
from tachie.core.registry import unknown
from tachie.dataset.reader import Dataset
from tachie.dataset.split import (
    ADDITIONAL,
    JUDGED,
    KEPT,
    LABEL,
    PART,
    SEED,
    TEST,
    TRAIN,
    VALUES,
    check_parts,
    write_split,
)
from tachie.dataset.split.assign import assign
from tachie.dataset.split.keys import (
    COPIES,
    EPISODE,
    KNOWN,
    REPEATED,
    Codes,
    Key,
    grouped,
    key_named,
    key_of_pairs,
    keys_of,
)
from tachie.pipeline.likeness import Looks, copied, copies_within

_EVIDENT = ("character", "class")  # labels that are taken for the classes without being asked
_WEAK = frozenset({"artist", "game"})  # keys that are passed over where all rows share one value

Mode = Literal["together", "leave-out", "ignore"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitJob:
    """What is asked of a split.

    `group_by` None takes the keys that the data allows, () none; `label` None takes an evident class column, "" none.
    `copies` None keeps copies together, or leaves out those that cross episodes. `by_chance` is the plain split of
    rows, without groups or classes. `progress` hears a step, how much is done, and of how much.
    """

    dataset: Dataset
    part: float = PART
    test: float = 0.0
    seed: int = SEED
    label: str | None = None
    group_by: Sequence[str] | None = None
    copies: Mode | None = None
    main_least: int = 0
    by_chance: bool = False
    test_set: Dataset | None = None
    clean_of_test: bool = False
    progress: Callable[[str, int, int], None] = field(default=lambda step, done, total: None)


def make_split(job: SplitJob) -> dict[str, Any]:
    """Split the dataset, write labels/split.parquet and return what was done: counts, keys, classes, `notes`.

    Raises `InputError` for a dataset without rows, `UsageError` for unknown columns or where one group holds all.
    """
    rows = len(job.dataset)
    if not rows:
        raise InputError(f"{job.dataset.path} has no rows: nothing to split", "Build it from more pictures.")
    check_parts(rows, job.part, job.test)
    notes: list[str] = []
    classes = _classes(job, notes)
    main = classes.main(job.main_least)
    if main.sum() < 2:
        raise UsageError(
            f"no class of '{classes.label}' has {job.main_least} rows",
            f"The largest are {classes.largest()}: ask for fewer.",
        )
    keys, mode = _keys(job, notes)
    joined = [key for key in keys if key.name != COPIES or mode != "leave-out"]
    group = grouped(joined, rows)
    _check_one_group(job, joined, group, main)
    parts = _dealt(job, group, classes.codes, main, _stays(joined, group, main))
    marked = next((key for key in keys if key.name == COPIES), None)
    left_out = _leave_copies_out(job, parts, marked) if mode != "ignore" else 0
    told: dict[str, Any] = {"random": job.by_chance, "part": job.part, "test_part": job.test, "seed": job.seed}
    if job.test_set is not None:
        told["test_set"] = _attached(job, job.test_set, parts)
    values = [VALUES[part] for part in parts.tolist()]
    together = np.bincount(group)
    told |= {
        "label": classes.label or None,
        "main_classes_min": job.main_least,
        "keys": {key.name: _key_told(key) for key in keys},
        "copies": mode,
        "copies_left_out": left_out,
        "groups": int((together > 1).sum()),
        "largest_group": int(together.max()),
        "rows": rows,
        **{value: values.count(value) for value in VALUES},
        "classes": classes.table(values),
    }
    notes += _remarks(job, told, int(main.sum()))
    ids = job.dataset.columns(["id"]).column("id").to_pylist()
    first = np.unique(group, return_index=True)[1]
    names = [f"group-{ids[first[g]][:12]}" if together[g] > 1 else None for g in group.tolist()]
    path = write_split(job.dataset, values, groups=names if any(names) else None, about=told)
    return {
        "labels": str(path),
        "kept": told[KEPT],
        "trained_on": told[TRAIN],
        **told,
        "notes": notes + _overruled(job.dataset, values),
    }


def adopt_split(dataset: Dataset, values: Sequence[str], file: Path) -> dict[str, Any]:
    """Write somebody's split, a value for each row, as the dataset's; `file` is where it was read; return counts."""
    counts = {value: list(values).count(value) for value in VALUES}
    path = write_split(dataset, values, about={"from": file.name, "rows": len(values), **counts})
    told = {"labels": str(path), "rows": len(values), **counts, "kept": counts[KEPT], "trained_on": counts[TRAIN]}
    return told | {"notes": _overruled(dataset, values)}


def _overruled(dataset: Dataset, values: Sequence[str]) -> list[str]:
    """Return a remark where another file of labels says another split, which readers take first."""
    known = dataset.labels().get(LABEL, {})
    ids = dataset.columns(["id"]).column("id").to_pylist()
    other = sum(known.get(row_id) != value for row_id, value in zip(ids, values, strict=True))
    if not other:
        return []
    said = f"{other:,} rows have a label '{LABEL}' of another file or of a review, which overrules this one"
    return [f"{said}: remove it from {dataset.path / 'labels'} to use this split"]


@dataclass(frozen=True, slots=True)
class _Classes:
    """The class of each row: `codes` number `names`, of which the last, "", is of rows that have none."""

    label: str
    names: list[str]
    codes: Codes

    def main(self, least: int) -> Mask:
        """Return which rows are of classes that are large enough; without a least number, all are."""
        large = np.bincount(self.codes, minlength=len(self.names)) >= least
        large[-1] = least <= 0
        main: Mask = large[self.codes]
        return main

    def largest(self) -> str:
        """Return the largest classes in words."""
        counts = Counter(self.names[code] for code in self.codes.tolist() if self.names[code])
        return ", ".join(f"{name} with {n:,}" for name, n in counts.most_common(3))

    def table(self, values: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return class -> value of the split -> rows, the largest class first; empty where there are no classes."""
        table: dict[str, Counter[str]] = {}
        for code, value in zip(self.codes.tolist(), values, strict=True):
            if self.names[code]:
                table.setdefault(self.names[code], Counter())[value] += 1
        return {name: dict(table[name]) for name in sorted(table, key=lambda name: (-table[name].total(), name))}


def _classes(job: SplitJob, notes: list[str]) -> _Classes:
    labels = job.dataset.labels()
    label = job.label
    if label is None:
        found = (n for n in _EVIDENT if _evident(labels.get(n, {}), len(job.dataset)))
        label = "" if job.by_chance else next(found, "")
        if label and not job.main_least:
            notes.append(f"each part comes near the classes of '{label}'; --label names others, or none")
    elif label and label not in labels:
        raise unknown("label", label, tuple(labels))
    if job.main_least and not label:
        raise UsageError("--main-classes-min needs classes, and none are evident", "Name their label: --label COLUMN")
    known = labels.get(label, {})
    names = sorted(set(known.values()))
    number = {name: code for code, name in enumerate(names)}
    ids = job.dataset.columns(["id"]).column("id").to_pylist()
    return _Classes(label, [*names, ""], np.array([number.get(known.get(i, ""), len(names)) for i in ids], np.int64))


def _evident(known: Mapping[str, str], rows: int) -> bool:
    """Return whether a label is a class column: known for half of the rows, with ten rows or more to a class."""
    return 2 <= len(set(known.values())) <= len(known) / 10 and len(known) >= rows / 2


def _keys(job: SplitJob, notes: list[str]) -> tuple[list[Key], Mode]:
    """Return the keys to group by, and what becomes of copies."""
    if job.by_chance or (job.group_by is not None and not job.group_by):
        return [], "ignore"
    known = keys_of(job.dataset)
    if job.group_by is None:
        keys = {name: key for name, key in known.items() if not _says_nothing(key, notes)}
    else:
        asked = dict.fromkeys(job.group_by)
        keys = {name: key_named(job.dataset, name, known) for name in asked if name != COPIES}
        keys |= {COPIES: known[COPIES]} if COPIES in asked and COPIES in known else {}
    mode: Mode = job.copies or ("leave-out" if EPISODE in keys else "together")
    if mode == "ignore" or (job.group_by is not None and COPIES not in job.group_by):
        keys.pop(COPIES, None)
        return list(keys.values()), "ignore"
    if COPIES in keys:
        notes.append("copies are those that tachie dedupe marked")
    elif mode == "together":
        pairs = copies_within(job.dataset, job.progress)
        keys = {COPIES: key_of_pairs(COPIES, pairs, len(job.dataset)), **keys}
    return [key for key in keys.values() if key.shared], mode


def _says_nothing(key: Key, notes: list[str]) -> bool:
    of_all = key.of_all()
    if key.name in _WEAK and of_all is not None:
        notes.append(f"{key.name} is passed over: all rows have '{of_all}'")
        return True
    return False


def _check_one_group(job: SplitJob, keys: Sequence[Key], group: Codes, main: Mask) -> None:
    """Raise `UsageError` where all rows are one group, naming the keys that do it."""
    if len(np.unique(group[main])) > 1:
        return

    def one_group_by(some: Sequence[Key]) -> bool:
        return len(np.unique(grouped(some, len(group))[main])) == 1

    alone = [key for key in keys if one_group_by([key])]
    guilty = alone or [key for key in keys if not one_group_by([k for k in keys if k is not key])] or list(keys)
    if alone and (value := alone[0].of_all()) is not None and alone[0].name != COPIES:
        why = f"every row has the same {alone[0].name}, '{value}'"
    else:
        why = f"by {' and '.join(key.name for key in guilty)} they hang together"
    left = ",".join(key.name for key in keys if all(key is not g for g in guilty)) or "none"
    raise UsageError(
        f"all {int(main.sum()):,} rows are one group: {why}, so nothing can be kept apart",
        f"Add pictures from elsewhere, or accept that what is judged resembles what is trained on: "
        f"tachie split {job.dataset.path} --group-by {left}",
    )


def _stays(keys: Sequence[Key], group: Codes, main: Mask) -> Mask:
    """Return which groups stay in training: what episodes share is no sample of what an unseen episode shows."""
    stay = np.zeros(int(group.max()) + 1, bool)
    for key in keys:
        if key.name == REPEATED:
            stay[group[(key.codes >= 0).any(axis=1)]] = True
    return stay if not stay[group[main]].all() else np.zeros_like(stay)


def _dealt(job: SplitJob, group: Codes, classes: Codes, main: Mask, stay: Mask) -> Codes:
    """Return the place in `VALUES` of each row's value."""
    parts = np.full(len(group), VALUES.index(ADDITIONAL))
    rows = np.flatnonzero(main)
    here, codes = np.unique(group[rows], return_inverse=True)
    kinds, kind_codes = np.unique(classes[rows], return_inverse=True)
    if len(here) == len(rows) and len(kinds) == 1:
        # By chance alone: the rows that the shipped weights' cards speak of.
        order = np.random.default_rng(job.seed).permutation(len(rows))
        kept, tested = int(len(rows) * job.part), int(len(rows) * job.test)
        parts[rows] = VALUES.index(TRAIN)
        parts[rows[order[:kept]]] = VALUES.index(KEPT)
        parts[rows[order[kept : kept + tested]]] = VALUES.index(TEST)
    else:  # the parts are numbered as VALUES are: train, validation, test
        shares = [job.part, *([job.test] if job.test else [])]
        parts[rows] = assign(codes, kind_codes, shares, stay=stay[here], seed=job.seed)
    return parts


def _leave_copies_out(job: SplitJob, parts: Codes, marked: Key | None) -> int:
    """Make rows additional that are judged though a copy is trained on, or validated though a copy is tested; count.

    Copies that were kept together may have others that were not found before: only now each is asked about all.
    """
    looks = Looks.of(job.dataset, job.progress)
    count = 0
    for judged, against in ((TEST, TRAIN), (KEPT, TRAIN), (KEPT, TEST)):
        others = np.flatnonzero(parts == VALUES.index(against))
        rows = np.flatnonzero(parts == VALUES.index(judged))
        gone = copied(looks, rows, looks, others, job.progress)[:, 0]
        if marked is not None:
            cluster = marked.codes[:, 0]
            gone = np.append(gone, rows[(cluster[rows] >= 0) & np.isin(cluster[rows], cluster[others])])
        parts[gone] = VALUES.index(ADDITIONAL)
        count += len(np.unique(gone))
    return count


def _attached(job: SplitJob, test_set: Dataset, parts: Codes) -> dict[str, Any]:
    """Return what is recorded of an independent test set; its copies leave `parts` where that is asked."""
    if test_set.path.resolve() == job.dataset.path.resolve():
        raise UsageError("the test set is the dataset itself", "Name another dataset with --test-set, or use --test.")
    if not len(test_set):
        raise InputError(f"the test set {test_set.path} has no rows", "Build it from pictures of another origin.")
    here, there, theirs = (
        Looks.of(job.dataset, job.progress),
        Looks.of(test_set, job.progress),
        np.arange(len(test_set)),
    )
    used = np.flatnonzero(parts != VALUES.index(ADDITIONAL))
    both = copied(here, used, there, theirs, job.progress)
    # And from there to here, until nothing is found: behind a nearest copy there may be others.
    while len(more := copied(there, theirs, here, np.setdiff1d(used, both[:, 0]), job.progress)):
        both = np.concatenate([both, more[:, ::-1]])
    gone = np.unique(both[:, 0])
    if job.clean_of_test:
        parts[gone] = VALUES.index(ADDITIONAL)
    return {
        "path": os.path.relpath(test_set.path.resolve(), job.dataset.path.resolve()),
        "rows": len(test_set),
        "build_key": test_set.manifest.build_key,
        "rows_copied_here": len(np.unique(both[:, 1])),
        "copies_here": len(gone),
        "copies_left_out": len(gone) if job.clean_of_test else 0,
    }


def _key_told(key: Key) -> dict[str, Any]:
    sizes = key.sizes()
    return {
        "what": KNOWN.get(key.name, f"rows of the same {key.name}"),
        "groups": key.shared,
        "rows": int(sizes[sizes > 1].sum()),
        "largest": int(sizes.max()),
    }


def _remarks(job: SplitJob, told: Mapping[str, Any], main: int) -> list[str]:
    """Return what a person should know of the split that was made."""
    notes = []
    for value, asked in ((KEPT, job.part), (TEST, job.test)):
        share = told[value] / main
        if asked and not 0.8 * asked <= share <= 1.25 * asked:
            copies = f", and {told['copies_left_out']:,} copies were left out" if told["copies_left_out"] else ""
            notes.append(
                f"{value} has {share:.1%} of the rows where {asked:.1%} was asked: the groups are coarse{copies}"
            )
    judged = [value for value in JUDGED if (job.part if value == KEPT else job.test)]
    for name, counted in told["classes"].items():
        missing = [value for value in judged if not counted.get(value)]
        rows = f"class '{name}' ({sum(counted.values()):,} rows)"
        if counted.get(TRAIN) and missing:
            notes.append(f"{rows} has none in {' and '.join(missing)}")
        elif not counted.get(TRAIN) and len(missing) < len(judged):
            notes.append(f"{rows} is judged, but has none to train on")
    if any(" none " in note for note in notes):
        notes.append("--main-classes-min N leaves small classes out; a larger --part makes room for them")
    attached = told.get("test_set")
    if attached and attached["copies_here"] > attached["copies_left_out"]:
        notes.append(
            f"{attached['copies_here']:,} rows here show what {attached['rows_copied_here']:,} rows of the test set "
            "show; --clean-of-test leaves them out"
        )
    return notes
