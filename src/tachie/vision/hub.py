"""Taggers of the WD14 family from a model hub, by the optional package huggingface_hub and into its own cache."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tachie.core.errors import InputError, TachieError
from tachie.core.extras import how_to_install
from tachie.vision.wd14 import TAGS_NAME, Wd14Tagger

_MODEL_NAME = "model.onnx"


@cache
def fetched_tagger(name: str) -> Wd14Tagger:
    """Return the tagger of a hub's repository, fetched once: its model.onnx and selected_tags.csv.

    Raises `InputError` where the package is missing, the hub cannot be reached, or the repository is none of a tagger.
    """
    try:
        import huggingface_hub
        from huggingface_hub.errors import (
            EntryNotFoundError,
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
        )
    except ImportError as error:
        raise TachieError(
            "taggers from a hub need the package huggingface_hub",
            f"Run: {how_to_install('hub')}; or download model.onnx and selected_tags.csv yourself: --tagger onnx:FILE",
        ) from error
    try:
        paths = [Path(huggingface_hub.hf_hub_download(name, file)) for file in (TAGS_NAME, _MODEL_NAME)]
    except HFValidationError as error:
        raise InputError(f"'{name}' is no repository's name", "Write it as OWNER/NAME.") from error
    except LocalEntryNotFoundError as error:
        raise InputError(
            f"the hub cannot be reached, and '{name}' is not in its cache on this machine",
            f"Connect once, or download {_MODEL_NAME} and {TAGS_NAME} elsewhere: --tagger onnx:FILE",
        ) from error
    except EntryNotFoundError as error:
        raise InputError(
            f"'{name}' on the hub has no {_MODEL_NAME} and {TAGS_NAME}", "It is no tagger of the WD14 family."
        ) from error
    except HfHubHTTPError as error:
        said = (str(error).splitlines() or [""])[0]
        raise InputError(f"the hub refuses '{name}': {said}", "Is the name right, and is it public?") from error
    except OSError as error:
        raise InputError(f"'{name}' could not be fetched from the hub: {error}", "Try again later.") from error
    return Wd14Tagger(paths[1], name.rpartition("/")[2])
