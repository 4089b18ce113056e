"""The HTML page: whole without network or script, readable by everyone, inert whatever a repository brings."""

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.packages import quiet, usual
from tests.unit.review.page import read

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RuleId
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.rule import LoadedRule, Rule
from weighbridge.review.render.html import render_html, style
from weighbridge.review.standing import new_findings
from weighbridge.review.visible import HIDDEN

PACKAGES = [usual(), quiet(), huge(files=120, symbols=500, copies=100), hostile("<b>&\"'")]
NAMES = ["usual", "quiet", "huge", "hostile"]
every_package = pytest.mark.parametrize("package", PACKAGES, ids=NAMES)


@every_package
def test_every_tag_is_closed_by_its_own(package: ReviewPackage) -> None:
    assert read(render_html(package)).unmatched == []


@every_package
def test_nothing_is_loaded_and_nothing_runs(package: ReviewPackage) -> None:
    page = read(render_html(package))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "base", "img", "audio", "video"}
    for _, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on") or key in {"style", "src", "srcset", "action"}]
        assert attributes.get("href", "#").startswith(("#", "data:image/svg+xml"))
    assert not re.search(
        r"@import|url\(",
        re.sub(r"url\(#[^)]*\)", "", "".join(re.findall(r"<style>(.*?)</style>", render_html(package), re.S))),
    )


def test_the_policy_admits_exactly_the_style_sheet_that_is_there() -> None:
    text = render_html(usual())
    sheet = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert sheet
    expected = base64.b64encode(hashlib.sha256(sheet.group(1).encode()).digest()).decode()

    policy = next(m["content"] for m in read(text).all("meta") if m.get("http-equiv"))

    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{expected}'" in policy
    assert "unsafe" not in policy


@every_package
def test_headings_descend_one_step_at_a_time(package: ReviewPackage) -> None:
    headings = read(render_html(package)).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


@every_package
def test_every_picture_has_words(package: ReviewPackage) -> None:
    assert read(render_html(package)).pictures_without_words() == []


@every_package
def test_every_link_leads_somewhere_on_the_page_and_every_id_is_its_own(package: ReviewPackage) -> None:
    page = read(render_html(package))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))
    links = {a["href"][1:] for a in page.all("a")}
    assert links <= set(ids)


@every_package
def test_everything_that_labels_something_exists(package: ReviewPackage) -> None:
    page = read(render_html(package))
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    labels = {name for _, a in page.elements for name in a.get("aria-labelledby", "").split()}
    assert labels <= ids


@every_package
def test_landmarks_language_and_table_headers_are_there(package: ReviewPackage) -> None:
    page = read(render_html(package))
    assert page.all("html")[0]["lang"] == "en"
    for landmark in ("main", "nav", "header", "footer"):
        assert page.all(landmark)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(header.get("scope") in {"col", "row"} for header in page.all("th"))


@every_package
def test_what_scrolls_can_be_reached_by_keyboard(package: ReviewPackage) -> None:
    page = read(render_html(package))
    scrolling = [a for tag, a in page.elements if a.get("class") == "scroll" or tag == "pre"]
    assert all(a.get("tabindex") == "0" for a in scrolling)


def test_the_page_keeps_the_promised_order() -> None:
    sections = [a["id"] for a in read(render_html(usual())).all("section")]
    assert sections == ["verdict", "changed", "map", "danger", "unexamined", "question", "reproduce"]


@every_package
def test_the_worst_findings_stand_in_the_opening_and_lead_to_their_cards(package: ReviewPackage) -> None:
    page = render_html(package)
    opening = page[page.index('id="verdict"') : page.index('id="changed"')]
    worst = new_findings(package.decision)

    for finding in worst[:3]:
        assert f'href="#{finding.evidence}"' in opening
    assert ('href="#danger"' in opening) == (len(worst) > 3)
    assert ('class="worst"' in opening) == bool(worst)


def test_how_lines_are_counted_is_said_where_they_are_counted() -> None:
    page = read(render_html(usual()))
    assert "git diff-tree -r --shortstat" in page.text
    assert "#lines" in {a["href"] for a in page.all("a")}


def test_an_underline_stands_clear_of_the_underscores_of_names() -> None:
    sheet = re.sub(r"\s+", " ", style())
    offset = re.search(r"a, summary \{ text-underline-offset: ([\d.]+)em; \}", sheet)
    assert offset
    assert float(offset[1]) >= 0.3
    assert sheet.count("text-underline-offset") == 1


def test_severity_tier_new_and_inferred_are_said_in_words() -> None:
    text = read(render_html(usual())).text
    for words in ("critical", "not satisfied", "tier 1", "new", "inferred", "Analysis: 5 of 6 files"):
        assert words in text


def test_a_rules_page_explains_its_findings() -> None:
    page = "# x\n\nBecause the data is gone.\n\n## Do instead\n\nUse `move`.\n\n## Caught\n\n### nothing of this\n"
    rule = LoadedRule(
        id=RuleId("infrastructure/recreates-environment"),
        rule=Rule(severity=Severity.HIGH, confidence=Confidence.HIGH, reads=()),
        check=lambda _: (),
        read_page=lambda: page,
    )
    text = read(render_html(usual(), rules={rule.id: rule})).text
    assert "Because the data is gone." in text
    assert "Use move." in text
    assert "nothing of this" not in text


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_stays_text(text: str) -> None:
    written = render_html(hostile(text))
    page = read(written)
    plain = read(render_html(hostile("plain")))
    assert not HIDDEN.search(written.replace("\n", ""))
    assert page.unmatched == []
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"wbr"}


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_at_all_stays_text(text: str) -> None:
    written = render_html(hostile(text))
    page = read(written)
    assert not HIDDEN.search(written.replace("\n", ""))
    assert page.unmatched == []
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe"}


def test_a_huge_change_makes_a_page_that_a_browser_can_still_open() -> None:
    assert len(render_html(huge())) < 4_000_000
