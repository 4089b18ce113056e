"""An agent may do without asking what it had to ask for."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.changed import AgentFiles, PowersPair
from weighbridge.landscape.agents.files import SETTINGS, UNREAD
from weighbridge.landscape.agents.model import ALLOW, DENY, Powers
from weighbridge.landscape.agents.reach import severity_of, words_of
from weighbridge.landscape.agents.shifts import Shift, widened

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AgentFiles,),
    roles=(SETTINGS, UNREAD),
    weaknesses=(250, 732),
    tags=("agents",),
)
_MOST_TOLD: Final = 20
"""So many grants of one file are findings of their own; more are counted."""
_MOST_NAMED: Final = 8
_MOST_APART: Final = 3
"""So many of a middling reach are findings of their own; more are one."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each far-reaching grant that is new, and one for all others of a file."""
    files = case[AgentFiles]
    yield from files.unread
    for pair in files.pairs:
        found = [each for each in widened(pair.old, pair.new) if each.after == ALLOW and each.before != DENY]
        grave = [each for each in found if _severity(each) is not Severity.LOW]
        small = [each for each in found if _severity(each) is Severity.LOW]
        grave.sort(key=lambda each: _severity(each).rank)
        apart = [each for each in grave if _severity(each) is Severity.HIGH][:_MOST_TOLD]
        rest = grave[len(apart) :]
        if len(rest) > _MOST_APART:
            yield from _together(pair, rest, severity=_severity(rest[0]))
        else:
            apart += rest
        yield from (_finding(pair, each) for each in apart)
        yield from _together(pair, small, severity=Severity.LOW)
        yield from _only(pair, pair.old, new=pair.new)


def _finding(pair: PowersPair, each: Shift) -> Finding:
    who = f"`{each.grant.of}`" if each.grant.of else "agents"
    held = (
        f"; `{each.was.text}`, which had it asked for, is gone"
        if each.was is not None and each.was.text != each.grant.text
        else ""
    )
    side = Side.BASE if each.is_gone else Side.HEAD
    return RULE.finding(
        f"{who} may now {words_of(each.grant)} without asking{held}",
        pair.place(each.grant.line, side=side),
        anchor=f"{each.grant.of} {each.grant.kind} {each.grant.pattern}",
        severity=_severity(each),
    )


def _together(pair: PowersPair, found: list[Shift], *, severity: Severity) -> Iterator[Finding]:
    if not found:
        return
    far = "" if severity is Severity.LOW else " what reaches far"
    named = ", ".join(f"`{each.grant.text[:60]}`" for each in found[:_MOST_NAMED])
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    first = found[0]
    yield RULE.finding(
        f"agents may now use without asking{far}: {named}{more}",
        pair.place(first.grant.line, side=Side.BASE if first.is_gone else Side.HEAD),
        anchor=" ".join(each.grant.text for each in found),
        severity=severity,
    )


def _only(pair: PowersPair, old: Powers, *, new: Powers) -> Iterator[Finding]:
    """Of a list of the only tools that there are: what it lets in besides."""
    if old.only is None:
        return
    more = sorted(set(new.only) - set(old.only)) if new.only is not None else []
    said = "every tool" if new.only is None else ", ".join(f"`{each}`" for each in more[:_MOST_NAMED])
    if said:
        yield RULE.finding(
            f"agents have {said} now, and had only {', '.join(f'`{each}`' for each in old.only[:_MOST_NAMED])}",
            pair.place(0),
            anchor=f"only {said}",
            severity=Severity.MEDIUM,
        )


def _severity(each: Shift) -> Severity:
    if each.grant.kind == "folder":
        return Severity.MEDIUM if each.grant.pattern.startswith(("/", "~", "..", "$")) else Severity.LOW
    if each.grant.kind in ("unsandboxed", "shell by pattern"):
        return Severity.MEDIUM
    return severity_of(each.grant)
