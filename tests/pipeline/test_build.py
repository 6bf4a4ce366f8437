"""Building in every way that it can run, and the faults that it must survive."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from PIL import Image

from tachie.core.errors import Drop, UsageError
from tachie.core.images import encode_png
from tachie.dataset.reader import Dataset
from tachie.pipeline import Build, BuildProgress, build
from tachie.pipeline.presets import preset

from ..conftest import blobs, scene, tachie
from ..core.test_images import huge_png_header

AS_THEY_ARE = preset("faces-as-they-are")
SMALL_SHARDS = AS_THEY_ARE.model_copy(update={"shard_pictures": 20})

RECIPE_OF_MANY_SHARDS = """
shard_pictures = 20
[[stages]]
use = "decode"
[[stages]]
use = "full_body"
[duplicates]
near_distance = 4
"""


def contents(dataset: Dataset) -> tuple[object, ...]:
    """Return everything that a dataset holds, for comparing two."""
    drops = pq.read_table(dataset.path / "drops.parquet").to_pylist()
    return list(dataset.rows()), dataset.labels(), drops, dataset.manifest.parts, dataset.manifest.drops


def test_inline_and_worker_processes_build_the_same(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(100, "in/2001")
    alone = build(Build([str(tmp_path / "in")], tmp_path / "alone", SMALL_SHARDS, workers=0)).dataset
    many = build(Build([str(tmp_path / "in")], tmp_path / "many", SMALL_SHARDS, workers=2)).dataset
    assert len(alone) == len(list(folder.iterdir())) == 100
    assert contents(alone) == contents(many)


def test_a_scheduler_and_two_workers_on_loopback_build_the_same(
    write_pictures: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_pictures(100)
    expected = build(Build([str(folder)], tmp_path / "alone", SMALL_SHARDS, workers=0)).dataset
    with cluster(workers=2) as address:
        result = tachie(
            "build", folder, "--faces-as-they-are", "--out", tmp_path / "cluster", "--scheduler", address, "--json"
        )
    assert result.returncode == 0, result.stderr
    assert list(Dataset.open(tmp_path / "cluster").rows()) == list(expected.rows())


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers as a user would, each a process of its own, on loopback."""
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    with psutil.Popen(
        [*dask, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], stderr=subprocess.PIPE, text=True
    ) as scheduler:
        processes = [scheduler]
        try:
            address = next(
                line.split("Scheduler at:")[1].strip() for line in scheduler.stderr if "Scheduler at:" in line
            )
            processes += [
                psutil.Popen(
                    [*worker, address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"],
                    stderr=subprocess.DEVNULL,
                )
                for _ in range(workers)
            ]
            yield address
        finally:
            for process in processes[::-1]:
                for child in process.children(recursive=True):
                    child.kill()
                process.kill()
            scheduler.stderr.close()


def test_a_scheduler_that_does_not_answer_is_named(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(2)
    result = tachie(
        "build", folder, "--faces-as-they-are", "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert result.returncode == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 2,000 pictures, a recipe, and what an uninterrupted build makes of them."""
    root = tmp_path_factory.mktemp("unbroken")
    (root / "pictures").mkdir()
    for i in range(2_000):
        (root / "pictures" / f"{i:05d}.png").write_bytes(encode_png(blobs(i)))
    (root / "recipe.toml").write_text(RECIPE_OF_MANY_SHARDS)
    words = ["build", root / "pictures", "--recipe", root / "recipe.toml", "--workers", "0"]
    assert tachie(*words, "--out", root / "reference").returncode == 0
    return root


@pytest.mark.timeout(280)
@pytest.mark.parametrize("workers", [0, 2])
def test_a_build_killed_at_five_random_moments_ends_like_an_unbroken_one(
    workers: int, unbroken: Path, tmp_path: Path
) -> None:
    folder, recipe = unbroken / "pictures", unbroken / "recipe.toml"
    words = ["build", str(folder), "--recipe", str(recipe), "--workers", str(workers)]
    chance = random.Random(workers)
    out = tmp_path / "killed"
    kills = 0
    while kills < 5:
        process = subprocess.Popen(
            [sys.executable, "-m", "tachie", *words, "--out", str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        enough = shards_done(out) + chance.randrange(1, 15)
        wait_for(lambda p=process, n=enough: shards_done(out) > n or p.poll() is not None)
        time.sleep(chance.random() * 0.1)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
        assert not (out / "tachie.json").exists()
    assert kills == 5
    done = shards_done(out)
    assert 0 < done < 100
    stamps = {p: p.stat().st_mtime_ns for p in (out / "work").glob("*.rows.parquet")}
    repeated = tmp_path / "snapshot"
    repeated.mkdir()
    for path in stamps:
        os.link(path, repeated / path.name)  # keeps the inode: a shard that is written again gets another one
    result = tachie(*words, "--out", out)
    assert result.returncode == 0, result.stderr
    assert all(p.stat().st_nlink == 1 for p in repeated.iterdir())  # nobody replaced them; the work folder is gone
    assert not (out / "work").exists()
    assert contents(Dataset.open(out)) == contents(Dataset.open(unbroken / "reference"))
    assert len(Dataset.open(out)) == 2_000


def shards_done(out: Path) -> int:
    return len(list((out / "work").glob("*.rows.parquet")))


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened for too long"
        time.sleep(0.01)


def test_no_finished_shard_is_done_again(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(100)
    out = tmp_path / "out"

    class Stop(Exception):
        pass

    def stop(progress: BuildProgress) -> None:
        if progress.pictures_done >= 60:
            raise Stop

    with pytest.raises(Stop):
        build(Build([str(folder)], out, SMALL_SHARDS, workers=0, progress=stop))
    written = {p.name: p.stat().st_mtime_ns for p in (out / "work").iterdir()}
    assert len(written) == 6  # rows and drops of three shards
    seen: list[int] = []
    with pytest.raises(Stop):
        build(
            Build(
                [str(folder)], out, SMALL_SHARDS, workers=0, progress=lambda p: (seen.append(p.pictures_done), stop(p))
            )
        )
    assert {p.name: p.stat().st_mtime_ns for p in (out / "work").iterdir()} == written
    assert len(build(Build([str(folder)], out, SMALL_SHARDS, workers=0)).dataset) == 100


@pytest.mark.timeout(120)
def test_a_killed_worker_process_costs_nothing(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(300, px=128)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE_OF_MANY_SHARDS)
    out = tmp_path / "out"
    process = psutil.Popen(
        [
            sys.executable,
            "-m",
            "tachie",
            "build",
            str(folder),
            "--recipe",
            str(recipe),
            "--workers",
            "2",
            "--out",
            str(out),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: shards_done(out) > 2 or process.poll() is not None)
    workers = [p for p in process.children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]
    assert workers
    workers[0].kill()
    _, said = process.communicate(timeout=100)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert len(Dataset.open(out)) == 300


def test_a_picture_that_kills_its_worker_each_time_is_left_out_alone(
    write_pictures: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pictures(12)
    (folder / "00005.png").write_bytes(b"KILL")
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def spoil():\n"
        "    from tachie.core import images\n"
        "    from tachie.stages import decode\n"
        "    sound = images.decode\n"
        "    def deadly(data, limit=0):\n"
        "        if data == b'KILL': os.kill(os.getpid(), 9)\n"
        "        return sound(data, limit)\n"
        "    images.decode = deadly\n"
        "if '--multiprocessing-fork' in sys.argv or 'spawn_main' in ' '.join(sys.orig_argv):\n"
        "    spoil()\n"
    )
    out = tmp_path / "out"
    env = {
        "PYTHONPATH": str(tmp_path),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # for three: half as many processes to start
        "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "0s",  # as if each took longer to start than Dask waits
    }
    result = tachie("build", folder, "--faces-as-they-are", "--workers", "1", "--out", out, env=env)
    assert result.returncode == 3, result.stderr
    assert "00005.png" in result.stderr
    dataset = Dataset.open(out)
    assert len(dataset) == 11
    assert dataset.manifest.drops == {"read": {"killed_the_worker": 1}}


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """A folder of what turns up in real life."""
    folder = tmp_path / "nasty"
    folder.mkdir()
    good = encode_png(scene(0))
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    noise.save(folder / "whole.jpg")
    (folder / "cut.jpg").write_bytes((folder / "whole.jpg").read_bytes()[:5000])
    (folder / "empty.png").write_bytes(b"")
    (folder / "bomb.png").write_bytes(huge_png_header())
    (folder / "text.png").write_text("I am no picture")
    frames = [Image.fromarray(scene(i)) for i in range(3)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:], duration=80)
    Image.fromarray(scene(0)).convert("CMYK").save(folder / "print.jpg", quality=95)
    Image.fromarray(blobs(5, 200, 200)[:, :, 0].astype("uint16") * 257).save(folder / "deep.png")
    for name in ("new\nline.png", "quo'te\".png", "\N{DOLPHIN}立ち絵.png", "a b;$(rm).png"):
        (folder / name).write_bytes(good)
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.png"))).write_bytes(good)
    (folder / "ring").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere.png").symlink_to(folder / "missing")
    os.mkfifo(folder / "pipe.png")
    secret = folder / "secret.png"
    secret.write_bytes(good)
    secret.chmod(0)
    return folder


def test_a_nasty_folder_is_built_and_every_file_accounted_for(nasty: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = tachie("build", nasty, "--faces-as-they-are", "--out", out, "--json")
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    dataset = Dataset.open(out)
    drops = pq.read_table(out / "drops.parquet").to_pylist()
    reasons = {r["source_path"]: r["reason"] for r in drops}
    root = os.geteuid() == 0  # root reads what it may not
    expected = {
        "cut.jpg": "truncated",
        "empty.png": "empty_file",
        "bomb.png": "too_many_pixels",
        "text.png": "not_a_picture",
        "ring": "symlink_loop",
        "nowhere.png": "unreadable_file",
        "pipe.png": "not_a_file",
        **({} if root else {"secret.png": "unreadable_file"}),
    }
    copies = {p: r for p, r in reasons.items() if r == "exact_duplicate"}
    assert {p: r for p, r in reasons.items() if p not in copies} == expected
    assert len(copies) == 4 + root  # five good names and the secret one hold the same bytes
    built = set(dataset.columns(["source_path"]).column("source_path").to_pylist())
    assert {"whole.jpg", "moving.gif", "print.jpg", "deep.png"} < built
    assert "\\xff\\xfe.png" in built | set(copies)
    assert "\N{DOLPHIN}立ち絵.png" in built | set(copies)
    assert len(built) + len(reasons) == dataset.manifest.pictures
    for row in dataset.rows():
        assert row["width"] >= 200
    assert "bomb.png" in result.stderr


def test_faces_of_the_nasty_folder_are_found_in_every_kind_of_file(nasty: Path, tmp_path: Path) -> None:
    dataset = build(Build([str(nasty)], tmp_path / "out", preset("faces"), workers=0)).dataset
    kinds = {"moving.gif", "print.jpg"}
    near = pq.read_table(tmp_path / "out" / "drops.parquet").to_pylist()
    found = set(dataset.columns(["source_path"]).column("source_path").to_pylist())
    found |= {d["source_path"] for d in near if d["stage"] == "duplicates"}
    assert kinds <= found
    assert dataset.manifest.drops["faces"]["no_face"] >= 1
    assert all(d["thumbnail"] for d in near if d["stage"] in ("faces", "duplicates"))


def test_the_disk_running_full_is_said_and_finished_shards_stay(
    write_pictures: Callable[..., Path], tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", small]).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        folder = write_pictures(400, px=96)
        recipe = tmp_path / "recipe.toml"
        recipe.write_text(RECIPE_OF_MANY_SHARDS)
        words = ["build", folder, "--recipe", recipe, "--out", small / "out"]
        for workers in ("0", "2"):
            result = tachie(*words, "--workers", workers)
            assert result.returncode == 1
            assert "no space left" in result.stderr
            assert "Traceback" not in result.stderr
            files = list((small / "out" / "work").glob("*.parquet"))
            assert len(files) > 4
            for path in files:
                assert pq.read_table(path) is not None
            assert not list((small / "out" / "work").glob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=40m", small], check=True)
        assert tachie(*words, "--workers", "0").returncode == 0
        assert len(Dataset.open(small / "out")) == 400
    finally:
        subprocess.run(["umount", small], check=True)


def test_labels_and_tags_of_copies_are_merged_into_the_better_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    large = blobs(1, 128, 128)
    (folder / "large.png").write_bytes(encode_png(large))
    (folder / "large.txt").write_text("smile")
    Image.fromarray(large).resize((64, 64), Image.Resampling.BOX).save(folder / "small.png")
    (folder / "small.txt").write_text("pink_hair, sky")
    recipe = AS_THEY_ARE.model_copy(update={"duplicates": preset("faces").duplicates})
    dataset = build(Build([str(folder)], tmp_path / "out", recipe, workers=0)).dataset
    (row,) = dataset.rows()
    assert row["source_path"] == "large.png"
    assert row["tags"] == ["smile", "pink_hair", "sky"]
    assert {n: v[row["id"]] for n, v in dataset.labels(without="tagger").items()} == {
        "hair_color": "pink",
        "smile": "yes",
    }
    assert dataset.manifest.drops == {"duplicates": {"near_duplicate": 1}}


def test_a_shard_that_holds_copies_alone_adds_no_rows(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(5)
    for i in range(20):
        (folder / f"copy{i}.png").write_bytes((folder / "00000.png").read_bytes())
    recipe = AS_THEY_ARE.model_copy(update={"shard_pictures": 5})
    dataset = build(Build([str(folder)], tmp_path / "out", recipe, workers=0)).dataset
    assert len(dataset) == len(list(dataset.rows())) == 5
    assert dataset.manifest.drops == {"duplicates": {"exact_duplicate": 20}}


def test_the_same_command_again_finds_the_dataset_done(write_pictures: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_pictures(10)
    first = build(Build([str(folder)], tmp_path / "out", AS_THEY_ARE, workers=0))
    again = build(Build([str(folder)], tmp_path / "out", AS_THEY_ARE, workers=0))
    assert (first.already_built, again.already_built) == (False, True)
    (folder / "more.png").write_bytes(encode_png(blobs(99)))
    with pytest.raises(UsageError, match="made from other files"):
        build(Build([str(folder)], tmp_path / "out", AS_THEY_ARE, workers=0))


def test_a_folder_that_holds_other_things_is_not_written_into(
    write_pictures: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_pictures(2)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("years of work")
    with pytest.raises(UsageError, match="holds other things"):
        build(Build([str(folder)], tmp_path / "mine", AS_THEY_ARE))
    with pytest.raises(UsageError, match="no such file"):
        build(Build([str(tmp_path / "nothing")], tmp_path / "out", AS_THEY_ARE))


def test_a_dataset_built_inside_the_folder_it_is_made_from_is_not_read_as_an_input(
    write_pictures: Callable[..., Path],
) -> None:
    folder = write_pictures(4)
    for already in (False, True):
        result = tachie("build", ".", "--faces-as-they-are", "--out", "faces", cwd=folder)
        assert result.returncode == 0, result.stderr
        assert len(Dataset.open(folder / "faces")) == 4
        assert ("was built already" in result.stderr) == already


def test_an_empty_folder_makes_an_empty_dataset(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    dataset = build(Build([str(tmp_path / "in")], tmp_path / "out", AS_THEY_ARE)).dataset
    assert len(dataset) == 0
    assert dataset.manifest.parts == []
    assert len(dataset.columns(["id", "width"])) == 0


def test_a_stage_that_breaks_costs_its_own_picture_alone(
    write_pictures: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tachie.stages.min_size import MinSize

    sound = MinSize.__call__

    def breaks(self: MinSize, item: object) -> object:
        if item.source_path == "00003.png":  # type: ignore[attr-defined]
            raise ZeroDivisionError("a bug")
        if item.source_path == "00004.png":  # type: ignore[attr-defined]
            raise Drop("of_no_use")
        return sound(self, item)  # type: ignore[arg-type]

    monkeypatch.setattr(MinSize, "__call__", breaks)
    recipe = AS_THEY_ARE.model_copy(update={"stages": (*AS_THEY_ARE.stages, MinSize(px=1))})
    dataset = build(Build([str(write_pictures(8))], tmp_path / "out", recipe, workers=0)).dataset
    assert len(dataset) == 6
    assert dataset.manifest.drops == {"min_size": {"of_no_use": 1, "stage_failed": 1}}
    assert dataset.manifest.unreadable == 1
