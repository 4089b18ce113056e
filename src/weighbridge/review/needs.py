"""What is still needed, short enough for a screen: alike things are said once, and all approvals in one sentence."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.gate import EXCEPTED, Gate, GateState, Requirement, RequirementKind, leaves
from weighbridge.review.sentences import STATE_WORDS, because
from weighbridge.review.standing import open_needs

_APPROVAL: Final = "an approval by "
_MOST_GIVERS: Final = 3
_TOLD_ABOVE: Final = frozenset(
    {RequirementKind.FINDINGS, RequirementKind.LOOK, RequirementKind.APPROVAL, RequirementKind.DOCUMENT}
)

_SAYS_WHAT_CAME: Final = frozenset({RequirementKind.CHECK, RequirementKind.LOAD_TEST, RequirementKind.TIME})
"""Kinds whose reasons say what a check came to, or since when something waits."""


class Need(Struct, frozen=True, kw_only=True):
    """One line of what is needed: `more` alike ones are not said, `because` is what the gate's reasons do not say.

    `given` is what was given for it so far, and what does not count.
    """

    state: GateState
    ask: str
    because: str = ""
    more: int = 0
    given: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Which rules ask for it, by the names that `override --rule` takes."""


def short_needs(gate: Gate) -> tuple[Need, ...]:
    """The gate's open requirements; where there are none, what could not be asked for."""
    needs = (*_looks_and_findings(gate), *_approvals(gate), *_documents(gate), *_others(gate))
    return needs or tuple(_not_asked(gate))


def _looks_and_findings(gate: Gate) -> Iterator[Need]:
    said: set[str] = set()
    for need, more in open_needs(gate, most_alike=1):
        if need.kind is RequirementKind.FINDINGS:
            if need.ask in said:  # two rules, the same findings
                continue
            said.add(need.ask)
            yield Need(state=need.state, ask=need.ask, more=more, rules=_rules(need, gate))
        elif need.kind is RequirementKind.LOOK:
            yield Need(state=need.state, ask=need.ask, because=_why(need, gate), more=more, rules=(need.rule,))


def _approvals(gate: Gate) -> Iterator[Need]:
    asked = [need for need in gate.open if need.kind is RequirementKind.APPROVAL]
    if len(asked) < 2:
        for need in asked:
            yield Need(
                state=need.state, ask=need.ask, because=_why(need, gate), given=tuple(_given(need)), rules=(need.rule,)
            )
        return
    people, given = [], []
    for need in asked:
        why = _why(need, gate)
        who = need.ask.removeprefix(_APPROVAL)
        people.append(who + (f" ({why})" if why else ""))
        given += [f"{who}: {words}" for words in _given(need)]
    ask = f"{len(asked)} approvals: {'; '.join(people)}"
    rules = tuple(dict.fromkeys(need.rule for need in asked))
    yield Need(state=GateState.UNSATISFIED, ask=ask, given=tuple(dict.fromkeys(given)), rules=rules)


def _documents(gate: Gate) -> Iterator[Need]:
    said: set[str] = set()
    for need in gate.open:
        if need.kind is RequirementKind.DOCUMENT and need.ask not in said:  # several rules may ask for the same one
            said.add(need.ask)
            given = tuple(_lacking(need))
            yield Need(
                state=need.state,
                ask=need.ask.partition(":")[0],
                because=_why(need, gate),
                given=given,
                rules=_rules(need, gate),
            )


def _rules(need: Requirement, gate: Gate) -> tuple[str, ...]:
    """Whose requirement it is: of all rules that ask for the very same, which is said once."""
    return tuple(dict.fromkeys(each.rule for each in gate.open if (each.kind, each.ask) == (need.kind, need.ask)))


def _lacking(need: Requirement) -> Iterator[str]:
    """What a document that was found lacks, each thing without what mends it."""
    lacking: dict[str, list[str]] = {}
    for words in need.not_counted:
        source, _, lacks = words.partition(": ")
        lacking.setdefault(source, []).append(lacks.partition(";")[0])
    for source, problems in lacking.items():
        more = "; and more, which `weighbridge policy explain` tells" if len(problems) > _MOST_GIVERS else ""
        yield f"does not count: {source}: {'; '.join(problems[:_MOST_GIVERS])}{more}"


def _given(need: Requirement) -> Iterator[str]:
    """Who gave what is not enough yet, and what does not count, in one line."""
    parts = list(leaves([need]))
    lists = (
        ("have", need.met_by or [words for each in parts for words in each.met_by]),
        ("does not count", need.not_counted or [words for each in parts for words in each.not_counted]),
    )
    told = [f"{label}: {_few(dict.fromkeys(words))}" for label, words in lists if words]
    if told:
        yield "; ".join(told)


def _few(words: Collection[str]) -> str:
    more = f" and {len(words) - _MOST_GIVERS:,} more" if len(words) > _MOST_GIVERS else ""
    return "; ".join(list(words)[:_MOST_GIVERS]) + more


def _others(gate: Gate) -> Iterator[Need]:
    """Code owners, checks, times and what combines needs; what a check came to, and why something could not be told."""
    for need, more in open_needs(gate, most_alike=1):
        if need.kind not in _TOLD_ABOVE:
            told = [why for why in dict.fromkeys(_told(need)) if why not in gate.reasons]
            yield Need(state=need.state, ask=need.ask, because="; ".join(told), more=more, rules=(need.rule,))


def _told(need: Requirement) -> Iterator[str]:
    if need.state is GateState.ERROR or (need.is_open and need.kind in _SAYS_WHAT_CAME):
        yield from need.because
    for part in need.parts if need.state is GateState.ERROR else ():
        yield from _told(part)


class Met(Struct, frozen=True, kw_only=True):
    """One line of what no longer stands in the way: it is there, or it was taken away, which the words then begin with."""

    state: GateState
    words: str


def met(gate: Gate) -> Iterator[Met]:
    """What was asked for and is there, or passes without, with who gave it or let it pass."""
    for need in gate.requirements:
        if need.met_by and not need.is_open:
            ask = need.ask.partition(":")[0]
            words = f"{ask}: {_few(need.met_by)}"
            if need.state in EXCEPTED:
                how = STATE_WORDS[need.state]
                words = f"{how}: {ask}: {_few([words.removeprefix(f'{how} ') for words in need.met_by])}"
            yield Met(state=need.state, words=words)


def _not_asked(gate: Gate) -> Iterator[Need]:
    for need in gate.requirements:
        if need.state is GateState.NOT_APPLICABLE:
            yield Need(state=need.state, ask=f"{need.ask} is not asked for", because="; ".join(need.because))


def _why(need: Requirement, gate: Gate) -> str:
    return "" if need.because and set(need.because) <= set(gate.reasons) else because(need, gate)
