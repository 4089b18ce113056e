"""Ways a change could fail, each derived from a cause that was found and something that lies behind it.

A cause is a finding, a symbol that others must now use differently, or a touched surface. What lies behind it is what
the impact reached through it. Where either is missing nothing is said: there is no sentence that fits every change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.ids import EvidenceId, RepoPath, SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, Dependent, Impact, Reached, ReachedKind
from weighbridge.domain.risk import FailureScenario
from weighbridge.domain.system import Surface, SurfaceKind

MOST: Final = 8
_NAMED: Final = 3
_OUTSIDE: Final = (
    ReachedKind.ENTRY_POINT,
    ReachedKind.OPERATION,
    ReachedKind.TOPIC,
    ReachedKind.TABLE,
    ReachedKind.TIER_ONE,
)
_GRAVE: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)
_BREAKS: Final = {
    ChangeDepth.REMOVED: "{name} is gone while {users} {lead} to it",
    ChangeDepth.SIGNATURE: "{name} is used differently now{signatures}; those that keep to the old way fail: {users}{sure}",
}
_SURFACES: Final = {
    SurfaceKind.RESOURCES: "{reason} ({path}) while {shared} share it",
    SurfaceKind.AUTHENTICATION: "{reason} ({path}): who may do what can come out otherwise for whoever calls {reached}",
    SurfaceKind.SCHEMA: "{reason} ({path}): {reached} fail between the deployment of the schema and that of the code",
    SurfaceKind.API_CONTRACT: "{reason} ({path}): callers of {reached} that were not updated are answered otherwise",
    SurfaceKind.SHARED_LIBRARY: "{reason} ({path}): one mistake shows in {reached} at once",
}


class _Behind(Struct, frozen=True, kw_only=True):
    """What was reached through one place, the outside world first."""

    reached: tuple[Reached, ...]

    @property
    def cites(self) -> tuple[EvidenceId, ...]:
        """The ids of what is named."""
        return tuple(one.evidence for one in self.reached[:_NAMED])

    def __str__(self) -> str:
        named = [
            f"{one.kind} {one.name}" if one.kind is not ReachedKind.OPERATION else one.name for one in self.reached
        ]
        return _listed(named)

    @property
    def counted(self) -> str:
        """`3 entry points (a, b, c)`."""
        kinds = dict.fromkeys(one.kind for one in self.reached)
        return " and ".join(_counted(kind, [r.name for r in self.reached if r.kind is kind]) for kind in kinds)


def scenarios(
    findings: Sequence[Finding],
    impact: Impact,
    *,
    surfaces: Sequence[Surface],
    users: Mapping[SymbolId, Sequence[Dependent]] | None = None,
) -> tuple[FailureScenario, ...]:
    """At most eight scenarios, the gravest first; none where nothing was found that something else leans on.

    `users` are the direct users of each definition by itself; without them, those that impact shows are counted.
    """
    found: dict[str, FailureScenario] = {}
    ordered = sorted(findings, key=lambda f: (f.severity.rank, f.confidence.rank, f.fingerprint))
    for scenario in (
        *_of_findings(ordered, impact),
        *_of_symbols(impact, users or {}),
        *_of_surfaces(surfaces, impact, told={finding.place.path for finding in ordered}),
    ):
        found.setdefault(scenario.words, scenario)
    return tuple(found.values())[:MOST]


def _of_findings(findings: Iterable[Finding], impact: Impact) -> Iterator[FailureScenario]:
    for finding in findings:
        if finding.severity not in _GRAVE:
            continue
        message = finding.message.strip().rstrip(".")
        behind = _behind(impact, finding.place.path, symbol=finding.place.symbol)
        if behind.reached:
            shared = "share it" if len(behind.reached) > 1 else "leans on it"
            told = "entry point" in message  # the finding counts what lies behind it by itself
            yield FailureScenario(
                words=f"{message} ({finding.place})" + ("" if told else f" while {behind.counted} {shared}"),
                cites=(finding.evidence, *behind.cites),
            )


def _of_symbols(impact: Impact, known: Mapping[SymbolId, Sequence[Dependent]]) -> Iterator[FailureScenario]:
    for changed in impact.changed:
        words = _BREAKS.get(changed.depth)
        users = known.get(changed.symbol)
        if users is None:
            users = [d for d in impact.dependents if d.distance == 1 and _leads_to(d, changed.symbol)]
        if words is None or not users or changed.is_inherited:
            continue
        seen = [user for user in users if user.certainty is Certainty.SEEN]
        differs = changed.before and changed.after and changed.before != changed.after
        behind = _behind(impact, symbol_path(changed.symbol), symbol=symbol_name(changed.symbol))
        yield FailureScenario(
            words=words.format(
                name=f"`{symbol_name(changed.symbol) or changed.symbol}`",
                signatures=f" (`{_cut(changed.before)}` became `{_cut(changed.after)}`)" if differs else "",
                users=_users(seen or users),
                lead=f"still lead{'s' if len(seen) == 1 else ''}" if seen else "may still lead, by the name alone,",
                sure="" if seen else ", if they are, which their names alone say",
            )
            + (f", on the way to {behind}" if behind.reached else ""),
            cites=(changed.evidence, *behind.cites),
        )


def _of_surfaces(surfaces: Iterable[Surface], impact: Impact, *, told: set[RepoPath]) -> Iterator[FailureScenario]:
    for surface in surfaces:
        words = _SURFACES.get(surface.kind)
        behind = _behind(impact, surface.path, symbol=surface.symbol)
        # A finding at the same place has said it already, and more exactly.
        if words is None or not behind.reached or surface.path in told:
            continue
        yield FailureScenario(
            words=words.format(
                reason=surface.reason.strip().rstrip("."), path=surface.path, reached=behind, shared=behind.counted
            ),
            cites=(surface.evidence, *behind.cites),
        )


def _behind(impact: Impact, path: RepoPath, *, symbol: str) -> _Behind:
    """What is reached through a symbol, or through any of a file's symbols where none is named."""
    wanted = symbol_id(path, symbol) if symbol else None
    found = [one for one in impact.reached if one.kind in _OUTSIDE and _passes(one, path, wanted=wanted)]
    unique = {(one.kind, one.name): one for one in reversed(found)}
    return _Behind(reached=tuple(sorted(unique.values(), key=lambda one: (_OUTSIDE.index(one.kind), one.name))))


def _passes(one: Reached, path: RepoPath, *, wanted: SymbolId | None) -> bool:
    ends = (end for edge in one.path for end in (edge.source, edge.target))
    if wanted is None:
        return any(symbol_path(end) == path for end in ends)
    # A method stands for its class here, and a class for its methods.
    return any(f"{end}.".startswith(f"{wanted}.") or f"{wanted}.".startswith(f"{end}.") for end in ends)


def _leads_to(dependent: Dependent, symbol: SymbolId) -> bool:
    return bool(dependent.path) and dependent.path[-1].target == symbol


def _users(users: Sequence[Dependent]) -> str:
    names = [f"`{symbol_name(user.symbol) or symbol_path(user.symbol)}`" for user in users]
    return f"{len(users)} {'user' if len(users) == 1 else 'users'} ({_listed(names)})"


def _counted(kind: ReachedKind, names: Sequence[str]) -> str:
    plural = str(kind) if len(names) == 1 else f"{kind}s"
    return f"{len(names)} {plural} ({_listed(names)})"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else flat[:79] + "…"
