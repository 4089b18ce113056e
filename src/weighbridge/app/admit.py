"""Admit a commit to an environment: only what a gate was satisfied for, as exactly that tree, may enter.

The rules, which the tests say sentence by sentence:

- What is compared is trees. A commit is a name; two commits of one tree are the same thing in production.
- A decision counts that a trusted writer signed, that says the gate was passed, for that environment, and that has not
  run out. One for no environment in particular counts where the environment asks for nothing of its own. Of several about
  one change the newest counts, for whichever of the two it is: a gate that closed is closed.
- What was changed since the last admitted tree must all have been decided: the decision's base is that tree, or a tree
  that another such decision leads to, and so on until the last admitted one is reached.
- Where nothing was admitted to the environment before, the chain begins at a tree that the protected branch itself had,
  and that is said: what nobody decided on can be the base of a change as well as anything else.
- Each statement that a decision relied on must still be believed, as often as it was said by then: a key that was revoked
  since takes its word back.
- Whatever cannot be read, or told, is no admission.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.marks import decided, saying
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.speak import Refusal
from weighbridge.ledger.statement import read_statement
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.policy.policy import Environment

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
    ledger: OpenLedger,
    tree: ObjectId,
    *,
    environment: Environment,
    now: datetime,
    last: ObjectId | None = None,
    is_protected: Callable[[ObjectId], bool],
) -> Admission:
    """Whether `tree` may enter; `last` is the tree that is there now, None where nothing was admitted. Raises `LedgerError`.

    `is_protected` tells whether the protected branch itself had a tree.
    """
    found: list[Link] = []
    seen: set[int] = set()
    wanted = tree

    def admission(missing: str = "", *remarks: str) -> Admission:
        return Admission(
            tree=tree, environment=environment.name, links=tuple(found), missing=missing, remarks=tuple(remarks)
        )

    while wanted != last or not found:
        if found and last is None and is_protected(wanted):
            words = f"nothing is known to be in {environment.name} yet: the chain begins at tree {wanted[:12]}"
            return admission("", f"{words} of the protected branch; --after says what is there")
        link = _best(_decisions(ledger, wanted), wanted, environment=environment, now=now)
        if isinstance(link, str):
            if found and last is None:
                link += "; and the protected branch never had that tree, so that nothing says what it holds"
            return admission(link)
        if untrue := _taken_back(ledger, link):
            return admission(untrue)
        if link.entry in seen or len(found) == LONGEST_CHAIN:
            return admission(
                f"the decisions go round in a circle at tree {wanted[:12]}: they lead to no tree that was admitted"
            )
        found.append(link)
        seen.add(link.entry)
        wanted = link.decision.about.base_tree
    return admission()


def _taken_back(ledger: OpenLedger, link: Link) -> str:
    """Why a decision no longer holds: a statement it relied on is not believed any more; empty when all are.

    Two people may have said the very same, which has one digest: then it takes both.
    """
    missing = Counter(link.decision.relied_on)
    why: dict[Digest, str] = {}
    for entry in ledger.find(saying(missing)) if missing else ():
        digest = read_envelope(entry.envelope).digest
        if digest not in missing or entry.index >= link.entry:
            continue
        heard = ledger.hear(entry)
        if isinstance(heard, Refusal):
            why[digest] = f"relied on entry {entry.index}, which is not believed any more: {heard.reason}"
        else:
            missing[digest] -= 1
    for digest, count in missing.items():
        if count > 0:
            return f"entry {link.entry} {why.get(digest, f'relied on {digest}, which the ledger does not hold')}"
    return ""


def _decisions(ledger: OpenLedger, tree: ObjectId) -> Iterator[Link]:
    """Every decision on a change that leads to this tree and that a trusted writer signed, in order."""
    for entry in ledger.find(decided(tree)):
        try:
            link = _link(ledger, entry, tree=tree)
        except LedgerError:
            continue  # what is no statement of ours decides nothing
        if link is not None:
            yield link


def _link(ledger: OpenLedger, entry: Entry, *, tree: ObjectId) -> Link | None:
    envelope = read_envelope(entry.envelope)
    statement = read_statement(envelope.payload)
    if statement.predicate_type != _DECISION or statement.ledger != ledger.origin:
        return None
    if statement.about is None or statement.about.head_tree != tree or not ledger.is_written(envelope):
        return None
    return Link(entry=entry.index, digest=envelope.digest, decision=statement.read_as(Decision))


def _best(links: Iterator[Link], tree: ObjectId, *, environment: Environment, now: datetime) -> Link | str:
    """The newest decision that lets `tree` enter, or why there is none."""
    newest: dict[tuple[str | None, ...], Link] = {}
    particular: dict[tuple[str | None, ...], Link] = {}
    for link in links:
        about = link.decision.about
        change = (about.base_tree, about.head_commit, about.proposal)
        if link.decision.environment in ("", environment.name):
            newest[change] = link
        if link.decision.environment == environment.name:
            particular[change] = link
    if not newest:
        return f"no decision on tree {tree[:12]} is on record: weigh the change with --record, once it is approved"
    passed = {change: link for change, link in newest.items() if link.decision.state in _PASSED}
    if not passed:
        link = max(newest.values(), key=_entry)
        return f"the gate of tree {tree[:12]} is {link.decision.state} (entry {link.entry}): see what it still needs"
    if environment.require or environment.approvals_last:
        meant = [particular[change] for change in passed if change in particular]
        if not (passing := [link for link in meant if link.decision.state in _PASSED]):
            return (
                f"the gate of tree {tree[:12]} was passed for no environment in particular, and {environment.name} asks for "
                f"more: weigh it with --record --environment {environment.name}"
            )
    else:
        passing = list(passed.values())
    fresh = [link for link in passing if link.decision.expires is None or now < link.decision.expires]
    if not fresh:
        entry = max(map(_entry, passing))
        return f"the decision on tree {tree[:12]} ran out (entry {entry}): ask its gate again"
    return max(fresh, key=_entry)


def _entry(link: Link) -> int:
    return link.entry
