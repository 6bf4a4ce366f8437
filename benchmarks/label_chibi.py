"""`tachie label --learn`: a chibi filter from decisions, as GANime's author fitted a VGG16 (98 % on his own split).

Paperdolls stand in: as many chibis as not, full figures before all grounds. A few are decided on (by their truth),
a head is fitted on the features of whole figures (`Classic`), and judged on the dolls that nobody decided on, beside
its own cross-validated figure and the stage `chibi`.

Usage: python -m benchmarks.label_chibi
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from tachie.core.files import write_atomically
from tachie.core.images import decode
from tachie.core.recipe import parse_recipe
from tachie.dataset.decisions import Decisions, Fields
from tachie.dataset.format import KEEP, REJECT
from tachie.learn import labelling
from tachie.learn.features import features_of
from tachie.learn.heads import Head
from tachie.paperdoll import draw_paperdoll
from tachie.pipeline import Build, build
from tachie.stages.chibi import Chibi
from tachie.vision.shape import chibi_chance
from tachie.vision.sight import Sight

COUNT, WIDTH_PX = 160, 240
WHOLE = parse_recipe(
    {"stages": [{"use": "decode"}, {"use": "full_body"}], "duplicates": {"near_distance": -1}}, "whole figures"
)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        for i in range(COUNT):
            doll = draw_paperdoll(700_000 + i, {"extent": "full", "chibi": ("no", "yes")[i % 2]})
            write_atomically(pictures / f"{i:04d}.png", doll.png(WIDTH_PX))
        dataset = build(Build([str(pictures)], Path(folder) / "set", WHOLE, workers=0)).dataset
        table = dataset.columns(["id", "source_path"])
        ids = table.column("id").to_pylist()
        chibi = np.array([int(Path(p).stem) % 2 == 1 for p in table.column("source_path").to_pylist()])
        features = features_of(dataset)
        order = np.random.default_rng(0).permutation(COUNT)
        decided = 0
        for wanted in (16, 40, 80):
            for i in order[decided:wanted]:
                fields: Fields = {"review": REJECT, "reason": "chibi"} if chibi[i] else {"review": KEEP}
                Decisions.open(dataset.path).record([([ids[i]], fields)])
            decided = wanted
            start = time.perf_counter()
            said = labelling.learn(dataset, "chibi", "review", lambda done, total: None)
            seconds = time.perf_counter() - start
            head = Head.load(Path(said["head"]))
            sure = head.probabilities(head.basis.project(features))[:, head.classes.index(REJECT)]
            rest = order[wanted:]
            right = (sure[rest] > 0.5) == chibi[rest]
            print(
                f"{wanted} decisions, {seconds:.2f} s: cross-validated {said['cross_validated_accuracy']:.3f}, "
                f"on the other {len(rest)} {right.mean():.3f}"
            )
        measured = np.array([chibi_chance(Sight(decode(data).rgb)) > Chibi().most for _, data in dataset.images()])
        print(f"the stage chibi, without any decision: {(measured == chibi).mean():.3f} of {COUNT}")


if __name__ == "__main__":
    main()
