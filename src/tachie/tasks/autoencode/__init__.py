"""`tachie train --task autoencode`: pictures pressed through a few numbers and drawn again from them."""

from tachie.tasks.autoencode.experiment import run

__all__ = ["run"]
