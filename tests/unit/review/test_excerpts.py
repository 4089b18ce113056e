"""An excerpt shows the lines around a finding, never a secret, and never more than a reader can take in."""

import pytest
from msgspec.structs import replace
from tests.samples.findings import usual_findings
from tests.samples.packages import STORE

from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import RuleId
from weighbridge.review.excerpts import LONGEST, WIDEST, cut_excerpt
from weighbridge.review.rule_page import rule_help


def found(line: int, end: int = 0) -> Finding:
    finding = usual_findings()[2].finding
    return replace(finding, place=replace(finding.place, line=line, end_line=end))


def test_the_lines_around_the_place_are_cut_out() -> None:
    excerpt = cut_excerpt(found(8, 8), STORE)
    assert excerpt
    assert excerpt.first == 6
    assert excerpt.lines[2] == "    return create_engine(url, pool_size=10)"


def test_a_place_in_the_first_line_begins_at_the_first_line() -> None:
    excerpt = cut_excerpt(found(1), STORE)
    assert excerpt
    assert excerpt.first == 1


@pytest.mark.parametrize("line", [0, 99])
def test_a_place_outside_the_file_gives_nothing(line: int) -> None:
    assert cut_excerpt(found(line), STORE) is None


def test_a_secret_is_never_quoted() -> None:
    assert cut_excerpt(replace(found(8), rule=RuleId("secrets/private-key")), STORE) is None


def test_a_long_place_and_long_lines_are_cut() -> None:
    excerpt = cut_excerpt(found(5, 900), ("x" * 9000 + "\r\n") * 1000)
    assert excerpt
    assert len(excerpt.lines) == LONGEST
    assert {len(line) for line in excerpt.lines} == {WIDEST}


def test_a_page_gives_its_why_and_its_instead_but_no_case() -> None:
    said = rule_help(
        "# sql/x\n\nWhy.\n\n```sql\n## not a heading\n```\n\n## Do instead\n\nThis.\n\n## Let through\n\n### c\n"
    )
    assert said.why == "Why.\n\n```sql\n## not a heading\n```"
    assert said.instead == "This."


def test_a_page_without_a_remedy_is_its_why() -> None:
    assert rule_help("Only why.\n\n## Caught\n").markdown == "Only why."
