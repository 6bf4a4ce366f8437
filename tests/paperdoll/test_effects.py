"""Effects change what they say, keep the shape, and are the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest

from tachie.core.errors import UsageError
from tachie.core.images import decode
from tachie.paperdoll import draw_paperdoll
from tachie.paperdoll.effects import EFFECTS, effect
from tachie.tasks.write_paperdolls import write_paperdolls


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("px", [90, 300])
def test_an_effect_is_pure_and_keeps_the_shape(name: str, px: int) -> None:
    doll = draw_paperdoll(3)
    rgb = doll.rgb(px)
    before = rgb.copy()
    head = tuple(v * px / doll.width_px for v in doll.head_xyxy)
    one, two, other = (EFFECTS[name].draw(rgb, seed, head) for seed in (1, 1, 2))  # type: ignore[arg-type]
    assert one.shape == rgb.shape
    assert one.dtype == np.uint8
    assert np.array_equal(one, two)
    assert np.array_equal(rgb, before)
    assert not np.array_equal(one, rgb)
    assert np.array_equal(one, other) == (name == "greyscale")


def test_monochrome_pictures_have_one_hue() -> None:
    doll = draw_paperdoll(4)
    for name in ("greyscale", "screentone"):
        rgb = EFFECTS[name].draw(doll.rgb(200), 0, doll.head_xyxy)
        assert np.array_equal(rgb[..., 0], rgb[..., 2])
    brown = EFFECTS["sepia"].draw(doll.rgb(200), 0, doll.head_xyxy).astype(int)
    assert (brown[..., 0] >= brown[..., 1]).all()
    assert (brown[..., 1] >= brown[..., 2]).all()


def test_screentone_is_mostly_black_and_white() -> None:
    doll = draw_paperdoll(5)
    grey = EFFECTS["screentone"].draw(doll.rgb(), 0, doll.head_xyxy)[..., 0]
    assert ((grey < 40) | (grey > 215)).mean() > 0.6


def test_lines_and_balloons_leave_the_middle_of_the_face_alone() -> None:
    for seed in range(6):
        doll = draw_paperdoll(seed)
        rgb = doll.rgb()
        x0, y0, x1, y1 = doll.head_xyxy
        w, h = x1 - x0, y1 - y0
        middle = (slice(int(y0 + 0.4 * h), int(y1 - 0.3 * h)), slice(int(x0 + 0.4 * w), int(x1 - 0.4 * w)))
        for name in ("motion_lines", "speech_bubble"):
            changed = EFFECTS[name].draw(rgb, seed, doll.head_xyxy) != rgb
            assert changed.any()
            assert changed[middle].mean() < 0.15, (name, seed)


def test_an_unknown_effect_is_a_usage_error_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no effect 'blur'") as caught:
        effect("blur")
    assert "speech_bubble" in caught.value.hint


def test_written_paperdolls_say_which_effect_they_have(tmp_path: Path) -> None:
    write_paperdolls(tmp_path, range(1), effect="sepia")
    truth = json.loads((tmp_path / "paperdoll-000000.json").read_text())
    assert {"monochrome", "sepia"} <= set(truth["tags"])
    rgb = decode((tmp_path / "paperdoll-000000.png").read_bytes()).rgb.astype(int)
    assert (rgb[..., 0] >= rgb[..., 2]).all()
