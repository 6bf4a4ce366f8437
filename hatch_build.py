"""Builds the pages into a wheel or sdist unless that was done before; without Node they are left out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):
    """Runs `npm ci && npm run build` in web/ unless the built pages are there already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages. An editable install leaves that to `make`; without them the program says what to do."""
        root = Path(self.root)
        npm = shutil.which("npm")
        if version == "editable" or (root / "src/tachie/studio/static/studio.html").is_file():
            return
        if npm is None or not (root / "web/package-lock.json").is_file():
            self.app.display_warning("no Node here: tachie is built without the studio and review pages")
            return
        for words in (["ci"], ["run", "build"]):
            done = subprocess.run([npm, *words], cwd=root / "web", check=False)
            if done.returncode:
                self.app.display_warning("npm failed: tachie is built without the studio and review pages")
                return
