"""Admit a commit to an environment: only what a gate was satisfied for, as exactly that tree, may enter.

The rules, which the tests say sentence by sentence:

- What is compared is trees. A commit is a name; two commits of one tree are the same thing in production.
- A decision counts that a trusted writer signed, that says the gate was passed, for that environment or for none in
  particular, and that has not run out. One for none in particular does not count where the environment asks for more.
- Of several about one change the newest counts: a gate that closed is closed.
- What was changed since the last admitted tree must all have been decided: the decision's base is that tree, or a tree
  that another such decision leads to, and so on until the last admitted one is reached.
- Where nothing was admitted to the environment before, the chain must begin on the protected branch, and that is said.
- The tree that is there already may enter again by the decision on it alone. One that was there before may return, also
  when its decision ran out since: the admission that let it in must be on record, with decisions that are still believed.
- The statements that a decision relied on must still be believed and not have run out: a revoked key takes its word
  back, a rejection closes the gate until it is asked again, also one of an earlier form of the change.
- Glass that was broken lets it in until its review is overdue; who may review it is counted as at the gate.
- In a window that is closed nothing enters that was not decided within it, for that environment.
- Approvals carried over from another tree are a link where the policy lets them be.
- Whatever cannot be read, or told, is no admission.
"""

from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.app.deeds import Admitted
from weighbridge.app.faults import Fault
from weighbridge.app.held_against import Doubts
from weighbridge.app.links import Link, Shelf
from weighbridge.domain.ids import Digest, ObjectId

LONGEST_CHAIN: Final = 10_000


class Admission(Struct, frozen=True, kw_only=True):
    """Whether a tree may enter: the chain of decisions that proves it, newest first, or the first thing missing.

    `reached` is the tree at which the chain breaks off, where it does, and `fault` what keeps the nearest link to it from holding.
    """

    tree: ObjectId
    environment: str
    links: tuple[Link, ...] = ()
    missing: str = ""
    remarks: tuple[str, ...] = ()
    reached: ObjectId | None = None
    fault: Fault | None = None

    @property
    def is_admitted(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def digests(self) -> tuple[Digest, ...]:
        """The machines' statements that the proof is made of, newest first."""
        return tuple(digest for link in self.links for digest in link.digests)


class Ground(Struct, frozen=True, kw_only=True):
    """What an admission starts from: the trees that a chain may begin at, what is there now, and what was there before."""

    begins: Collection[ObjectId] = ()
    last: ObjectId | None = None
    admitted: Sequence[Admitted] = ()


def admit(doubts: Doubts, tree: ObjectId, *, ground: Ground) -> Admission:
    """Whether `tree` may enter, unless something is held against it. Raises `LedgerError`."""
    found = _search(tree, doubts=doubts, ground=ground)
    if found.is_admitted:
        return found
    return _returning(tree, doubts=doubts, ground=ground) or found


def _returning(tree: ObjectId, *, doubts: Doubts, ground: Ground) -> Admission | None:
    """The admission of a tree that was in the environment before, on the proof that it had then; None where it was not."""
    if tree == ground.last:
        return None
    for before in reversed(ground.admitted):
        links = _links_of(before, doubts.shelf) if before.tree == tree else ()
        if links and not any(doubts.of(link, returns=True) for link in links):
            words = f"it was in {doubts.terms.name} before: entry {before.entry} let it in"
            return Admission(tree=tree, environment=doubts.terms.name, links=links, remarks=(words,))
    return None


def _links_of(before: Admitted, shelf: Shelf) -> tuple[Link, ...]:
    """The links that an admission rested on, newest first; none where one of them is gone, or they lead elsewhere."""
    links: list[Link] = []
    missing = list(before.said.links)
    wanted = before.tree
    while missing:
        found = next((link for link in shelf.all_links(wanted) if set(link.digests) <= set(missing)), None)
        if found is None:
            return ()
        links.append(found)
        missing = [digest for digest in missing if digest not in found.digests]
        wanted = found.about.base_tree
    return tuple(links)


def _search(tree: ObjectId, *, doubts: Doubts, ground: Ground) -> Admission:
    """The shortest chain of links that hold, from `tree` to where it may begin; else how far the longest led."""
    name, shelf = doubts.terms.name, doubts.shelf
    begins = {ground.last} if ground.last else set(ground.begins)
    chains: dict[ObjectId, tuple[Link, ...]] = {tree: ()}
    waiting = deque([tree])
    nearest: tuple[tuple[Link, ...], ObjectId, Fault | None] | None = None
    while waiting:
        wanted = waiting.popleft()
        chain = chains[wanted]
        if len(chain) == LONGEST_CHAIN:
            break
        faults: list[Fault] = []
        before: list[ObjectId] = []
        for link in shelf.links(wanted):
            if fault := doubts.of(link):
                faults.append(fault)
                continue
            base = link.about.base_tree
            if base in begins or tree == ground.last:
                return Admission(
                    tree=tree, environment=name, links=(*chain, link), remarks=_remarks(link, name=name, ground=ground)
                )
            before.append(base)
            if base not in chains:
                chains[base] = (*chain, link)
                waiting.append(base)
        if not before and (nearest is None or len(chain) >= len(nearest[0])):
            nearest = chain, wanted, max(faults, key=lambda fault: fault.kind, default=None)
    if nearest is None:
        words = f"the decisions go round in a circle at tree {tree[:12]}: they lead to no tree that was admitted"
        return Admission(tree=tree, environment=name, missing=words, reached=tree)
    links, reached, fault = nearest
    missing = f"tree {reached[:12]}: {fault.words}" if fault else f"no decision on tree {reached[:12]} is on record"
    return Admission(tree=tree, environment=name, links=links, missing=missing, reached=reached, fault=fault)


def _remarks(link: Link, *, name: str, ground: Ground) -> tuple[str, ...]:
    if ground.last is not None:
        return ()
    return (f"nothing is known to be in {name} yet: the chain begins at tree {link.about.base_tree[:12]}",)
