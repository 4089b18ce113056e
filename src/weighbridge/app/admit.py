"""Admit a commit to an environment: only what a gate was satisfied for, as exactly that tree, may enter.

The rules, which the tests say sentence by sentence:

- What is compared is trees. A commit is a name; two commits of one tree are the same thing in production.
- A decision counts that a trusted writer signed, that says the gate was passed, for that environment or for none in
  particular, and that has not run out. Of several about one change the newest counts: a gate that closed is closed.
- What was changed since the last admitted tree must all have been decided: the decision's base is that tree, or a tree
  that another such decision leads to, and so on until the last admitted one is reached.
- Where nothing was admitted to the environment before, the chain may begin anywhere, and that is said.
- The statements that a decision relied on must still be believed: a key that was revoked since takes its word back.
- Whatever cannot be read, or told, is no admission.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.marks import decided, saying
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.speak import Refusal
from weighbridge.ledger.statement import read_statement
from weighbridge.ledger.trusted_ledger import Entry

_PASSED: Final = frozenset({GateState.SATISFIED, GateState.OVERRIDDEN, GateState.BYPASSED})
_DECISION: Final = uri_of(Decision)
LONGEST_CHAIN: Final = 10_000


class Link(Struct, frozen=True, kw_only=True):
    """One decision that a proof rests on: which entry of the ledger it is, and what it decided."""

    entry: int
    digest: Digest
    decision: Decision


class Admission(Struct, frozen=True, kw_only=True):
    """Whether a tree may enter: the chain of decisions that proves it, newest first, or the first thing missing."""

    tree: ObjectId
    environment: str
    links: tuple[Link, ...] = ()
    missing: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def is_admitted(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def admit(
    ledger: OpenLedger, tree: ObjectId, *, environment: str, now: datetime, last: ObjectId | None = None
) -> Admission:
    """Whether `tree` may enter; `last` is the tree that is there now, None where nothing was admitted. Raises `LedgerError`."""
    found: list[Link] = []
    seen: set[int] = set()
    wanted = tree
    while wanted != last or not found:
        link = _best(newest_decisions(ledger, (wanted,)), wanted, environment=environment, now=now)
        if isinstance(link, str):
            if found and last is None:
                break
            return Admission(tree=tree, environment=environment, links=tuple(found), missing=link)
        if untrue := _taken_back(ledger, link):
            return Admission(tree=tree, environment=environment, links=tuple(found), missing=untrue)
        if link.entry in seen or len(found) == LONGEST_CHAIN:
            words = f"the decisions go round in a circle at tree {wanted[:12]}: they lead to no tree that was admitted"
            return Admission(tree=tree, environment=environment, links=tuple(found), missing=words)
        found.append(link)
        seen.add(link.entry)
        wanted = link.decision.about.base_tree
    remarks = () if last else (f"nothing is known to be in {environment} yet: the chain begins at tree {wanted[:12]}",)
    return Admission(tree=tree, environment=environment, links=tuple(found), remarks=remarks)


def _taken_back(ledger: OpenLedger, link: Link) -> str:
    """Why a decision no longer holds: a statement it relied on is not believed any more; empty when all are."""
    relied_on = set(link.decision.relied_on)
    if not relied_on:
        return ""
    for entry in ledger.find(saying(relied_on)):
        digest = read_envelope(entry.envelope).digest
        if digest in relied_on:
            relied_on.discard(digest)
            heard = ledger.hear(entry)
            if isinstance(heard, Refusal):
                return (
                    f"entry {link.entry} relied on entry {entry.index}, which is not believed any more: {heard.reason}"
                )
    return f"entry {link.entry} relied on {min(relied_on)}, which the ledger does not hold" if relied_on else ""


def _decisions(ledger: OpenLedger, trees: frozenset[ObjectId]) -> Iterator[Link]:
    """Every decision on a change that leads to one of these trees and that a trusted writer signed, in order."""
    for entry in ledger.find(frozenset().union(*map(decided, trees))):
        try:
            link = _link(ledger, entry, trees=trees)
        except LedgerError:
            continue  # what is no statement of ours decides nothing
        if link is not None:
            yield link


def _link(ledger: OpenLedger, entry: Entry, *, trees: frozenset[ObjectId]) -> Link | None:
    envelope = read_envelope(entry.envelope)
    statement = read_statement(envelope.payload)
    if statement.predicate_type != _DECISION or statement.ledger != ledger.origin:
        return None
    if statement.about is None or statement.about.head_tree not in trees or not ledger.is_written(envelope):
        return None
    return Link(entry=entry.index, digest=envelope.digest, decision=statement.read_as(Decision))


def newest_decisions(ledger: OpenLedger, trees: Iterable[ObjectId]) -> Sequence[Link]:
    """The newest decision on each change for each environment, of those that lead to one of `trees`. Raises `LedgerError`."""
    return _newest(_decisions(ledger, frozenset(trees)))


def _newest(links: Iterator[Link]) -> Sequence[Link]:
    """The newest decision on each change for each environment."""
    newest: dict[tuple[Subject, str], Link] = {}
    for link in links:
        newest[link.decision.about, link.decision.environment] = link
    return tuple(newest.values())


def _best(links: Sequence[Link], tree: ObjectId, *, environment: str, now: datetime) -> Link | str:
    """The newest decision that lets `tree` enter, or why there is none."""
    about = [link for link in links if link.decision.environment in ("", environment)]
    if not about:
        return f"no decision on tree {tree[:12]} is on record: weigh the change with --record, once it is approved"
    passed = [link for link in about if link.decision.state in _PASSED]
    if not passed:
        state = about[-1].decision.state
        return f"the gate of tree {tree[:12]} is {state} (entry {about[-1].entry}): see what it still needs"
    fresh = [link for link in passed if link.decision.expires is None or now < link.decision.expires]
    if not fresh:
        return f"the decision on tree {tree[:12]} ran out (entry {passed[-1].entry}): ask its gate again"
    return max(fresh, key=lambda link: link.entry)
