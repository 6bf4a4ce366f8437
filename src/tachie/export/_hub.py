"""Pushing an export or a dataset to a hub through huggingface_hub: few large commits, which a second try goes on from.

Files go up in portions, and a commit is made of up to a thousand of them. What the hub has already with the same
content is not sent again, so a second try does the rest. README.md and the manifest are in the last commit.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tachie import __version__
from tachie.core.errors import InputError, TachieError, UsageError
from tachie.core.extras import how_to_install
from tachie.dataset.card import write_card
from tachie.dataset.format import MANIFEST_NAME
from tachie.dataset.reader import Dataset

# What hubs advise: https://huggingface.co/docs/hub/repositories-recommendations
MOST_FILES, MOST_IN_FOLDER, MOST_FILE_GB = 100_000, 10_000, 20
COMMIT_FILES, COMMIT_GB = 1_000, 10
PORTION_FILES, PORTION_MB = 50, 500
TIMEOUT_S = 120.0  # without a sign of life from the hub
TRIES = 5
_LAST = ("sheet.jpg", "README.md", MANIFEST_NAME)
_OF_DATASET = (MANIFEST_NAME, "README.md", "sheet.jpg", "notes.md", "drops.parquet", "data/", "labels/")
_PASSING = (408, 429)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where it is now, how many files it has and commits it took (0 where all was there), and who can see it."""

    url: str
    files: int
    commits: int
    private: bool


