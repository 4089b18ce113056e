"""How much a change is weighed at, with every reason for it.

What was seen, declared, or is told by the kind of file can make a change high. What only a word in a path or a name
suggests makes it medium at most: in a repository that nobody described, half of all changes have such a word.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import FindingState, Severity
from weighbridge.domain.gate import Level
from weighbridge.domain.ids import RepoPath, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, Impact, ReachedKind
from weighbridge.domain.paths import shortened
from weighbridge.domain.system import AreaLevel, Surface, SurfaceKind
from weighbridge.landscape.test_files import is_test
from weighbridge.policy.document import PolicyDocument

_HIGH_SURFACES: Final = frozenset(
    {
        SurfaceKind.AUTHENTICATION,
        SurfaceKind.INFRASTRUCTURE,
        SurfaceKind.SCHEMA,
        SurfaceKind.GOVERNANCE,
        SurfaceKind.RESOURCES,
    }
)
RISKY_PERCENTILE: Final = 90.0
"""Above this percentile of its repository's history a change is never weighed as low."""

_SHOWN: Final = 2
"""Files and signs of one kind of surface that are said; the package names all of them."""


def level_of(document: PolicyDocument) -> tuple[Level, tuple[str, ...]]:
    """The level and its reasons, the reasons of the highest level only."""
    found = list(_reasons(document))
    for level in (Level.HIGH, Level.MEDIUM):
        if words := tuple(dict.fromkeys(w for at, w in found if at is level)):
            return level, words
    return Level.LOW, ("nothing about it asks for more",)


def _reasons(document: PolicyDocument) -> Iterator[tuple[Level, str]]:
    for weighed in document.findings:
        if weighed.state is FindingState.NEW and weighed.finding.severity.rank <= Severity.MEDIUM.rank:
            serious = weighed.finding.severity.rank <= Severity.HIGH.rank
            yield (
                Level.HIGH if serious else Level.MEDIUM,
                f"a {weighed.finding.severity} finding: {weighed.finding.rule}",
            )
    yield from _of_surfaces(document)
    if isinstance(document.impact, Impact):
        yield from _of_impact(document, document.impact)
    if words := rank_among_changes(document):
        yield Level.MEDIUM, words


def _of_surfaces(document: PolicyDocument) -> Iterator[tuple[Level, str]]:
    """One reason for each kind, with the first files and the first of what was seen of them."""
    told: dict[tuple[Level, SurfaceKind], list[Surface]] = {}
    for surface in document.surfaces:
        grave = surface.kind in _HIGH_SURFACES and surface.certainty is Certainty.SEEN
        told.setdefault((Level.HIGH if grave else Level.MEDIUM, surface.kind), []).append(surface)
    for (level, kind), found in told.items():
        places = _first_of((shortened(each.path) for each in found), between=", ", rest=" and {} more")
        reasons = _first_of((each.reason for each in found), between="; ", rest=", and {} more")
        yield level, f"touches {kind} in {places}: {reasons}"


def _first_of(words: Iterable[str], *, between: str, rest: str) -> str:
    """The first of some words, each once, and how many more there are."""
    named = list(dict.fromkeys(words))
    more = len(named) - _SHOWN
    return between.join(named[:_SHOWN]) + (rest.format(more) if more > 0 else "")


def signs_of_risk(document: PolicyDocument) -> Iterator[str]:
    """What, besides the surfaces it touches, speaks for a change being risky."""
    for weighed in document.findings:
        if weighed.state is FindingState.NEW and weighed.finding.severity.rank <= Severity.MEDIUM.rank:
            yield f"there is a {weighed.finding.severity} finding"
    if isinstance(document.impact, Impact):
        yield from (words for level, words in _of_impact(document, document.impact) if level is Level.HIGH)
    if words := rank_among_changes(document):
        yield words


def rank_among_changes(document: PolicyDocument) -> str:
    """That the change is among the riskiest of its repository, in words; texts that nobody runs never are."""
    percentile = document.risk.percentile
    if percentile is None or percentile < RISKY_PERCENTILE or _is_text_alone(document):
        return ""
    among = "newest changes of code" if document.risk.is_among_code else "changes"
    return f"riskier than {int(percentile)} % of this repository's {among}"


def _is_text_alone(document: PolicyDocument) -> bool:
    """Whether nobody who runs the code can notice: prose that none reads, and comments or layout of code that was wholly read.

    Code without a changed definition is no text: what changed in it is something that definitions do not tell.
    """
    impact = document.impact
    depths: dict[RepoPath, set[ChangeDepth]] = {}
    for symbol in impact.changed if isinstance(impact, Impact) else ():
        depths.setdefault(symbol_path(symbol.symbol), set()).add(symbol.depth)
    files = document.coverage.files
    return bool(files) and all(
        depths[file.path] == {ChangeDepth.TEXT} and file.examined if file.path in depths else file.language == "prose"
        for file in files
    )


def _of_impact(document: PolicyDocument, impact: Impact) -> Iterator[tuple[Level, str]]:
    noticeable = [s for s in impact.changed if s.depth is not ChangeDepth.TEXT]
    if not noticeable:
        return
    tiers = {component.name: component.tier for component in document.components}
    for name in impact.names(ReachedKind.TIER_ONE):
        tier = tiers.get(name)
        if tier is None or tier.declared:
            yield Level.HIGH, f"reaches tier-1 component {name}"
        else:
            yield Level.MEDIUM, f"reaches {name}, by its signs a tier-1 component ({tier.reason})"
    if others := impact.names(ReachedKind.COMPONENT):
        yield Level.MEDIUM, f"reaches {len(others)} other component{'s' if len(others) > 1 else ''}"
    for area in document.areas.values():
        if area.value is AreaLevel.HIGH:
            yield (Level.HIGH if area.declared else Level.MEDIUM), f"changes code of a high-level area ({area.reason})"
    breaking = (s for s in noticeable if s.depth in (ChangeDepth.SIGNATURE, ChangeDepth.REMOVED) and not s.is_inherited)
    if impact.dependents and not all(_is_of_tests(symbol_path(s.symbol), impact) for s in breaking):
        yield Level.MEDIUM, "changes a signature that something uses"


def _is_of_tests(path: RepoPath, impact: Impact) -> bool:
    return is_test(path) and path not in impact.in_use
