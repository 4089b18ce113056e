"""How much a change is weighed at, by what it does to those that use what it changes."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import dependent, edge

from weighbridge.domain.gate import Level
from weighbridge.domain.ids import RepoPath, SymbolId
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Impact
from weighbridge.domain.outcomes import Coverage
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.level import level_of


def level(changed: ChangedSymbol, *, surfaces: tuple[Surface, ...] = ()) -> tuple[Level, tuple[str, ...]]:
    """The level of a change of one definition that another uses."""
    user = dependent("b.go#Ring", "shop", path=(edge("b.go#Ring", changed.symbol, line=9),))
    return level_of(
        PolicyDocument(
            change=usual_change(),
            provenance=Provenance(origin=Origin.UNKNOWN),
            findings=(),
            outcomes=(),
            coverage=Coverage(),
            impact=Impact(changed=(changed,), dependents=(user,)),
            risk=replace(usual_risk(), percentile=None),
            surfaces=surfaces,
        )
    )


def symbol(name: str, depth: ChangeDepth = ChangeDepth.SIGNATURE, *, is_inherited: bool = False) -> ChangedSymbol:
    return ChangedSymbol(symbol=SymbolId(name), kind="function", depth=depth, line=1, is_inherited=is_inherited)


@pytest.mark.parametrize("changed", [symbol("a.go#Sell"), symbol("a.go#Sell", ChangeDepth.REMOVED)])
def test_what_its_users_must_follow_is_a_medium_change(changed: ChangedSymbol) -> None:
    assert level(changed) == (Level.MEDIUM, ("changes a signature that something uses",))


@pytest.mark.parametrize(
    "changed",
    [
        symbol("a_test.go#open"),
        symbol("tests/parts.py#made", ChangeDepth.REMOVED),
        symbol("a.go#Till.Sell", ChangeDepth.REMOVED, is_inherited=True),
        symbol("a.go#Sell", ChangeDepth.BODY),
    ],
)
def test_what_only_tests_must_follow_or_nobody_is_not(changed: ChangedSymbol) -> None:
    assert level(changed)[0] is Level.LOW


def test_a_file_with_several_signs_is_named_once() -> None:
    surfaces = tuple(
        Surface(kind=SurfaceKind.GOVERNANCE, path=RepoPath(path), reason="it says who must approve")
        for path in ("CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    )

    assert level(symbol("a.go#Sell"), surfaces=surfaces)[1] == (
        "touches governance in CODEOWNERS, docs/CODEOWNERS: it says who must approve",
    )


def test_many_signs_of_one_surface_are_one_reason() -> None:
    surfaces = tuple(
        Surface(kind=kind, path=RepoPath(f"{number}.go"), reason=f"sign {number}")
        for kind in (SurfaceKind.AUTHENTICATION, SurfaceKind.SCHEMA)
        for number in range(1 if kind is SurfaceKind.SCHEMA else 5)
    )

    assert level(symbol("a.go#Sell"), surfaces=surfaces)[1] == (
        "touches authentication in 0.go, 1.go and 3 more: sign 0; sign 1, and 3 more",
        "touches schema in 0.go: sign 0",
    )
