"""The one-line sentences that every rendering shares, so that no two of them can disagree.

They come back as plain text that may hold names from the repository: escape them for where they go.
"""

from collections.abc import Sequence
from typing import Final

from weighbridge.domain.change import Change, ChangeKind
from weighbridge.domain.findings import Severity
from weighbridge.domain.gate import Gate, GateState, Requirement
from weighbridge.domain.ids import RepoPath, SymbolId, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, Dependent, Edge, EdgeKind, Impact, ReachedKind
from weighbridge.domain.outcomes import Coverage
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.risk import Risk
from weighbridge.facts.roles import CODE
from weighbridge.landscape.test_files import is_test

ORIGIN_WORDS = {
    Origin.AI: "AI-assisted",
    Origin.MIXED: "partly AI-assisted",
    Origin.HUMAN: "human, attested",
    Origin.UNKNOWN: "unknown origin",
}
STATE_WORDS = {
    GateState.SATISFIED: "satisfied",
    GateState.UNSATISFIED: "not satisfied",
    GateState.NOT_APPLICABLE: "not applicable",
    GateState.OVERRIDDEN: "overridden",
    GateState.BYPASSED: "bypassed",
    GateState.ERROR: "could not decide",
}


BESIDES_TESTS = (
    ReachedKind.TIER_ONE,
    ReachedKind.ENTRY_POINT,
    ReachedKind.OPERATION,
    ReachedKind.TOPIC,
    ReachedKind.TABLE,
    ReachedKind.COMPONENT,
)
"""What is reached besides tests, the most important first."""

_SHORT = 10
_HEADS = {ChangeKind.STAGED: "what is staged", ChangeKind.WORKTREE: "the work tree"}


def count(number: int, one: str) -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {one if number == 1 else f'{one}s'}"


