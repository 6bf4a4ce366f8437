import pytest

from tachie.core.attributes import ATTRIBUTES, MAKEGIRLS, attribute_of_tag, attributes_of_tags, normalise_label


def test_there_are_the_34_attributes_of_makegirls() -> None:
    # 13 hair colours, 10 eye colours, and one each for 5 styles and 6 flags
    assert sum(len(v) if len(v) > 2 else 1 for v in MAKEGIRLS.values()) == 34


def test_every_attribute_of_makegirls_is_ours_in_the_same_order_and_grey_eyes_and_skin_come_after() -> None:
    assert list(ATTRIBUTES) == [*MAKEGIRLS, "skin"]
    assert {name: ATTRIBUTES[name][: len(values)] for name, values in MAKEGIRLS.items()} == dict(MAKEGIRLS)
    assert "grey" not in MAKEGIRLS["eye_color"]


@pytest.mark.parametrize(
    ("tag", "stated"),
    [
        ("pink_hair", ("hair_color", "pink")),
        ("blond hair", ("hair_color", "blonde")),
        ("Gray_Hair", ("hair_color", "grey")),
        ("twintails", ("twin_tail", "yes")),
        ("drill_hair", ("drill_hair", "yes")),
        ("hair_ribbon", ("ribbon", "yes")),
        ("closed_mouth", ("open_mouth", "no")),
        ("blue_eyes", ("eye_color", "blue")),
        ("golden_eyes", ("eye_color", "yellow")),
        ("long_hair", ("long_hair", "yes")),
        ("multicolored_hair", None),
        ("grey eyes", ("eye_color", "grey")),
        ("dark-skinned female", ("skin", "dark")),
        ("sky", None),
        ("light_purple_hair", ("hair_color", "purple")),
        ("dark-blue hair", ("hair_color", "blue")),
        ("light_brown_eyes", ("eye_color", "brown")),
        ("straw_hat", ("hat", "yes")),
        ("holding_hat", None),
        ("hand_on_own_hat", None),
        ("light_smile", ("smile", "yes")),
        ("black-framed_eyewear", ("glasses", "yes")),
        ("adjusting_eyewear", None),
        ("short_twintails", ("twin_tail", "yes")),
        ("", None),
    ],
)
def test_tags_of_boards_are_understood(tag: str, stated: tuple[str, str] | None) -> None:
    assert attribute_of_tag(tag) == stated


def test_an_attribute_stated_in_two_ways_stays_unknown() -> None:
    assert attributes_of_tags(["pink_hair", "blue_hair", "smile"]) == {"smile": "yes"}


def test_labels_that_are_no_attributes_keep_their_words() -> None:
    assert normalise_label("Character", "Cocoa Hoto") == ("character", "Cocoa Hoto")


def test_a_word_outside_the_vocabulary_is_unknown_and_not_invented() -> None:
    assert normalise_label("hair", "rainbow") == ("hair_color", "unknown")
    assert normalise_label("smile", "perhaps") == ("smile", "unknown")
    assert normalise_label("skin", "green") == ("skin", "unknown")
    assert normalise_label("skin", "Tan") == ("skin", "tan")
