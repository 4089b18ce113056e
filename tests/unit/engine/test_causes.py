"""Findings of one cause: the gravest stands, who is told in full by others points to it, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.findings import Cause, CausedFinding, Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place
from weighbridge.engine.causes import told_once

STOPS = (Severity.CRITICAL, Severity.HIGH)


def caused(
    line: int,
    *causes: tuple[str, int],
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
    is_more: bool = False,
    path: str = "a.sql",
) -> CausedFinding:
    return CausedFinding(
        rule=RuleId("sql/some"),
        message="it waits",
        place=Place(path=RepoPath(path), line=line),
        severity=severity,
        confidence=confidence,
        anchor=str(line),
        causes=tuple(Cause(key=(key,), weight=weight, is_more=is_more) for key, weight in causes),
    )


def stopping(found: list[Finding]) -> list[int]:
    return [each.place.line for each in found if each.severity in STOPS]


def test_a_finding_alone_is_as_it_was() -> None:
    (found,) = told_once([caused(1, ("a", 1))])

    assert type(found) is Finding
    assert (found.severity, found.message, found.related) == (Severity.HIGH, "it waits", ())


def test_the_heaviest_stands_and_the_others_are_its_places() -> None:
    found = told_once([caused(1, ("a", 1)), caused(2, ("a", 3)), caused(3, ("a", 2))])

    assert stopping(found) == [2]
    assert [each.place.line for each in found[1].related] == [1, 3]
    assert found[0].message == "it waits; one danger with line 2, which is told as the graver (sql/some)"


def test_of_what_stands_in_another_file_the_file_is_said() -> None:
    found = told_once([caused(1, ("a", 1)), caused(2, ("a", 3), path="b.sql")])

    assert "; one danger with b.sql:2," in found[0].message


def test_a_finding_of_two_causes_stands_where_one_is_told_graver_by_nobody() -> None:
    assert stopping(told_once([caused(1, ("a", 1), ("b", 1)), caused(2, ("a", 2))])) == [1, 2]


def test_a_finding_of_two_causes_is_told_in_full_by_two_others() -> None:
    found = told_once([caused(1, ("a", 1), ("b", 1)), caused(2, ("a", 2)), caused(3, ("b", 2))])

    assert stopping(found) == [2, 3]


def test_what_tells_of_more_stands_beside_what_is_heavier() -> None:
    assert stopping(told_once([caused(1, ("a", 1), is_more=True), caused(2, ("a", 2))])) == [1, 2]


def test_what_stops_nothing_takes_nothing_in() -> None:
    unsure = caused(1, ("a", 9), confidence=Confidence.LOW)
    lesser = caused(2, ("a", 9), severity=Severity.MEDIUM)

    assert stopping(told_once([unsure, lesser, caused(3, ("a", 1))])) == [1, 3]


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=3),
            st.sampled_from(Severity),
            st.sampled_from(Confidence),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_every_cause_of_which_a_finding_would_stop_a_change_still_has_one_that_does(
    made: list[tuple[list[tuple[str, int]], Severity, Confidence, bool]],
) -> None:
    given_findings = [
        caused(line, *causes, severity=severity, confidence=confidence, is_more=is_more)
        for line, (causes, severity, confidence, is_more) in enumerate(made, 1)
    ]

    found = told_once(given_findings)

    stands = {
        cause.key
        for each, told in zip(given_findings, found, strict=True)
        if told.severity in STOPS and told.confidence is not Confidence.LOW
        for cause in each.causes
    }
    stood = {
        cause.key
        for each in given_findings
        if each.severity in STOPS and each.confidence is not Confidence.LOW
        for cause in each.causes
    }
    assert stands == stood
