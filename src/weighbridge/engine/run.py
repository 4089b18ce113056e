"""Runs rules on a case and turns what came of it into findings and outcomes.

A fact that could not be had, a rule that broke, a file nobody could read: each becomes an outcome with its reason, and
none is ever read as "clear".
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Finding, by_importance
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Outcome, OutcomeState, Reason
from weighbridge.domain.rule import Case, LoadedRule, Looks
from weighbridge.engine.causes import told_once

Provider = Callable[[], object]
"""Makes one fact, or says why it cannot: it may return a `CouldNotLook`."""


class Besides(Struct, frozen=True, kw_only=True):
    """A second role of a file, in which other rules judge it too, and why it could not be read in that one."""

    role: str
    missing: CouldNotLook | None = None


class Subjects(Struct, frozen=True, kw_only=True):
    """What rules judge: the changed files' roles, and why any of them could not be read."""

    roles: Mapping[RepoPath, str] = field(default_factory=dict)
    unread: Mapping[RepoPath, CouldNotLook] = field(default_factory=dict)
    besides: Mapping[RepoPath, Besides] = field(default_factory=dict)

    @property
    def all_roles(self) -> frozenset[str]:
        """Every role in which some file is judged."""
        return frozenset([*self.roles.values(), *(each.role for each in self.besides.values())])

    def of(self, roles: Sequence[str]) -> dict[RepoPath, CouldNotLook | None]:
        """The files that are judged in any of these roles, and why one could not be read in it."""
        found: dict[RepoPath, CouldNotLook | None] = {}
        for path, role in self.roles.items():
            second = self.besides.get(path)
            if role in roles:
                found[path] = self.unread.get(path)
            elif second is not None and second.role in roles:
                found[path] = second.missing
        return found


class Judgement(Struct, frozen=True, kw_only=True):
    """What all rules said."""

    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


class Facts:
    """The facts that rules may ask for, each made once and only when asked for; `further` finds what makes those of other types."""

    def __init__(
        self, providers: Mapping[type, Provider], further: Callable[[type], Provider | None] = lambda _: None
    ) -> None:
        self._providers = providers
        self._further = further
        self._made: dict[type, object] = {}

    def get(self, kind: type) -> object:
        """The fact of this type, or the `CouldNotLook` in its place."""
        if kind not in self._made:
            provider = self._providers.get(kind) or self._further(kind)
            missing = CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"no source of {kind.__name__} is configured")
            self._made[kind] = provider() if provider else missing
        return self._made[kind]

    def case(self, kinds: Iterable[type]) -> Case:
        """A case that holds these facts, each made when the rule asks for it."""
        return Case(_Declared(self, frozenset(kinds)))


class MissingFactError(Exception):
    """A rule asked for a fact that could not be had."""

    def __init__(self, missing: CouldNotLook) -> None:
        super().__init__(missing.detail)
        self.missing = missing


class _Declared(Mapping[type, object]):
    """The facts that one rule declared; what it does not ask for in this case is not made."""

    def __init__(self, facts: Facts, kinds: frozenset[type]) -> None:
        self._facts = facts
        self._kinds = kinds

    def __getitem__(self, kind: type) -> object:
        if kind not in self._kinds:
            raise KeyError(kind)
        fact = self._facts.get(kind)
        if isinstance(fact, CouldNotLook):
            raise MissingFactError(fact)
        return fact

    def __iter__(self) -> Iterator[type]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def run_rules(rules: Sequence[LoadedRule], head: Facts, *, base: Facts, subjects: Subjects) -> Judgement:
    """What `rules` say of the change; `base` serves the rules that look at a state and must not repeat old findings."""
    each = run_apart(rules, head, base=base, subjects=subjects)
    return replace(each, findings=tuple(sorted(told_once(each.findings), key=by_importance)))


def run_apart(rules: Sequence[LoadedRule], head: Facts, *, base: Facts, subjects: Subjects) -> Judgement:
    """The same, each finding as grave as it is by itself, whatever others tell of its cause."""
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for loaded in rules:
        mine = subjects.of(loaded.rule.roles)
        if loaded.rule.roles and not mine:
            outcomes.append(Outcome(rule=loaded.id, subject="", state=OutcomeState.NOT_APPLICABLE))
            continue
        said = _run(loaded, head)
        if loaded.rule.looks is Looks.STATE and not (said.missing and not said.found):
            said = _without_old(said, _run(loaded, base))
        findings += said.found
        outcomes += _outcomes(loaded, mine, said=said)
    return Judgement(findings=tuple(sorted(findings, key=by_importance)), outcomes=tuple(outcomes))