def push(
    folder: Path,
    name: str,
    *,
    public: bool = False,
    timeout_s: float = TIMEOUT_S,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pushed:
    """Upload a folder that tachie wrote to the dataset repository `name` (OWNER/NAME), made where there is none.

    A new repository is private unless `public`. The token is huggingface_hub's own: HF_TOKEN, or of a login. Raises
    `UsageError` for a folder that is no export or outgrows what hubs take, `InputError` where the hub refuses or cannot
    be reached. `timeout_s` is how long the hub may be silent.
    """
    files = _files(folder)
    hub = _hub()
    if hub.get_token() is None:
        raise InputError("there is no token for the hub", "Log in (hf auth login), or set HF_TOKEN.")
    with _patience(hub, timeout_s), _said(hub, folder, name):
        api = hub.HfApi(library_name="tachie", library_version=__version__)
        made = _tried(partial(api.create_repo, name, repo_type="dataset", private=not public, exist_ok=True))
        repo = made.repo_id
        before = _tried(partial(api.repo_info, repo, repo_type="dataset"))
        if before.private is False and not public:
            raise UsageError(f"{repo} is there already, and everybody can see it", "Say that you mean it: --public")
        seen, done = {before.sha}, 0
        for batch in _batches(folder, files, COMMIT_FILES, COMMIT_GB * 1e9):
            added = [hub.CommitOperationAdd(file.relative_to(folder).as_posix(), str(file)) for file in batch]
            for portion in _portions(added):
                _tried(partial(api.preupload_lfs_files, repo, portion, repo_type="dataset"))
                progress(done := done + len(portion), len(files))
            message = f"{len(batch):,} of {len(files):,} files, by tachie {__version__}"
            commit = _tried(partial(api.create_commit, repo, added, commit_message=message, repo_type="dataset"))
            seen.add(commit.oid)
        return Pushed(str(made), len(files), len(seen) - 1, bool(before.private))


def rights_unknown(folder: Path) -> bool:
    """Return whether the folder's card says that some pictures' rights are unknown."""
    card = folder / "README.md"
    return card.is_file() and "\nlicense: unknown\n" in card.read_text("utf-8", "replace").split("\n---")[0] + "\n"


def _files(folder: Path) -> list[Path]:
    """Return the files to push in order, the manifest and the card last."""
    if (folder / MANIFEST_NAME).is_file():
        write_card(Dataset.open(folder))  # labels and splits may be newer than the build
        every = [p for p in _below(folder) if p.relative_to(folder).as_posix().startswith(_OF_DATASET)]
    elif (folder / "README.md").is_file():
        every = list(_below(folder))
    else:
        raise UsageError(
            f"{folder} is neither a dataset nor a whole export (it has no README.md)",
            "Export one: tachie export DATASET --format webdataset --out DIR",
        )
    counts = Counter(file.parent for file in every)
    fullest = max(counts, key=lambda path: counts[path])
    largest = max(every, key=lambda path: path.stat().st_size)
    if len(every) > MOST_FILES or counts[fullest] > MOST_IN_FOLDER:
        raise UsageError(
            f"{len(every):,} files, {counts[fullest]:,} of them in {fullest.relative_to(folder)}: hubs take at most "
            f"{MOST_FILES:,} and {MOST_IN_FOLDER:,}",
            "Push the dataset itself, or export it as webdataset: few large files.",
        )
    if largest.stat().st_size > MOST_FILE_GB * 1e9:
        raise UsageError(f"{largest} is larger than {MOST_FILE_GB} GB", "Export with a smaller --shard-mb.")
    return sorted(every, key=lambda file: (file.name in _LAST and file.parent == folder, file))


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _batches(folder: Path, files: Sequence[Path], most: int, most_bytes: float) -> Iterator[list[Path]]:
    held: list[Path] = []
    size = 0
    for file in files:
        if held and (len(held) == most or size + file.stat().st_size > most_bytes):
            yield held
            held, size = [], 0
        held.append(file)
        size += file.stat().st_size
    if held:
        yield held


def _portions(added: Sequence[Any]) -> Iterator[list[Any]]:
    held: list[Any] = []
    size = 0
    for addition in added:
        if held and (len(held) == PORTION_FILES or size > PORTION_MB * 1e6):
            yield held
            held, size = [], 0
        held.append(addition)
        size += addition.upload_info.size
    if held:
        yield held


def _hub() -> Any:
    try:
        return importlib.import_module("huggingface_hub")
    except ImportError as error:
        raise TachieError("pushing needs the package huggingface_hub", f"Run: {how_to_install('hub')}") from error


@contextmanager
def _patience(hub: Any, timeout_s: float) -> Iterator[None]:
    """Give up on a hub that says nothing: by itself the client would wait for ever. Its own bars are hidden."""
    session = hub.get_session()
    before = session.timeout
    hidden = hub.utils.are_progress_bars_disabled()
    session.timeout = timeout_s
    hub.utils.disable_progress_bars()
    hub.logging.set_verbosity_error()
    try:
        yield
    finally:
        session.timeout = before
        if not hidden:
            hub.utils.enable_progress_bars()


def _tried(work: Callable[[], T]) -> T:
    """Do it again, after 1, 2, 4 and 8 seconds, while the hub stumbles; what it refuses is refused at once."""
    for attempt in range(TRIES):
        try:
            return work()
        except _troubles() as error:
            if attempt == TRIES - 1 or not _passing(error):
                raise
        time.sleep(2**attempt)
    raise AssertionError("the last attempt returns or raises")


def _troubles() -> tuple[type[Exception], ...]:
    """Return what a client raises: huggingface_hub's own errors, and its HTTP library's where they are no OSError."""
    found: list[type[Exception]] = [OSError, RuntimeError]
    for name in ("httpx2", "httpx"):
        try:
            found.append(importlib.import_module(name).HTTPError)
        except ImportError:
            continue
    return tuple(found)


def _status(error: BaseException | None) -> int | None:
    """Return the hub's status of an error or of what caused it, None where it never answered."""
    while error is not None:
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status is not None:
            return int(status)
        error = error.__cause__
    return None


def _passing(error: Exception) -> bool:
    status = _status(error)
    return status is None or status >= 500 or status in _PASSING


@contextmanager
def _said(hub: Any, folder: Path, name: str) -> Iterator[None]:
    """Turn the client's errors into lines that say what to do; no token is ever in them."""
    try:
        yield
    except hub.errors.HFValidationError as error:
        raise UsageError(f"'{name}' is no repository's name", "Write it as OWNER/NAME.") from error
    except ValueError as error:  # the card, or a file that the hub will not have
        raise InputError(f"the hub refuses '{name}': {_line(hub, error)}") from error
    except _troubles() as error:
        status = _status(error)
        if status is None or _passing(error):
            raise InputError(
                f"the hub cannot be reached, or fails again and again: {_line(hub, error)}",
                f"tachie push {folder} --to {name} goes on: what is there already is not sent again.",
            ) from error
        hint = "Is the token one that may write, and the name right?" if status in (401, 403, 404) else ""
        raise InputError(f"the hub refuses '{name}' ({status}): {_line(hub, error)}", hint) from error


def _line(hub: Any, error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    cause = error.__cause__ if _status(error) is None else None
    text = f"{text.splitlines()[0]} ({type(cause).__name__}: {cause})" if cause else text.splitlines()[0]
    line = " ".join(text.split())[:300]
    token = hub.get_token()
    return line.replace(token, "***") if token else line
