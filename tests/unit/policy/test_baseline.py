"""A baseline is written sorted and read back whole; what is none, or newer, is refused in words."""

import json

import pytest

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place
from weighbridge.policy.baseline import BaselineError, baseline_text, read_baseline


def finding(path: str, anchor: str = "x") -> Finding:
    return Finding(
        rule=RuleId("a/b"),
        message=f"{path} is bad",
        place=Place(path=RepoPath(path), line=3),
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        anchor=anchor,
    )


def test_what_is_written_is_read_back() -> None:
    findings = [finding("b.py"), finding("a.py"), finding("a.py", "y")]

    assert read_baseline(baseline_text(findings).encode(), "f") == {f.fingerprint for f in findings}


def test_the_order_of_findings_does_not_matter() -> None:
    findings = [finding("b.py"), finding("a.py"), finding("a.py", "y")]

    assert baseline_text(findings) == baseline_text(reversed(findings))


def test_a_finding_has_a_line_that_a_person_can_read() -> None:
    (line,) = [line for line in baseline_text([finding("a.py")]).splitlines() if "fingerprint" in line]

    assert json.loads(line)["message"] == "a.py is bad"


def test_a_baseline_of_nothing_is_one() -> None:
    assert read_baseline(baseline_text([]).encode(), "f") == frozenset()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"findings": 3}', b'{"findings": [{}]}', b"\xff", b"[" * 100_000, b'{"version": 0}']
)
def test_what_is_no_baseline_is_refused_with_the_way_out(data: bytes) -> None:
    with pytest.raises(BaselineError, match=r"weighbridge baseline --write"):
        read_baseline(data, ".weighbridge/baseline.json")


def test_a_newer_baseline_is_refused_as_newer() -> None:
    with pytest.raises(BaselineError, match="newer"):
        read_baseline(b'{"schema": "weighbridge/baseline", "version": 2, "findings": []}', "f")
