"""Why a gate is as it is, as a tree of lines for a terminal."""

from collections.abc import Iterator

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.reasons.reasons import ClauseReason, Reasons, RuleReason
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.sentences import STATE_WORDS

_SIGNS = {
    GateState.SATISFIED: "+",
    GateState.UNSATISFIED: "x",
    GateState.NOT_APPLICABLE: ".",
    GateState.OVERRIDDEN: "~",
    GateState.BYPASSED: "~",
    GateState.ERROR: "?",
}
_STYLES = {
    GateState.SATISFIED: "good",
    GateState.UNSATISFIED: "bad",
    GateState.NOT_APPLICABLE: "dim",
    GateState.OVERRIDDEN: "warn",
    GateState.BYPASSED: "warn",
    GateState.ERROR: "warn",
}


def reason_blocks(reasons: Reasons, *, rule: str = "") -> Iterator[Block]:
    """The gate, and rule by rule what came of it; `rule` alone where it is named."""
    gate = reasons.gate
    told = f"{gate.policy}: {STATE_WORDS[gate.state]}" + (", and only tells" if gate.report_only else "")
    yield Paragraph(text=told, style=_STYLES[gate.state])
    if not rule:
        yield Paragraph(text=f"{gate.level} change: {'; '.join(gate.reasons)}", label="Level")
        if reasons.others:
            yield Heading(text="Asked without a rule")
            yield from _others(reasons.others)
    said = frozenset() if rule else frozenset(gate.reasons)
    applying = [each for each in reasons.rules if not rule or each.rule == rule]
    for each in applying:
        if each.applies is not False:
            yield from _rule_blocks(each, said=said)
    quiet = [each for each in applying if each.applies is False]
    if quiet:
        yield Heading(text="Rules that do not apply")
        for each in quiet:
            yield Item(text=each.rule, mark=".", style="dim")
            yield from _clauses(each, depth=1)


def _others(requirements: tuple[Requirement, ...]) -> Iterator[Item]:
    """What is asked without a rule: what an environment asks together; a look says why it is one, each for itself."""
    for name, is_look in dict.fromkeys((each.rule, each.kind is RequirementKind.LOOK) for each in requirements):
        group = tuple(
            each for each in requirements if each.rule == name and (each.kind is RequirementKind.LOOK) is is_look
        )
        yield from _tree(group, 0, said=frozenset()) if is_look else _asked(group, said=frozenset())


def _asked(requirements: tuple[Requirement, ...], *, said: frozenset[str]) -> Iterator[Item]:
    """Requirements under the reasons that all of them have, each said once, and not again where it was `said`."""
    first, *more = requirements
    shared = [reason for reason in first.because if more and all(reason in each.because for each in more)]
    for reason in dict.fromkeys(shared):
        if reason not in said:
            yield _branch(f"because {reason}", 0, mark="|", style="dim")
    yield from _tree(requirements, 0, said=said.union(shared))


def _rule_blocks(reason: RuleReason, *, said: frozenset[str]) -> Iterator[Block]:
    match reason.applies:
        case CouldNotLook(detail=detail):
            told = f"whether it applies could not be told: {detail}"
        case None:
            told = "whether it applies is told when the gate is asked"
        case _:
            told = "applies" if reason.clauses else "applies to every change"
    yield Heading(text=f"{reason.rule} ({reason.source})" if reason.source else reason.rule)
    yield Paragraph(text=f"{told}{f': {reason.because}' if reason.because else ''}")
    yield from _clauses(reason, depth=0)
    if reason.requirements:
        yield from _asked(reason.requirements, said=said | {reason.because})
    elif reason.applies is True:
        yield Item(text="asks for nothing here", mark=".", style="dim")


def _clauses(reason: RuleReason, *, depth: int) -> Iterator[Item]:
    for number, clause in enumerate(reason.clauses):
        joint = ("and " if reason.joint == "all" else "or ") if number else "when "
        yield _branch(f"{joint}{clause.text} ({_came(clause)})", depth, mark="|", style="dim")


def _came(clause: ClauseReason) -> str:
    if isinstance(clause.holds, CouldNotLook):
        return f"could not look: {clause.holds.detail}"
    read = "; ".join(f"{name} is {value}" for name, value in clause.values)
    return ("holds" if clause.holds else "does not hold") + (f", {read}" if read else "")


def _tree(requirements: tuple[Requirement, ...], depth: int, *, said: frozenset[str]) -> Iterator[Item]:
    """Requirements with who met them, or why what was given does not count; parts stand below what they are part of."""
    for each in requirements:
        parts = bool(each.parts)
        words = {"all": "all of these", "any": "one of these", "at-least": each.ask.partition(" of: ")[0] + " of these"}
        ask = words.get(each.kind, each.ask) if parts else each.ask
        yield _branch(f"{ask}: {STATE_WORDS[each.state]}", depth, mark=_SIGNS[each.state], style=_STYLES[each.state])
        because = tuple(reason for reason in each.because if reason not in said)
        for label, lines in (("because", because), ("by", each.met_by), ("does not count:", each.not_counted)):
            yield from (_branch(f"{label} {line}", depth + 1, mark="|", style="dim") for line in lines)
        yield from _tree(each.parts, depth + 1, said=said.union(each.because))


def _branch(text: str, depth: int, *, mark: str, style: str = "") -> Item:
    return Item(text=text, mark=f"{'  ' * depth}{mark}", style=style)
