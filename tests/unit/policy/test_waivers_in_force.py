"""Waivers that cover a finding are found as by holding it against each of them; and so it is told how each stands."""

from datetime import timedelta
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.findings import usual_findings
from tests.samples.record import NOW, THIS, voice
from tests.unit.policy.test_voices import DOCUMENT, PEOPLE

from weighbridge.domain.exceptions import ExceptionKind, KnownException
from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.record import Record, Waiver
from weighbridge.landscape.globs import PathGlobs
from weighbridge.policy.case import Case
from weighbridge.policy.in_force import known_exceptions
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Exceptions, Policy
from weighbridge.policy.waivers_in_force import WaiversInForce

RULES = ("x/one", "x/two", "y/one", "x/*", "*", "[xy]/one")
FOUND = usual_findings()[0].finding
globs = st.lists(st.sampled_from(("a", "b", "ab", "*", "**", "?", ".", "")), min_size=1, max_size=4).map("/".join)
paths = st.lists(st.sampled_from(("a", "b", "ab", "c.py")), min_size=1, max_size=4).map("/".join)


def waiver(number: int, *, rule: str, globs: list[str], prints: list[str]) -> Waiver:
    return Waiver(
        voice=voice(f"p{number % 3}", entry=number, at=NOW - timedelta(days=1)),
        rule=rule,
        reason=f"reason {number}",
        until=NOW + timedelta(days=number % 4 - 1),
        paths=tuple(globs),
        fingerprints=tuple(prints),
    )


waivers = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.lists(globs, max_size=3),
        st.lists(st.sampled_from((FOUND.fingerprint, "another")), max_size=2),
    ),
    max_size=8,
).map(lambda drawn: tuple(waiver(n, rule=r, globs=g, prints=f) for n, (r, g, f) in enumerate(drawn)))


def covers(waiver: Waiver, finding: Finding) -> bool:
    """The same, one by one."""
    if not fnmatchcase(finding.rule, waiver.rule):
        return False
    if waiver.fingerprints:
        return finding.fingerprint in waiver.fingerprints
    return PathGlobs(waiver.paths).matches(finding.place.path)


@given(waivers, st.sampled_from(RULES[:3]), paths)
def test_those_that_cover_a_finding_are_those_that_hold_it_one_by_one(
    given_: tuple[Waiver, ...], rule: str, path: str
) -> None:
    finding = replace(FOUND, rule=RuleId(rule), place=replace(FOUND.place, path=RepoPath(path)))

    found = WaiversInForce(given_).covering(finding)

    assert list(found) == [each for each in given_ if covers(each, finding)]


@given(waivers)
def test_each_stands_by_those_that_cover_the_very_same(given_: tuple[Waiver, ...]) -> None:
    rules = Exceptions(approval=ApprovalNeed(count=2, not_by=frozenset()), longest=timedelta(days=7))

    def stands(told: tuple[Waiver, ...]) -> list[KnownException]:
        policy = Policy(name="p", rules=(), waivers=rules)
        record = Record(waivers=told)
        case = Case(policy=policy, document=DOCUMENT, people=PEOPLE, record=record, subject=THIS, now=NOW)
        return [each for each in known_exceptions(case) if each.kind is ExceptionKind.WAIVER]

    def alike(one: Waiver) -> tuple[Waiver, ...]:
        return tuple(w for w in given_ if (w.rule, w.paths, w.fingerprints) == (one.rule, one.paths, one.fingerprints))

    together = {each.entry: each for each in stands(given_)}
    apart = {each.entry: each for one in given_ for each in stands(alike(one)) if each.entry == one.voice.entry}

    assert together == apart
