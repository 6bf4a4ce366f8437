"""`tachie train --task conditioning`: how soon a generator draws what it is asked for, as a classifier sees it."""

from tachie.tasks.conditioning.experiment import run

__all__ = ["run"]
