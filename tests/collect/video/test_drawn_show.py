"""The finder against the truth of drawn episodes: opening and ending in full, and little else."""

import json
from pathlib import Path

from tachie.collect.video import VideoJob, collect_videos
from tachie.tasks.write_episodes import Show, write_episodes


def test_opening_and_ending_of_a_drawn_show_are_marked(tmp_path: Path) -> None:
    write_episodes(tmp_path / "show", range(1, 3), Show(seconds=26.0, height_px=108))
    result = collect_videos(VideoJob([str(tmp_path / "show")], tmp_path / "out"))
    assert result.problems == []
    shared: dict[str, list[tuple[float, float]]] = {}
    theme: dict[str, list[tuple[float, float]]] = {}
    for path in (tmp_path / "show").glob("*.json"):
        truth = json.loads(path.read_text("utf-8"))
        for part in truth["repeats"]:
            span = (part["first"] / truth["fps"], part["end"] / truth["fps"])
            shared.setdefault(path.stem, []).append(span)
            if part["part"] != "preview":
                theme.setdefault(path.stem, []).append(span)
            elif part["equals"]["episode"] == 2:
                there = part["equals"]
                shared.setdefault("ep02", []).append((there["first"] / truth["fps"], there["end"] / truth["fps"]))
    marked = right = themed = found = 0
    for line in (tmp_path / "out/items.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        at, is_marked = item["frame"]["pts_s"] + 0.01, "repeated" in item
        marked += is_marked
        right += is_marked and any(a <= at < b for a, b in shared[item["episode"]])
        themed += any(a <= at < b for a, b in theme[item["episode"]])
        found += is_marked and any(a <= at < b for a, b in theme[item["episode"]])
    assert themed > 10
    assert found / themed > 0.9
    assert right / marked > 0.75  # a still that goes on after its preview, and white before a title, look the same too
