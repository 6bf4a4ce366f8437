"""Where shards run: in line, in local Dask worker processes, or on a Dask cluster by its scheduler's address."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tachie.core.errors import TachieError, UsageError
from tachie.core.recipe import Recipe
from tachie.pipeline.shard import Shard, rows_file, run_shard, without

Done = Callable[[Shard], None]


def run_in_line(todo: Iterator[Shard], recipe: Recipe, work: Path, done: Done) -> None:
    """Run the shards one after the other in this process."""
    for shard in todo:
        run_shard(shard, recipe, work)
        done(shard)


def run_locally(todo: Iterator[Shard], recipe: Recipe, work: Path, done: Done, workers: int) -> None:
    """Run the shards in `workers` processes of this machine; a killed one is replaced and its shard run again."""
    import dask
    from distributed import LocalCluster

    with (
        _quiet(),
        # A cluster gives up a worker that is away for 15 s, and with it the nanny that is about to replace it. On a
        # busy machine a process takes longer to start, and nobody would be left to work.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={
                "dashboard_address": "127.0.0.1:0"
            },  # else it wants port 8787, and warns where that is taken
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        _run(cluster, todo, recipe, work, done, window=3 * workers)


def run_on_cluster(todo: Iterator[Shard], recipe: Recipe, work: Path, done: Done, scheduler: str) -> None:
    """Run the shards on the workers of a running scheduler, which must see the same files under the same paths."""
    with _quiet():
        _run(scheduler, todo, recipe, work.resolve(), done, window=0)


def _run(where: Any, todo: Iterator[Shard], recipe: Recipe, work: Path, done: Done, window: int) -> None:
    """Keep at most `window` shards submitted (0: three a worker), so that memory does not grow with the listing."""
    from distributed import Client, KilledWorker, as_completed

    try:
        client = Client(where, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {where}: {error}",
            "Start one with 'dask scheduler' and give its address, such as --scheduler tcp://127.0.0.1:8786",
        ) from error
    with client:
        running: dict[Any, Shard] = {}
        window = window or 3 * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        answers = as_completed(loop=client.loop)

        def submit(shard: Shard) -> None:
            future = client.submit(run_shard, shard, recipe, work, key=f"tachie-{shard.name}", pure=False)
            running[future.key] = shard
            answers.add(future)

        for shard in _some(todo, window):
            submit(shard)
        for future in answers:
            shard = running.pop(future.key)
            try:
                future.result()
            except KilledWorker:
                killers = [i for i, ref in enumerate(shard.refs) if _kills(client, shard, i, recipe, work)]
                if not killers:
                    raise TachieError(
                        f"the worker processes died over and over on {shard.refs[0].name} and its neighbours",
                        "Use fewer workers (--workers 1) or more memory, and run the same command again.",
                    ) from None
                client.submit(run_shard, without(shard, killers), recipe, work, pure=False).result()
            finally:
                future.release()
            if not rows_file(work, shard).exists():
                raise TachieError(
                    f"a worker finished {shard.name}, but its file is not in {work}",
                    "All workers of a cluster must see the output folder under the same path.",
                )
            done(shard)
            for more in _some(todo, 1):
                submit(more)


def _kills(client: Any, shard: Shard, position: int, recipe: Recipe, work: Path) -> bool:
    from distributed import KilledWorker

    alone = Shard(shard.index, f"alone{position}-{shard.key}", (shard.refs[position],))
    try:
        client.submit(run_shard, alone, recipe, work / "alone", pure=False).result()
    except KilledWorker:
        return True
    return False


def _some(todo: Iterator[Shard], count: int) -> list[Shard]:
    return [shard for _, shard in zip(range(count), todo, strict=False)]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log lines off the terminal; what matters is raised or counted."""
    import dask

    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with dask.config.set({"logging.distributed": "critical"}):
            yield
    finally:
        logger.setLevel(before)
