"""What a reader sees in a real browser: nothing is cut, nothing overlaps, all of it can be read, in the light and in the dark."""

from pathlib import Path

import pytest
from tests.acceptance.page.browser import Browser
from tests.conftest import RequireTool
from tests.samples.extremes import hostile, huge
from tests.samples.packages import usual
from tests.samples.tangled import tangled

from weighbridge.domain.package import ReviewPackage
from weighbridge.policy.reading.load import Source, load_policy, pack_names, pack_text
from weighbridge.review.render.html import render_html
from weighbridge.review.render.svg_policy import draw_policy

PACKAGES = {
    "usual": usual(),
    "tangled": tangled(),
    "huge": huge(files=60, symbols=300, copies=20),
    "long names": hostile("a_name.that/goes-on" * 9),
}


@pytest.fixture
def browser(tmp_path: Path, require_tool: RequireTool) -> Browser:
    return Browser(require_tool("chromium", "google-chrome"), tmp_path)


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES.keys())
def test_pictures_fit_and_can_be_read(browser: Browser, package: ReviewPackage) -> None:
    for width, found in browser.measured(render_html(package), widths=(400, 800, 1000, 1200, 1920)).items():
        assert found.pop("pictures") >= 3, width
        assert not any(found.values()), (width, found)


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES.keys())
def test_the_dark_page_can_be_read(browser: Browser, package: ReviewPackage) -> None:
    dark = render_html(package).replace("@media screen and (prefers-color-scheme: dark)", "@media screen")
    assert browser.measured(dark, widths=(1200,))["1200"]["faint"] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("pack", pack_names())
def test_a_policys_picture_fits_half_a_window(browser: Browser, pack: str, *, dark: bool) -> None:
    picture = draw_policy(load_policy([Source(data=pack_text(pack).encode(), path="p")]))
    shown = picture.replace("@media screen and (prefers-color-scheme: dark)", "@media screen") if dark else picture
    named = shown.replace("<svg ", '<svg class="sequence" ', 1)
    page = f'<!doctype html><body style="margin: 0">{named}</body>'

    for width, found in browser.measured(page, widths=(500, 1200)).items():
        assert found.pop("pictures") == 1, width
        assert not any(found.values()), (width, found)


def test_faint_words_are_noticed(browser: Browser) -> None:
    faded = render_html(usual()).replace("--soft: #5a6169", "--soft: #9aa1a9")
    assert browser.measured(faded, widths=(1200,))["1200"]["faint"]


def test_a_picture_that_is_too_small_is_noticed(browser: Browser) -> None:
    shrunk = render_html(usual()).replace("font-size: 12.5px", "font-size: 9px")
    assert browser.measured(shrunk, widths=(1200,))["1200"]["small"]
