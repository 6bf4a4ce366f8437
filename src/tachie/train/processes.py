"""`Processes`: where a run computes, alone or with others under torchrun, by Lightning Fabric.

Fabric chooses the device, starts the process group and gives autocast and collectives. The networks are not wrapped
for DDP: a step runs D several times, once for a penalty of second order, before one backward, which DDP's reducer does
not follow; averaging the gradients by hand once a step is what StyleGAN3's trainer does too. Without Lightning a
single process trains all the same.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor, nn

from tachie.core.errors import UsageError
from tachie.core.extras import how_to_install


class Processes:
    """This process among those of a run: its rank of `world`, its device, and what they tell one another."""

    def __init__(self, device: str, precision: str = "auto") -> None:
        kind = torch.device(device).type
        if kind == "cuda" and not torch.cuda.is_available():
            raise UsageError("this machine has no CUDA device that torch can use", "Train with --device cpu.")
        self.bf16 = precision == "bf16" or (precision == "auto" and bf16_is_fast(kind))
        together = "TORCHELASTIC_RUN_ID" in os.environ
        self._fabric = _fabric(kind, device, self.bf16, together)
        if self._fabric is None and together:
            raise UsageError("training in several processes needs Lightning Fabric", f"Run: {how_to_install('train')}")
        self.rank = 0 if self._fabric is None else int(self._fabric.global_rank)
        self.world = 1 if self._fabric is None else int(self._fabric.world_size)
        self.device = torch.device(device) if self._fabric is None else self._fabric.device

    @property
    def first(self) -> bool:
        """Whether this process is the one that judges, tells and writes."""
        return self.rank == 0

    def autocast(self) -> AbstractContextManager[Any]:
        """Return a context in which networks compute in the run's precision."""
        if self._fabric is not None:
            context: AbstractContextManager[Any] = self._fabric.autocast()
            return context
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def average_gradients(self, net: nn.Module) -> None:
        """Give every process the mean of all their gradients of a network."""
        if self._fabric is None or self.world == 1:
            return
        gradients = [p.grad for p in net.parameters() if p.grad is not None]
        flat = self.mean(torch.cat([g.flatten() for g in gradients]))
        for gradient, mean in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
            gradient.copy_(mean.view_as(gradient))

    def mean(self, numbers: Tensor) -> Tensor:
        """Return the mean of every process's numbers."""
        if self._fabric is None or self.world == 1:
            return numbers
        mean: Tensor = self._fabric.all_reduce(numbers, reduce_op="mean")
        return mean

    def agree(self, value: float) -> float:
        """Return the first process's value: what clocks say must be the same for all."""
        if self._fabric is None or self.world == 1:
            return value
        told = self._fabric.broadcast(torch.tensor(value, dtype=torch.float64, device=self.device))
        return float(told)

    def same_weights(self, nets: Iterable[nn.Module]) -> None:
        """Give every process the first one's weights."""
        if self._fabric is None or self.world == 1:
            return
        for net in nets:
            for tensor in net.state_dict().values():
                tensor.copy_(self._fabric.broadcast(tensor))

    def wait(self) -> None:
        """Wait until every process is here."""
        if self._fabric is not None and self.world > 1:
            self._fabric.barrier()


def _fabric(kind: str, device: str, bf16: bool, together: bool) -> Any:
    try:
        from lightning_fabric import Fabric
    except ImportError:
        try:  # the same in the larger package
            from lightning.fabric import Fabric  # type: ignore[import-not-found, no-redef, unused-ignore]
        except ImportError:
            return None
    for name in ("lightning_fabric", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)  # what it chose is what it was told
    index = torch.device(device).index
    fabric = Fabric(
        accelerator=kind,
        devices=int(os.environ["LOCAL_WORLD_SIZE"]) if together else [index] if index is not None else 1,
        num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", "1")) if together else 1,
        strategy="ddp" if together else "auto",
        precision="bf16-mixed" if bf16 else "32-true",
    )
    fabric.launch()
    return fabric


def bf16_is_fast(kind: str) -> bool:
    """Whether bf16 pays: on CPUs without AVX512-BF16 torch falls back to loops thirty times slower than float32."""
    if kind != "cpu":
        return True
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(probe is not None and probe())