class _Said(Struct, frozen=True):
    """What a rule found, and what of the case it could not judge."""

    found: list[Finding]
    missing: list[CouldNotLook]


def _run(loaded: LoadedRule, facts: Facts) -> _Said:
    try:
        answer = loaded.check(facts.case(loaded.rule.reads))
        said = [answer] if isinstance(answer, CouldNotLook) else list(answer)
    except MissingFactError as error:
        return _Said([], [error.missing])
    except Exception as error:  # noqa: BLE001 - the boundary: a broken rule is an outcome, never a crash or a pass
        detail = f"the rule broke: {type(error).__name__}: {error}"
        return _Said(
            [], [CouldNotLook(reason=Reason.FAILED, detail=detail, remedy="report this as a defect of the rule")]
        )
    found = [replace(each, rule=loaded.id) for each in said if not isinstance(each, CouldNotLook)]
    return _Said(numbered(found), [each for each in said if isinstance(each, CouldNotLook)])


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with their occurrence counted among those that would else share a fingerprint, in order of lines."""
    seen: Counter[str] = Counter()
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.place.path, f.place.line, f.place.side)):
        first = replace(finding, occurrence=0).fingerprint
        found.append(replace(finding, occurrence=seen[first]))
        seen[first] += 1
    return found


def _without_old(said: _Said, old: _Said) -> _Said:
    """Where nothing of the base could be judged, nothing is known to be new."""
    if old.missing and not old.found:
        return _Said([], [*said.missing, *old.missing])
    known = {finding.fingerprint for finding in old.found}
    return _Said([each for each in said.found if each.fingerprint not in known], [*said.missing, *old.missing])


def _missing(loaded: LoadedRule, paths: Sequence[RepoPath], *, missing: CouldNotLook) -> list[Outcome]:
    state = OutcomeState.COULD_NOT_LOOK
    return [Outcome(rule=loaded.id, subject=s, state=state, missing=missing) for s in paths or (RepoPath(""),)]


def _outcomes(loaded: LoadedRule, subjects: Mapping[RepoPath, CouldNotLook | None], *, said: _Said) -> list[Outcome]:
    """Of a rule that could not judge something, no file is clear, unless it says which of them it was about."""
    hit = {finding.place.path for finding in said.found}
    unclear = [each for missing in said.missing for each in _unclear(loaded, subjects, missing=missing)]
    if not loaded.rule.roles and said.found:
        return [Outcome(rule=loaded.id, subject="", state=OutcomeState.FOUND), *unclear]
    if unclear:
        blind = {each.subject for each in unclear}
        left = {path: missing for path, missing in subjects.items() if path not in blind}
        found = [Outcome(rule=loaded.id, subject=path, state=OutcomeState.FOUND) for path in sorted(hit - left.keys())]
        return [*found, *unclear, *_one_by_one(loaded, left, hit=hit)]
    if not loaded.rule.roles:
        return [Outcome(rule=loaded.id, subject="", state=OutcomeState.CLEAR)]
    return _one_by_one(loaded, subjects, hit=hit)


def _unclear(
    loaded: LoadedRule, subjects: Mapping[RepoPath, CouldNotLook | None], *, missing: CouldNotLook
) -> list[Outcome]:
    if not isinstance(missing, NotRead):
        return _missing(loaded, tuple(subjects), missing=missing)
    paths = (missing.path,) if missing.path in subjects else tuple(subjects)
    return _missing(loaded, paths, missing=missing.plain)


def _one_by_one(
    loaded: LoadedRule, subjects: Mapping[RepoPath, CouldNotLook | None], *, hit: AbstractSet[RepoPath]
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for path, missing in subjects.items():
        if path in hit:
            outcomes.append(Outcome(rule=loaded.id, subject=path, state=OutcomeState.FOUND))
        if missing is not None:
            outcomes += _missing(loaded, [path], missing=missing)
        elif path not in hit:
            outcomes.append(Outcome(rule=loaded.id, subject=path, state=OutcomeState.CLEAR))
    return outcomes
