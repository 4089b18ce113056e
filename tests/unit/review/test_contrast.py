"""Text can be read by people with weak sight, in the light and in the dark (WCAG 2.2, AA: 4.5 to 1)."""

import re

import pytest

from weighbridge.review.render.html import style

INK_ON = {
    "ink": ("page", "sheet", "sunken", "accent-wash"),
    "soft": ("page", "sheet", "sunken"),
    "accent": ("page", "sheet", "accent-wash"),
    "critical": ("sheet", "critical-wash"),
    "high": ("sheet", "high-wash"),
    "medium": ("sheet", "medium-wash"),
    "low": ("sheet", "low-wash"),
    "good": ("sheet", "good-wash"),
    "gained": ("gained-wash", "page"),
    "lost": ("lost-wash", "page"),
}


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def themes() -> dict[str, dict[str, str]]:
    light, _, rest = style().partition("@media screen and (prefers-color-scheme: dark)")
    return {"light": colours(light), "dark": colours(rest.partition("* {")[0])}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [(ink, ground) for ink, grounds in INK_ON.items() for ground in grounds])
def test_text_stands_out_from_its_ground(theme: str, ink: str, ground: str) -> None:
    palette = themes()[theme]
    assert contrast(palette[ink], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("line", ["strong-line", "soft", "accent", "critical", "high", "gained", "lost"])
def test_what_pictures_are_drawn_with_stands_out_too(theme: str, line: str) -> None:
    palette = themes()[theme]
    assert min(contrast(palette[line], palette[ground]) for ground in ("page", "sheet")) >= 3


def test_nothing_moves() -> None:
    assert not re.search(r"animation|transition|@keyframes|scroll-behavior", style())


def test_both_themes_name_the_same_colours() -> None:
    assert themes()["light"].keys() == themes()["dark"].keys()


def test_no_colour_is_used_that_is_not_named() -> None:
    body = style().partition("* {")[2]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b(?=\s*[;}])", body)) <= {"#ffffff"}
    assert set(re.findall(r"var\(--([\w-]+)\)", body)) - {"sans", "mono"} <= themes()["light"].keys()
