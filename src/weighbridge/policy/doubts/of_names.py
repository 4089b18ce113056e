"""Names that nothing here goes by: of analysis rules, environments and checks. Most are slips of the pen.

Rules are those of this installation. A family that it does not have may be a pack's of another machine or a scanner's
that the system declares: with such scanners it is left alone, and only what is like a known rule's name is doubted.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.conditions.asks import Question
from weighbridge.policy.conditions.compared import texts_compared
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.needs import FindingsNeed, ScannedNeed
from weighbridge.policy.policy import Policy, conditions_of, needs_of

_OF_RULES: Final = frozenset({"findings[].rule", "outcomes[].rule"})
_OF_ENVIRONMENTS: Final = "environment.name"


class KnownRules(Struct, frozen=True, kw_only=True):
    """The analysis rules there are, and whether the system declares scanners, which bring others."""

    names: tuple[str, ...]
    has_scanners: bool = False


def doubts_of_names(
    policy: Policy, rules: KnownRules | None, *, are_environments_known: bool = True
) -> Iterator[Doubt]:
    """What is asked of names that nothing goes by; of rules nothing where nobody looked which there are."""
    yield from _of_rules(policy, rules) if rules is not None else ()
    if are_environments_known:
        yield from _of_environments(policy)


def _of_rules(policy: Policy, rules: KnownRules) -> Iterator[Doubt]:
    for about, need in needs_of(policy):
        if isinstance(need, ScannedNeed):
            for glob in need.rules:
                yield from _rule(about, glob, rules=rules, comes_to="it never looks, so the gate cannot decide")
        elif isinstance(need, FindingsNeed):
            for glob in need.rules:
                yield from _rule(about, glob, rules=rules, comes_to="it finds nothing, so nothing is asked for")
    for about, condition in conditions_of(policy):
        for ask in condition.asks if isinstance(condition, Checked) else ():
            comes_to = "it never looks" if ask.question is Question.LOOKED else "it finds nothing"
            for glob in () if ask.question.is_of_paths else ask.patterns:
                yield from _rule(about, glob, rules=rules, comes_to=comes_to)
        for path, text in texts_compared(condition.text) if condition.reads & {"findings", "outcomes"} else ():
            if path in _OF_RULES:
                yield from _rule(about, text, rules=rules, comes_to="that holds of none")


def _rule(about: str, glob: str, *, rules: KnownRules, comes_to: str) -> Iterator[Doubt]:
    if any(fnmatchcase(name, glob) for name in rules.names):
        return
    families = {name.partition("/")[0] for name in rules.names}
    family = glob.partition("/")[0]
    close = nearest(glob, {*rules.names, *(f"{each}/*" for each in families)})
    if rules.has_scanners and family not in families and not close:
        return
    hint = (
        f"did you mean `{close}`?"
        if close
        else f"families are {', '.join(sorted(families))}; leave it where a pack that is not installed here brings it"
    )
    yield Doubt(about=about, message=f"no analysis is called `{glob}`: {comes_to}", remedy=hint, is_sure=True)


def _of_environments(policy: Policy) -> Iterator[Doubt]:
    known = policy.environments
    for freeze in policy.freezes:
        for name in sorted(freeze.environments - known.keys()):
            yield _environment(f"freeze {freeze.name}", name, known=tuple(known), comes_to="it closes nothing there")
    for about, condition in conditions_of(policy):
        for path, text in texts_compared(condition.text) if "environment" in condition.reads else ():
            if path == _OF_ENVIRONMENTS and text not in known:
                yield _environment(about, text, known=tuple(known), comes_to="that never holds")


def _environment(about: str, name: str, *, known: Sequence[str], comes_to: str) -> Doubt:
    close = nearest(name, known)
    there = f"there are {', '.join(known)}" if known else "state it under `environments`, of which there are none"
    return Doubt(
        about=about,
        message=f"no environment is called `{name}`: {comes_to}",
        remedy=f"did you mean `{close}`?" if close else there,
    )
