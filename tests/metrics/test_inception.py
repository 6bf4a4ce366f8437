"""InceptionV3 of FID: its shape, a golden of random weights, and what it does with files that are something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tachie.core.errors import FormatError, InputError
from tachie.metrics.inception import WIDTH, Inception, InceptionV3

# Of weights made by a seed and two pictures: the first three numbers of each, and the mean. A reordered branch, a pool
# that counts its padding, or another epsilon changes them.
GOLDEN = (0.0762428, 1.0948370, 0.0, 0.0793986, 1.0990227, 0.0, 0.5838808)


def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, 24, 24, 3), np.uint8)


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    chance = np.random.default_rng(7)
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in InceptionV3().state_dict().items()}
    made = {}
    for name, shape in shapes.items():
        if name.endswith("num_batches_tracked"):
            continue
        spread = (2 / np.prod(shape[1:])) ** 0.5 if len(shape) == 4 else 0.1
        values = chance.standard_normal(tuple(shape), np.float32) * np.float32(spread)
        if name.endswith(("bn.weight", "running_var")):
            values = 1 + values.clip(-0.5, 0.5)
        made[name] = torch.from_numpy(np.asarray(values, np.float32))
    return made


def test_the_network_has_the_parameters_of_the_2015_graph():
    with torch.device("meta"):
        net = InceptionV3()
    # torchvision's InceptionV3 without its auxiliary head has 23,834,568 for 1,000 classes; eight classes are more.
    assert sum(p.numel() for p in net.parameters()) == 23_834_568 + 8 * (WIDTH + 1)


def test_features_are_those_of_the_golden_and_files_of_both_kinds_agree(
    weights: dict[str, torch.Tensor], tmp_path: Path
):
    save_file(weights, tmp_path / "w.safetensors")
    torch.save({**weights, "AuxLogits.fc.weight": torch.zeros(1)}, tmp_path / "w.pth")
    found = Inception.load(tmp_path / "w.safetensors")(pictures())
    assert found.shape == (2, WIDTH)
    assert [*found[:, :3].ravel().tolist(), float(found.mean())] == pytest.approx(GOLDEN, rel=2e-3)
    other = Inception.load(tmp_path / "w.pth")
    assert np.allclose(other(pictures()[:1])[0], found[0], rtol=1e-3, atol=1e-4)
    assert other.name.startswith("inception-")
    assert other(pictures()[:0]).shape == (0, WIDTH)


def test_what_is_no_weights_file_is_refused_with_a_line(weights: dict[str, torch.Tensor], tmp_path: Path):
    with pytest.raises(InputError, match="no file"):
        Inception.load(tmp_path / "none.pth")
    (tmp_path / "words.pth").write_text("not weights")
    (tmp_path / "words.safetensors").write_text("not weights")
    for name in ("words.pth", "words.safetensors"):
        with pytest.raises(FormatError, match="cannot be read as weights"):
            Inception.load(tmp_path / name)
    short = {name: tensor for name, tensor in weights.items() if not name.startswith("Mixed_7c")}
    save_file(short, tmp_path / "short.safetensors")
    with pytest.raises(FormatError, match=r"missing or of another shape, the first is Mixed_7c"):
        Inception.load(tmp_path / "short.safetensors")


class Runs:
    """Would leave a file behind when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.mark,)


def test_a_pickle_that_would_run_code_is_refused_and_does_not(tmp_path: Path):
    mark = tmp_path / "ran"
    torch.save({"fc.weight": Runs(mark)}, tmp_path / "evil.pth")
    with pytest.raises(FormatError, match="cannot be read as weights"):
        Inception.load(tmp_path / "evil.pth")
    assert not mark.exists()
