"""The question asked of a reviewer says as a fact what was seen, and as what may be what a name alone speaks for."""

from msgspec.structs import replace
from tests.samples.packages import quiet
from tests.samples.parts import dependent, edge, reached

from weighbridge.domain.findings import Confidence, Finding, FindingState, Severity, WeighedFinding
from weighbridge.domain.ids import RepoPath, RuleId, SymbolId
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Dependent, Impact, Reached, ReachedKind
from weighbridge.domain.places import Place
from weighbridge.review.question import review_question

GONE = SymbolId("a.go#Box.Set")
CHANGED = SymbolId("a.go#Box.Get")


def symbol(name: SymbolId, depth: ChangeDepth, *, is_inherited: bool = False) -> ChangedSymbol:
    return ChangedSymbol(symbol=name, kind="method", depth=depth, line=3, is_inherited=is_inherited)


def user(name: str, of: SymbolId, *, inferred: bool = False) -> Dependent:
    return dependent(f"b.go#{name}", "shop", path=(edge(f"b.go#{name}", of, line=9, inferred=inferred),))


def asked(*changed: ChangedSymbol, users: tuple[Dependent, ...]) -> str:
    decision = quiet().decision
    return review_question(replace(decision, impact=Impact(changed=changed, dependents=users)))


def test_users_that_are_seen_are_stated() -> None:
    words = asked(symbol(GONE, ChangeDepth.REMOVED), users=(user("Ring", GONE), user("Guess", GONE, inferred=True)))

    assert words == "Box.Set is gone while Ring still uses it: what happens there now?"


def test_users_that_a_name_alone_speaks_for_are_not_stated_as_a_fact() -> None:
    words = asked(symbol(GONE, ChangeDepth.REMOVED), users=(user("Ring", GONE, inferred=True),))

    assert words == "Box.Set is gone, and by the name alone Ring may still use it: who has looked whether it did?"


def test_what_is_seen_is_asked_about_before_what_a_name_alone_speaks_for() -> None:
    changed = (symbol(GONE, ChangeDepth.REMOVED), symbol(CHANGED, ChangeDepth.SIGNATURE))

    words = asked(*changed, users=(user("Guess", GONE, inferred=True), user("Ring", CHANGED)))

    assert words == "Box.Get changed how it is used, but Ring did not change with it: does it still fit?"


def test_a_guessed_user_of_a_changed_signature_is_called_one_that_may_be() -> None:
    words = asked(symbol(CHANGED, ChangeDepth.SIGNATURE), users=(user("Ring", CHANGED, inferred=True),))

    assert words == (
        "Box.Get changed how it is used, and by the name alone Ring may use it: do those that do still fit?"
    )


def test_a_member_that_is_inherited_now_is_not_gone() -> None:
    assert "gone" not in asked(symbol(GONE, ChangeDepth.REMOVED, is_inherited=True), users=(user("Ring", GONE),))


def test_who_asks_for_tests_names_no_test() -> None:
    changed = (symbol(SymbolId("a_test.go#TestBox"), ChangeDepth.ADDED), symbol(CHANGED, ChangeDepth.BODY))

    assert asked(*changed, users=()) == "No test is seen to reach Box.Get: how was the new behaviour tried?"


FOUND = Finding(
    rule=RuleId("behaviour/effect-gained"),
    message="`Box.Get` reaches the network",
    place=Place(path=RepoPath("a.go"), line=3, symbol="Box.Get"),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    anchor="",
)


def entry(name: str, target: SymbolId, *, inferred: bool = False) -> Reached:
    return reached(ReachedKind.ENTRY_POINT, name, path=(edge("b.go#main", target, line=9, inferred=inferred),))


def asked_of(*known: Reached, found: bool = True) -> str:
    decision = replace(quiet().decision, impact=Impact(changed=(symbol(CHANGED, ChangeDepth.BODY),), reached=known))
    findings = (WeighedFinding(finding=FOUND, state=FindingState.NEW),) if found else ()
    return review_question(replace(decision, findings=findings))


def test_a_finding_is_asked_about_with_what_is_seen_to_reach_it() -> None:
    known = (entry("cli a", CHANGED, inferred=True), entry("cli long", CHANGED), entry("cli b", GONE))

    assert "the entry point cli long, which reaches it, still works" in asked_of(*known)
    assert "the entry point cli b, which reaches Box.Set, still works" in asked_of(entry("cli b", GONE))


def test_a_finding_is_asked_about_by_its_first_clause_for_the_rest_stands_with_it() -> None:
    said = replace(FOUND, message="`a: b` is gone: whoever reads it fails; by the sources", severity=Severity.HIGH)
    decision = replace(quiet().decision, findings=(WeighedFinding(finding=said, state=FindingState.NEW),))

    assert review_question(decision) == "`a: b` is gone (a.go:3): is this meant, and where is that written down?"


def test_what_a_name_alone_leads_to_a_finding_is_said_to_be_what_may() -> None:
    words = asked_of(entry("cli a", CHANGED, inferred=True))

    assert "the entry point cli a, which may reach it, as far as names tell, still works" in words


def test_an_entry_point_that_may_reach_the_change_is_asked_about_after_one_that_does() -> None:
    guessed = entry("cli a", CHANGED, inferred=True)

    assert asked_of(guessed, entry("cli b", CHANGED), found=False) == (
        "What does a caller of cli b (and 1 other entry point) see differently now that Box.Get has changed?"
    )
    assert asked_of(guessed, found=False) == (
        "cli a may reach Box.Get, as far as names tell: what would a caller see differently now that it has changed?"
    )
