"""A whole policy as one text that a person can read: where each part comes from, and what is locked."""

from collections.abc import Iterator
from typing import Final

from weighbridge.policy.judge.times import spoken
from weighbridge.policy.policy import CarryOver, Policy, Rule
from weighbridge.policy.reading.layer import Layer
from weighbridge.policy.reading.load import Loaded
from weighbridge.review.policy_words import environment_words, exception_words, need_words
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.render.text.policy import policy_line, shown_path
from weighbridge.review.sentences import listed

_MANY: Final = 99
_KEYS: Final = {"break glass": "break_glass"}


def policy_blocks(loaded: Loaded) -> Iterator[Block]:
    """The policy from what blocks by itself to who people are."""
    policy = loaded.policy
    yield Heading(text=policy.name, level=1)
    yield Paragraph(text=policy_line(loaded).removeprefix(f"{policy.name}: "))
    yield Heading(text="What blocks by itself")
    for key, words in _fixed(policy):
        yield Item(text=f"{words}{_origin(key, loaded)}")
    yield Heading(text="Rules")
    if not policy.rules:
        yield Item(text="none: no change needs anybody's approval")
    for rule in policy.rules:
        yield from _rule(rule)
    if policy.environments:
        yield Heading(text="Environments")
        for name, environment in policy.environments.items():
            yield Item(text=f"{name}: {environment_words(environment)}{_origin('environments', loaded)}")
    if policy.freezes:
        yield Heading(text="Windows in which nothing passes")
        for freeze in policy.freezes:
            where = f" for {listed(sorted(freeze.environments), _MANY)}" if freeze.environments else ""
            unless = f", except where {freeze.except_when.text.strip()}" if freeze.except_when else ""
            span = f"{freeze.start:%Y-%m-%d %H:%M} to {freeze.end:%Y-%m-%d %H:%M} UTC"
            yield Item(text=f"{freeze.name}: {span}{where}{unless}")
    yield Heading(text="Exceptions")
    for name, words in exception_words(policy):
        yield Item(text=f"{name}: {words}{_origin(_KEYS.get(name, name), loaded)}")
    yield from _people(policy)


def _fixed(policy: Policy) -> Iterator[tuple[str, str]]:
    blocking = policy.blocking
    yield (
        "blocking",
        f"a new finding of {blocking.severity} severity or worse and {blocking.confidence} confidence or better",
    )
    if policy.blind:
        yield "could_not_look", f"what could not be looked at for being {listed(sorted(policy.blind), _MANY)}"
    if policy.delicate:
        yield "could_not_look", f"code that nothing reads, on {listed(sorted(policy.delicate), _MANY)}"
    yield "assurance", f"no approval counts that is less sure than {policy.least_assurance}"
    if policy.approvals_last:
        yield "approvals_last", f"approvals count for {spoken(policy.approvals_last)}"
    if policy.carry_over is CarryOver.NOTHING_ADDED:
        yield "carry_over", "approvals of an earlier form count where the later one adds nothing"
    stamps = policy.rubber_stamps
    if stamps.words_a_minute:
        yield (
            "rubber_stamps",
            f"another approver, where a page was read faster than {stamps.words_a_minute} words a minute",
        )
    if stamps.share:
        share = f"{stamps.share * 100:.0f} % of {stamps.least} AI-assisted changes or more"
        yield "rubber_stamps", f"another approver, where one person approves {share}"
    if stamps.batch:
        batch = f"{stamps.batch} changes or more within {spoken(stamps.within)}"
        yield "rubber_stamps", f"another approver, where one person approves {batch}"
    if policy.is_solo:
        yield "solo", "one person may do what takes two, which is put on record"
    if policy.report_only:
        yield "report_only", "nothing: the gate only tells"


def _rule(rule: Rule) -> Iterator[Item]:
    locked = ", locked" if rule.locked else ""
    locked += f", no exception by fewer than {rule.exceptions_by}" if rule.exceptions_by else ""
    yield Item(text=f"{rule.name} ({_source(rule.source)}{locked}){f': {rule.because}' if rule.because else ''}")
    when = " ".join(rule.when.text.split()) if rule.when is not None else ""
    yield Item(text=f"when {when}" if when else "always", mark="  |", style="dim")
    for need in rule.require:
        yield Item(text=need_words(need), mark="  >")


def _source(source: str) -> str:
    path, _, line = source.rpartition(":")
    return f"{shown_path(path)}:{line}" if path else source


def _origin(key: str, loaded: Loaded) -> str:
    """Which layer says so last, and which one keeps others from changing it."""
    stated = [layer for layer in loaded.layers if key in layer.marks]
    locking: list[Layer] = [layer for layer in loaded.layers if key in layer.locked]
    parts = [f"{shown_path(stated[-1].path)}:{stated[-1].marks[key].line}"] if stated else []
    parts += [f"locked by {shown_path(locking[-1].path)}"] if locking else []
    return f" ({', '.join(parts)})" if parts else ""


def _people(policy: Policy) -> Iterator[Block]:
    people = policy.people
    groups = [("role", name, members) for name, members in people.roles.items()]
    groups += [("team", name, members) for name, members in people.teams.items()]
    if not (groups or people.handles or people.bots):
        return
    yield Heading(text="People")
    for kind, name, members in groups:
        yield Item(text=f"{kind} {name}: {listed(members, _MANY) if members else 'nobody'}")
    for handle, address in people.handles.items():
        yield Item(text=f"{handle} is {address}")
    if people.bots:
        yield Item(text=f"programs, whose word never counts: {listed(sorted(people.bots), _MANY)}")