def listed(names: Sequence[str], limit: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def ordinal(number: float) -> str:
    """`1st`, `42nd`, `93rd`; the number is rounded down so that nothing is overstated."""
    whole = int(number)
    suffix = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{suffix}"


def named(symbol: SymbolId) -> str:
    """A symbol as people say it: its qualified name, or its path when it is a file's top level."""
    return symbol_name(symbol) or symbol_path(symbol)


def verb(edge: Edge) -> str:
    """How one symbol uses another, in a word: who calls what is overridden may run what overrides it."""
    return "may run" if edge.kind is EdgeKind.OVERRIDES else str(edge.kind)


def used(edge: Edge) -> str:
    """How one symbol uses another: `calls`; `requests GET /owners of` where that is by an address."""
    return f"{verb(edge)} {edge.what} of" if edge.what else verb(edge)


def change_size(change: Change) -> str:
    """`5 files, +120 -34, 2 commits`."""
    lines = f"+{change.lines_added:,} -{change.lines_removed:,}"
    commits = f", {count(len(change.commits), 'commit')}" if change.commits else ""
    return f"{count(len(change.files), 'file')}, {lines}{commits}"


def headline(decision: Decision) -> str:
    """Whose change it is, how large, and where: `AI-assisted change of 5 files, +120 -34, 2 commits in checkout`."""
    origin, places = decision.provenance.origin, decision.impact.changed_components
    who = f"{ORIGIN_WORDS[origin]} change" if origin is not Origin.UNKNOWN else "change"
    where = f" in {listed(places)}" if places else ""
    words = f"{who} of {change_size(decision.change)}{where}"
    return words[:1].upper() + words[1:]


def weighed_line(package: ReviewPackage) -> str:
    """What was weighed, as it was named and by commits: `main, its newest commit (0a1b2c3d4e..5f6a7b8c9d)`."""
    change, asked = package.decision.change, package.names.range_text
    base = change.base_commit[:_SHORT] if change.base_commit else "nothing"
    head = change.head_commit[:_SHORT] if change.head_commit else _HEADS.get(change.kind, "a tree")
    if change.kind in _HEADS:
        return f"{head}, on {base}"
    ends = f"{base}..{head}"
    if not asked:
        return ends
    if ".." in asked:
        return f"{asked} ({ends})"
    of_one = change.kind in (ChangeKind.COMMIT, ChangeKind.MERGE) or len(change.commits) == 1
    return f"{asked}, {'its newest commit alone' if of_one else 'what it adds'} ({ends})"


def severities(tallied: Sequence[tuple[Severity, int]]) -> str:
    """`2 critical, 1 high`."""
    return ", ".join(f"{number:,} {severity}" for severity, number in tallied)


def blast_radius(impact: Impact, coverage: Coverage | None = None, *, room: int = 0) -> str:
    """Who can notice, in one line; with `room` the fullest form that takes no more columns, if any does.

    `coverage` is that of a change: where some of its files were not read, nobody knows who notices what these do.
    """
    bound = "at least " if impact.truncated else ""
    code = [d for d in impact.dependents if not d.is_test]
    if not _is_noticed(impact):
        return f"unknown: {impact.truncated}" if impact.truncated else _fitting(_unnoticed(impact, coverage), room)
    seen = [d for d in code if d.certainty is Certainty.SEEN]
    short = f"{bound}{count(len(code), 'dependent')}"
    told, placed = f"{short}{_inferred(len(code) - len(seen))}", _components(code, seen)
    tier_one = impact.names(ReachedKind.TIER_ONE)
    named_tier, counted_tier = (
        ([f"tier 1: {listed(tier_one)}"], [count(len(tier_one), "tier-1 component")]) if tier_one else ([], [])
    )
    kinds = (ReachedKind.ENTRY_POINT, ReachedKind.TABLE, ReachedKind.OPERATION, ReachedKind.TOPIC)
    rest = [count(len(names), kind) for kind in kinds if (names := impact.names(kind))]
    whole = [told + placed, short + placed, told, short]
    forms = [*([form, *named_tier, *rest] for form in whole), [short, *counted_tier, *rest]]
    return _fitting(["; ".join(form) for form in forms], room)


def _fitting(texts: Sequence[str], room: int) -> str:
    """The fullest of some forms, which come first, that takes no more columns than there are; any number where `room` is 0."""
    return next((text for text in texts if len(text) <= room), texts[-1]) if room else texts[0]


_LEFT_ALONE: Final = CODE | {"prose"}
"""The kinds of files whose dependents are followed, or that have none."""
_KINDS: Final = {"terraform": "Terraform", "sql": "SQL", "yaml": "YAML", "yml": "YAML", "json": "JSON"}


def _unnoticed(impact: Impact, coverage: Coverage | None) -> list[str]:
    """That nobody notices, as far as was read and is followed, in forms of which the fullest comes first."""
    files = coverage.files if coverage is not None else ()
    unread = len(files) - sum(file.examined for file in files)
    tests = count(len(impact.test_files), "test file") if impact.test_files else ""
    if untraced := [file.language for file in files if file.language not in _LEFT_ALONE]:
        return _untraced(untraced, count(len(files), "changed file"), tests=tests)
    whole = "no code depends on it" + (f" but {tests}" if tests else "")
    if not unread:
        return [whole]
    were = f"{unread:,} of {count(len(files), 'file')} {'was' if unread == 1 else 'were'} not"
    brief = f"only {tests} seen to depend on it" if tests else "nothing seen to depend on it"
    return [
        f"{whole}, as far as could be read: {were}",
        f"{brief}; {were} read",
        f"{tests or 'nothing seen'}; {unread:,} unread",
    ]


def _untraced(languages: Sequence[str], of_all: str, *, tests: str) -> list[str]:
    """That dependents are followed in code alone, where a change touches something else that others may depend on."""
    known = [_KINDS[each] for each in dict.fromkeys(languages) if each in _KINDS]
    kinds = listed([*dict.fromkeys(known), *(["others"] if set(languages) - _KINDS.keys() else [])])
    seen = f"no code but {tests} is seen to use it" if tests else "no code is seen to use it"
    return [
        f"{seen}; what else depends on {len(languages):,} of {of_all} ({kinds}) is not traced",
        f"{seen}; {len(languages):,} of {of_all} not traced",
        f"{tests or 'no user seen'}; {len(languages):,} not traced",
    ]


def _is_noticed(impact: Impact) -> bool:
    """Whether anything but tests notices what changed, as far as was looked."""
    used = any(not dependent.is_test for dependent in impact.dependents)
    return used or any(reached.kind is not ReachedKind.TEST for reached in impact.reached)


def calm_line(decision: Decision, risk: Risk) -> str:
    """That nothing needs attention, with what changed, what was looked at, who can notice all the same, and the tests to run."""
    coverage, impact = decision.coverage, decision.impact
    seen = "all examined" if coverage.examined == len(coverage.files) else f"{coverage} examined"
    changed = _changed_names(impact)
    parts = [
        f"{f'{changed} in ' if changed else ''}{change_size(decision.change)}, {seen}",
        *([blast_radius(impact)] if _is_noticed(impact) else []),
        *([guard(impact)] if guard(impact) else []),
        *(["risk not stated"] if risk.percentile is None else []),
    ]
    return f"Nothing needs attention: {'; '.join(parts)}."


def _changed_names(impact: Impact) -> str:
    """The definitions that changed in more than their text, what was there before what is new: `a`, `b` and 3 more.

    A class whose member changed is told by that member; tests are told by no names.
    """
    changed = [
        s for s in impact.changed if s.depth is not ChangeDepth.TEXT and symbol_name(s.symbol) and not s.is_inherited
    ]
    code = [s for s in changed if not is_of_tests(symbol_path(s.symbol), impact)]
    if changed and not code:
        return "tests alone"
    ordered = sorted(code, key=lambda s: s.depth is ChangeDepth.ADDED)
    names = list(dict.fromkeys(symbol_name(s.symbol) for s in ordered))
    inner = [name for name in names if not any(other.startswith(f"{name}.") for other in names)]
    return listed([f"`{name}`" for name in inner], 2)


def _components(code: Sequence[Dependent], seen: Sequence[Dependent]) -> str:
    """` in 3 components (1 inferred)`; empty when none is known."""
    all_of, seen_of = ({d.component for d in those if d.component} for those in (code, seen))
    return f" in {count(len(all_of), 'component')}{_inferred(len(all_of - seen_of))}" if all_of else ""


def _inferred(number: int) -> str:
    """How many of what was counted were concluded and not seen."""
    return f" ({number:,} inferred)" if number else ""


def is_of_tests(path: RepoPath, impact: Impact) -> bool:
    """Whether a changed file holds tests or serves only them."""
    return is_test(path) and path not in impact.in_use


def unguarded(impact: Impact) -> bool:
    """Whether behaviour changed, other than that of tests, which no test reaches."""
    depths = (ChangeDepth.BODY, ChangeDepth.SIGNATURE, ChangeDepth.REMOVED)
    deep = any(c.depth in depths and not is_of_tests(symbol_path(c.symbol), impact) for c in impact.changed)
    return deep and not impact.test_files and not impact.truncated


def guard(impact: Impact) -> str:
    """Which tests reach the change, in one line; empty when no behaviour changed."""
    if unguarded(impact):
        return "no test reaches this change: it is unguarded"
    tests = impact.test_files
    return f"{count(len(tests), 'test file')} to run: {listed(tests, 1)}" if tests else ""


_TELLING: Final = 75.0
"""A percentile from which on a change stands out although its files have no past, which only lowers it."""


def placed(risk: Risk) -> float | None:
    """Where the change stands, if that says anything: of files without a past a low percentile is no sign of little risk."""
    is_told = risk.percentile is not None and (not risk.is_without_past or risk.percentile >= _TELLING)
    return risk.percentile if is_told else None


def risk_line(risk: Risk) -> str:
    """Where the change stands among the repository's own, in one line, beside the plain baseline."""
    if risk.percentile is None:
        return f"not stated: {risk.refused or 'no history to compare with'}"
    added = ordinal(risk.baseline_percentile) if risk.baseline_percentile is not None else ""
    among = f"{count(risk.sample, 'change')}{' of code' if risk.is_among_code else ''}"
    if (percentile := placed(risk)) is None:
        beside = f"; added lines alone: {added} percentile of {among}" if added else ""
        return f"its files are new here, with no past to place it by{beside}"
    return f"{ordinal(percentile)} percentile of {among}{f'; added lines alone: {added}' if added else ''}"


def coverage_line(coverage: Coverage) -> str:
    """`Analysis: 5 of 5 files`."""
    return f"Analysis: {coverage}"


def provenance_line(provenance: Provenance) -> str:
    """The origin of the change in one line, with the agents named and how many commits stand in each state."""
    agents = f" ({listed(provenance.agents)})" if provenance.agents else ""
    states = [(origin, sum(c.origin is origin for c in provenance.commits)) for origin in Origin]
    present = [f"{number} {origin}" for origin, number in states if number]
    commits = f"; commits: {', '.join(present)}" if len(provenance.commits) > 1 else ""
    return f"{ORIGIN_WORDS[provenance.origin]}{agents}{commits}"


def because(need: Requirement, gate: Gate) -> str:
    """Why it is asked; what the gate says of the whole change is not repeated at each requirement."""
    if len(need.because) > 1 and set(need.because) <= set(gate.reasons):
        return f"it is a {gate.level} change"
    return "; ".join(need.because)


def gate_line(gate: Gate) -> str:
    """The gate's state and how much it still needs."""
    needs = f": {count(len(gate.open), 'thing')} still needed" if gate.open else ""
    report = " (report only: nothing is blocked)" if gate.report_only else ""
    return f"{STATE_WORDS[gate.state]}{needs}{report}"
