from pathlib import Path

import pytest

from tachie.core.errors import RecipeError, UsageError
from tachie.core.recipe import parse_recipe, read_recipe
from tachie.pipeline.presets import PRESETS, Choices, chosen_recipe, preset


@pytest.mark.parametrize("name", PRESETS)
def test_every_recipe_of_the_program_is_valid_and_survives_the_manifest(name: str) -> None:
    recipe = preset(name)
    assert recipe.stages
    assert parse_recipe(recipe.as_dict()) == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least one [[stages]]"),
        ("[[stages]]\nuse = 'decode'\ncolour = 1", "unknown key 'colour'. Known: pixel_limit."),
        ("[[stages]]\nuse = 'dekode'", "unknown stage 'dekode'. Did you mean 'decode'?"),
        ("[[stages]]\nscale = 2", "'use' must name a stage"),
        ("[[stages]]\nuse = 'decode'\n[duplicate]\nexact = true", "Did you mean 'duplicates'?"),
        ("[[stages]]\nuse = 'decode'\n[duplicates]\nnear = 3", "Known: exact, near_distance."),
        ("[[stages]]\nuse = 'crop'\nscale = 'big'", "scale: Input should be a valid number"),
        ("[[stages]]\nuse = 'crop'\nscale = 40", "less than or equal to 4, not 40"),
        ("[[stages]]\nuse = 'decode'\n[duplicates]\nnear_distance = 'four'", "near_distance: Input should be"),
        ("[[stages]]\nuse = 'decode'\n[duplicates]\nnear_distance = 40", "less than or equal to 16"),
        ("stages = 3", "at least one [[stages]]"),
        ("[[stages]\nuse", "not valid TOML"),
    ],
)
def test_a_wrong_recipe_gets_one_line_that_mends_it(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    whole = f"{caught.value.message}. {caught.value.hint}"
    assert said in whole
    assert caught.value.message.startswith(str(path))
    assert "\n" not in caught.value.message


def test_a_missing_or_binary_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no such file"):
        read_recipe(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="UTF-8"):
        read_recipe(tmp_path / "binary.toml")


def test_a_recipe_of_the_program_is_used_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen_recipe(Choices(file=Path("ganime"))) == preset("ganime")
    with pytest.raises(RecipeError, match="own recipes: faces, full-body"):
        chosen_recipe(Choices(file=Path("ganimee")))
    Path("ganime").write_text("[[stages]]\nuse = 'decode'")
    assert len(chosen_recipe(Choices(file=Path("ganime"))).stages) == 1, "a file of that name comes first"


def test_options_are_laid_over_the_recipe() -> None:
    recipe = chosen_recipe(Choices(crop_scale=2.0, min_size_px=99, near_distance=-1, ratings=("g", "s")))
    plain = {stage["use"]: stage for stage in recipe.as_dict()["stages"]}
    assert plain["crop"]["scale"] == 2.0
    assert plain["min_size"]["px"] == 99
    assert plain["rating"]["allow"] == ["g", "s"]
    assert recipe.duplicates.near_distance == -1


def test_an_option_for_a_stage_that_the_recipe_lacks_is_refused() -> None:
    with pytest.raises(UsageError, match="--crop-scale sets the stage 'crop'"):
        chosen_recipe(Choices(preset="full-body", crop_scale=2.0))
