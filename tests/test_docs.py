"""Documents that could lie are held to the program."""

import re
from pathlib import Path

import pytest

from tachie.cli.app import _MODULES
from tachie.core import registry

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


def test_every_command_and_option_in_the_readme_exists() -> None:
    from click.testing import CliRunner

    from tachie.cli import cli

    lines = re.findall(r"^tachie (collect \w+|\w+)([^#\n]*)", README, re.MULTILINE)
    assert lines
    for command, rest in lines:
        assert command.split()[0] in _MODULES
        text = CliRunner().invoke(cli, [*command.split(), "--help"]).output
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in text, f"tachie {command} has no {option}"


PAGES = [*sorted((ROOT / "docs" / "sources").glob("*.md")), ROOT / "docs" / "exports.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_in_the_pages_on_sources_and_exports_exists(page: Path) -> None:
    from click.testing import CliRunner

    from tachie.cli import cli

    lines = re.findall(r"^tachie (collect \w+|\w+)([^#\n]*)", page.read_text("utf-8"), re.MULTILINE)
    assert lines
    for command, rest in lines:
        text = CliRunner().invoke(cli, [*command.split(), "--help"]).output
        for option in re.findall(r"(?<= )--[a-z-]+", rest):
            assert option in text, f"tachie {command} has no {option}"


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)\b", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE) or f"tachie make {target}" in README, target


@pytest.mark.parametrize("text", [README, ARCHITECTURE])
def test_every_linked_file_exists(text: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_file_that_the_architecture_names_exists() -> None:
    for name in re.findall(
        r"`((?:core|dataset|pipeline|vision|train|export|cli|stages|sources|models)/[\w/]+\.py)`", ARCHITECTURE
    ):
        assert (ROOT / "src/tachie" / name).exists(), name


def test_the_architecture_s_picture_names_every_source_model_and_exporter() -> None:
    picture = ARCHITECTURE.split("```")[1]
    for kind in ("sources", "stages", "models", "export"):
        for name in registry.names(kind):
            assert name in picture, f"{kind}: {name}"


def test_every_dependency_has_its_reason() -> None:
    names = re.findall(r'^\s*"([A-Za-z0-9_-]+)[<>=]', PYPROJECT.split("[project.scripts]")[0], re.MULTILINE)
    names += re.findall(r'"(torch|onnx|safetensors)>', PYPROJECT)
    reasons = ARCHITECTURE.lower()
    for name in names:
        assert name.lower() in reasons, f"{name} has no reason in ARCHITECTURE.md"


def test_every_public_module_says_what_it_is() -> None:
    for path in (ROOT / "src/tachie").rglob("*.py"):
        if path.name != "__init__.py":
            assert path.read_text("utf-8").startswith('"""'), path


def test_file_names_are_safe_on_windows() -> None:
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if inside.parts[0] in (".git", ".venv", "demo", "runs", "carry") or "node_modules" in inside.parts:
            continue
        assert not set(inside.name) & set('<>:"|?*\\'), inside
        assert inside.stem.lower() not in ("con", "nul", "aux", "prn"), inside
