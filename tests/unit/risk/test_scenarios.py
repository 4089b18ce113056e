"""Scenarios name a cause and what lies behind it; without both there is none."""

import pytest
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath, RuleId, SymbolId, symbol_id
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    Dependent,
    Edge,
    EdgeKind,
    Impact,
    Reached,
    ReachedKind,
)
from weighbridge.domain.places import Place
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.risk.scenarios import MOST, scenarios

ENGINE = RepoPath("db/engine.py")
POOL = symbol_id(ENGINE, "pool")


def edge(source: str, target: SymbolId = POOL) -> Edge:
    return Edge(source=SymbolId(source), target=target, kind=EdgeKind.CALLS, certainty=Certainty.SEEN, line=3)


def reached(name: str, kind: ReachedKind = ReachedKind.ENTRY_POINT, *, through: SymbolId = POOL) -> Reached:
    return Reached(kind=kind, name=name, certainty=Certainty.SEEN, path=(edge("app.py#handler", through),))


def finding(message: str = "the pool shrinks from 50 to 10", *, symbol: str = "pool", path: str = ENGINE) -> Finding:
    return Finding(
        rule=RuleId("resources/pool"),
        message=message,
        place=Place(path=RepoPath(path), line=4, symbol=symbol),
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        anchor=message,
    )


def surface(kind: SurfaceKind = SurfaceKind.RESOURCES, *, symbol: str = "") -> Surface:
    return Surface(kind=kind, path=ENGINE, reason="the number of connections changes", symbol=symbol)


SHARED = Impact(reached=(reached("POST /pay"), reached("POST /refund"), reached("job nightly")))


def test_a_finding_is_told_with_what_shares_it_and_cites_all_of_it() -> None:
    (found,) = scenarios([finding()], SHARED, surfaces=())

    assert found.words == (
        "the pool shrinks from 50 to 10 (db/engine.py:4) while 3 entry points (POST /pay, POST /refund, job nightly) "
        "share it"
    )
    assert found.cites == (finding().evidence, *(one.evidence for one in SHARED.reached))


def test_one_that_leans_on_it_is_told_in_the_singular() -> None:
    (found,) = scenarios([finding()], Impact(reached=(reached("POST /pay"),)), surfaces=())

    assert found.words.endswith("while 1 entry point (POST /pay) leans on it")


@pytest.mark.parametrize(
    ("findings", "impact"),
    [
        ([], Impact()),
        ([], SHARED),
        ([finding()], Impact()),
        ([finding(symbol="other")], SHARED),
        ([finding(path="elsewhere.py")], SHARED),
        ([replace(finding(), severity=Severity.LOW)], SHARED),
        ([finding()], Impact(reached=(reached("tests/test_a.py", ReachedKind.TEST),))),
    ],
)
def test_without_a_cause_or_without_anything_behind_it_there_is_none(findings: list[Finding], impact: Impact) -> None:
    assert scenarios(findings, impact, surfaces=()) == ()


@pytest.mark.parametrize("symbol", ["", "pool", "pool.size"])
def test_a_finding_in_the_file_or_inside_the_symbol_is_linked_to_it(symbol: str) -> None:
    assert len(scenarios([finding(symbol=symbol)], SHARED, surfaces=())) == 1


def test_a_symbol_whose_name_only_begins_alike_is_not_linked() -> None:
    assert scenarios([finding(symbol="po")], SHARED, surfaces=()) == ()


def changed(depth: ChangeDepth, before: str = "pool(size)", *, after: str = "pool(size, name)") -> Impact:
    user = SymbolId("app/orders.py#create")
    return Impact(
        changed=(ChangedSymbol(symbol=POOL, kind="function", depth=depth, line=1, before=before, after=after),),
        dependents=(Dependent(symbol=user, distance=1, certainty=Certainty.SEEN, path=(edge(user),)),),
        reached=(reached("POST /pay"),),
    )


def test_a_changed_signature_names_who_uses_it_and_what_lies_behind() -> None:
    (found,) = scenarios([], changed(ChangeDepth.SIGNATURE), surfaces=())

    assert found.words == (
        "`pool` is used differently now (`pool(size)` became `pool(size, name)`); those that keep to the old way fail: "
        "1 user (`create`), on the way to entry point POST /pay"
    )
    assert found.cites[0] == changed(ChangeDepth.SIGNATURE).changed[0].evidence


def test_a_removed_symbol_names_who_still_leads_to_it() -> None:
    (found,) = scenarios([], changed(ChangeDepth.REMOVED, after=""), surfaces=())

    assert found.words.startswith("`pool` is gone while 1 user (`create`) still leads to it")


@pytest.mark.parametrize("depth", [ChangeDepth.BODY, ChangeDepth.TEXT, ChangeDepth.ADDED])
def test_a_symbol_that_is_used_as_before_breaks_nobody(depth: ChangeDepth) -> None:
    assert scenarios([], changed(depth), surfaces=()) == ()


def test_a_symbol_nobody_uses_breaks_nobody() -> None:
    assert scenarios([], replace(changed(ChangeDepth.REMOVED), dependents=()), surfaces=()) == ()


@pytest.mark.parametrize(
    "kind",
    [
        SurfaceKind.RESOURCES,
        SurfaceKind.AUTHENTICATION,
        SurfaceKind.SCHEMA,
        SurfaceKind.API_CONTRACT,
        SurfaceKind.SHARED_LIBRARY,
    ],
)
def test_a_touched_surface_is_told_with_what_lies_behind_it(kind: SurfaceKind) -> None:
    (found,) = scenarios([], SHARED, surfaces=[surface(kind)])

    assert "POST /pay" in found.words
    assert found.cites[0] == surface(kind).evidence


def test_a_surface_is_not_told_where_a_finding_says_it_more_exactly() -> None:
    assert len(scenarios([finding()], SHARED, surfaces=[surface()])) == 1


def test_a_surface_that_nothing_runs_through_is_not_told() -> None:
    assert scenarios([], SHARED, surfaces=[surface(SurfaceKind.BUILD_AND_DEPLOY), surface(symbol="other")]) == ()


def test_the_gravest_come_first_and_there_are_never_many() -> None:
    many = [finding(f"limit {n} is gone") for n in range(20)]
    worst = replace(finding("the check is gone"), severity=Severity.CRITICAL)

    found = scenarios([*many, worst], SHARED, surfaces=())

    assert len(found) == MOST
    assert found[0].words.startswith("the check is gone")


def used(*, inferred: bool = False, is_inherited: bool = False) -> Impact:
    """The pool is gone; one user of it is known."""
    certainty = Certainty.INFERRED if inferred else Certainty.SEEN
    use = replace(edge("app.py#handler"), certainty=certainty)
    user = Dependent(symbol=use.source, distance=1, certainty=certainty, path=(use,))
    gone = ChangedSymbol(symbol=POOL, kind="function", depth=ChangeDepth.REMOVED, line=4, is_inherited=is_inherited)
    return Impact(changed=(gone,), dependents=(user,))


def test_a_user_that_a_name_alone_speaks_for_is_called_one_that_may_be() -> None:
    (seen,) = scenarios([], used(), surfaces=())
    (guessed,) = scenarios([], used(inferred=True), surfaces=())

    assert seen.words == "`pool` is gone while 1 user (`handler`) still leads to it"
    assert guessed.words == "`pool` is gone while 1 user (`handler`) may still lead, by the name alone, to it"


def test_what_is_inherited_now_fails_nobody() -> None:
    assert scenarios([], used(is_inherited=True), surfaces=()) == ()
