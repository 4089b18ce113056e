"""The disclosure rule: what a project asks commits to say of an agent's part in them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Commit
from weighbridge.domain.provenance import CommitProvenance, Origin, ProvenanceEvidence, Source
from weighbridge.provenance.marks import shown
from weighbridge.provenance.message import take_apart
from weighbridge.provenance.patterns import match

_IN_THE_MESSAGE: Final = frozenset({Source.TRAILER, Source.BODY, Source.SUBJECT})


class Rule(StrEnum):
    """What is asked; projects differ, and several ban what others demand."""

    NONE = "none"
    REQUIRE = "require"
    """A commit whose other evidence names an agent says so in its message too."""
    FORBID = "forbid"
    """No message names an agent."""
    FORMAT = "format"
    """A commit that an agent had a part in says so in one trailer of a given form, and no agent signs off."""


class Disclosure(Struct, frozen=True, kw_only=True):
    """The rule in force; `trailer` and `form` speak for `format` only."""

    rule: Rule = Rule.NONE
    trailer: str = "Assisted-by"
    form: tuple[str, ...] = ("{agent}:{word}", "{agent}:{word} *")


def breaches(disclosure: Disclosure, pairs: Sequence[tuple[Commit, CommitProvenance]]) -> tuple[str, ...]:
    """How the commits break the rule, in words; a commit without any evidence cannot be said to break one."""
    return tuple(words for commit, found in pairs for words in _of_commit(disclosure, commit, found=found))


def _of_commit(disclosure: Disclosure, commit: Commit, *, found: CommitProvenance) -> Iterator[str]:
    marks = [e for e in found.evidence if e.says in (Origin.AI, Origin.MIXED)]
    told = [e for e in marks if e.source in _IN_THE_MESSAGE]
    short = commit.oid[:12]
    match disclosure.rule:
        case Rule.REQUIRE if marks and not told:
            yield f"{short} does not say that {_agents(marks)} took part; {_sources(marks)} does"
        case Rule.FORBID if told:
            yield f"{short} names {_agents(told)}: {told[0].detail}; this project asks for messages without it"
        case Rule.FORMAT if marks:
            yield from _format_breaches(disclosure, commit, marks=marks)


def _format_breaches(disclosure: Disclosure, commit: Commit, *, marks: list[ProvenanceEvidence]) -> Iterator[str]:
    lines = take_apart(commit.message).lines
    values = [line.value for line in lines if line.key.casefold() == disclosure.trailer.casefold()]
    wanted = f"`{disclosure.trailer}: {disclosure.form[0]}`"
    if not values:
        yield f"{commit.oid[:12]} names {_agents(marks)} without a trailer {wanted}"
    for value in values:
        if all(match(form, value) is None for form in disclosure.form):
            yield f"{commit.oid[:12]}: `{disclosure.trailer}: {shown(value)}` is not of the form {wanted}"
    for evidence in marks:
        if evidence.detail.casefold().startswith("trailer `signed-off-by:"):
            yield f"{commit.oid[:12]}: {evidence.agent} signed off; only a person can"


def _agents(marks: list[ProvenanceEvidence]) -> str:
    return ", ".join(sorted({e.agent for e in marks if e.agent})) or "an agent"


def _sources(marks: list[ProvenanceEvidence]) -> str:
    words = {
        Source.IDENTITY: "its author or committer",
        Source.NOTES: "a note",
        Source.AGENT_TRACE: "a trace",
        Source.CHECKPOINT: "a session's checkpoint",
    }
    return ", ".join(sorted({words.get(e.source, str(e.source)) for e in marks}))
