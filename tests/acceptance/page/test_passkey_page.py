"""The page on which a passkey signs can be read by everybody, in every window, and does nothing but what it is for."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.acceptance.page.browser import Browser
from tests.conftest import RequireTool
from tests.samples.voices import approval

from weighbridge.ledger.envelope import Envelope
from weighbridge.review.render.passkey_page import Creation, Request, page_policy, render_creation, render_request
from weighbridge.review.statement_words import Row, words_of

WORDS = words_of(Envelope(payload=approval(writer="the laptop of Eve")).encoding)
EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u202e nimda"
LONG = Row(label="Proposal", value="a-name.that/goes-on" * 9)


def request(person: str = "eve@example.org") -> Request:
    return Request(site="localhost", person=person, words=WORDS, keys=("abcd",))


def creation(person: str = "eve@example.org") -> Creation:
    return Creation(site="localhost", person=person, challenge=b"c" * 32, user=b"u" * 32, is_attested=True)


PAGES = {
    "sign": render_request(request()),
    "sign a long one": render_request(
        replace(request("eve@" + "x" * 200), words=replace(WORDS, about=(*WORDS.about, LONG)))
    ),
    "make": render_creation(creation()),
}


def opened(page: str) -> str:
    """As it is once its script has looked round: nothing is hidden."""
    return (
        page.replace(' hidden=""', "")
        .replace("<details>", "<details open>")
        .replace(
            'id="told" role="status" tabindex="-1">',
            'id="told" role="status" tabindex="-1" class="bad">Nothing was signed.',
        )
    )


@pytest.fixture
def browser(tmp_path: Path, require_tool: RequireTool) -> Browser:
    return Browser(require_tool("chromium", "google-chrome"), tmp_path)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_everything_can_be_read_in_every_window(browser: Browser, page: str, *, is_dark: bool) -> None:
    shown = opened(page)
    if is_dark:
        shown = shown.replace("@media (prefers-color-scheme: dark)", "@media all")

    for width, found in browser.measured(shown, widths=(320, 400, 800, 1200)).items():
        assert (found["faint"], found["overflow"], found["unreachable"]) == ([], 0, []), (width, found)


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.mark.parametrize("render", [lambda: render_request(request(EVIL)), lambda: render_creation(creation(EVIL))])
def test_whatever_a_person_is_called_is_no_markup(render: object) -> None:
    assert callable(render)
    page = Elements(render())

    assert page.of("img") == []
    assert len(page.of("script")) == 1
    assert "\u202e" not in render()


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_nothing_comes_from_elsewhere_and_everything_has_a_name(page: str) -> None:
    elements = Elements(page)

    assert not re.search(r"(?:src|href|action)=\"(?!data:)", page)
    assert elements.of("html")[0]["lang"] == "en"
    assert [attributes["id"] for attributes in elements.of("button")] == ["go", "refuse"]
    assert len(elements.of("h1")) == len(elements.of("main")) == 1
    assert [attributes for _, attributes in elements.found if attributes.get("role") == "status"]
    assert not [attributes for _, attributes in elements.found if any(name.startswith("on") for name in attributes)]
    assert not [attributes for _, attributes in elements.found if "style" in attributes]


def test_its_policy_lets_nothing_in() -> None:
    policy = page_policy()

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https", "http").replace("sha256", "")


def test_it_shows_whose_signature_of_what_and_the_digits() -> None:
    page = re.sub(r"<[^>]+>", " ", PAGES["sign"])

    assert "eve@example.org" in page
    assert "Approve a change" in page
    assert WORDS.digest in page.replace(" ", "")
