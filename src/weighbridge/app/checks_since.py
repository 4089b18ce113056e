"""The checks that a decision stands on, looked at again when something is to enter by it.

- Whoever reported one must still be allowed to.
- The newest word on each, by the times that reporters state, must still be a pass. Where conditions read what checks came
  to, that holds of every check, unless the gate was asked with that state of it.
- Approvals are carried over to another tree, checks are not: there they must have passed again.
- Where an entry lies says nothing: where ledgers are brought together, a decision may follow what it never saw.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from weighbridge.app.deeds import Decided, Deeds, Reported
from weighbridge.app.faults import Fault, FaultKind
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Status, StatusState
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.policy.statuses import newest_statuses


class ChecksSince(Struct, frozen=True, kw_only=True, dict=True):
    """A decision, what it relied on, and the tree that is to enter by it; `watches_all` where conditions read statuses."""

    deeds: Deeds
    settings: LedgerSettings
    now: datetime
    decided: Decided
    relied_on: frozenset[Digest]
    enters: ObjectId
    watches_all: bool = False

    def left(self, digests: Iterable[Digest]) -> Sequence[Digest]:
        """Those of `digests` that are of no report."""
        reports = {each.digest for each in self._heard}
        return [digest for digest in digests if digest not in reports]

    def faults(self) -> Iterator[Fault]:
        """What keeps the decision from being acted upon."""
        here = self._believed(self._reports)
        believed = {each.digest for each in here}
        for each in self._counted:
            if each.digest not in believed:
                words = (
                    f"it relied on entry {each.entry}, where {each.said.name} passed, and {each.signers or 'nobody'} may not"
                    " report it"
                )
                yield Fault(kind=FaultKind.TAKEN_BACK, words=words)
        names = {each.said.name for each in self._counted}
        heard = {(each.said.name, each.said.state) for each in self._heard}
        for name, newest in self._newest(here, self._tree).items():
            is_news = self.watches_all and (name, newest.state) not in heard
            if newest.state is not StatusState.PASSED and (name in names or is_news):
                yield Fault(kind=FaultKind.TAKEN_BACK, words=f"{name} is {newest.state} since (entry {newest.entry})")
        if self.enters != self._tree and (names or self.watches_all):
            yield from self._on_what_enters(names)

    def _on_what_enters(self, names: Collection[str]) -> Iterator[Fault]:
        newest = self._newest(self._believed(self.deeds.reported(self.enters)), self.enters)
        watched = newest.keys() if self.watches_all else ()
        for name in sorted({*names, *watched}):
            found = newest.get(name)
            if found is None or found.state is not StatusState.PASSED:
                came = (
                    "nothing was said of this tree" if found is None else f"it is {found.state} (entry {found.entry})"
                )
                words = f"{name} was {'counted' if name in names else 'looked at'} for an earlier form, and {came}"
                yield Fault(kind=FaultKind.CLOSED, words=words)

    @property
    def _tree(self) -> ObjectId:
        return self.decided.said.about.head_tree

    @cached_property
    def _reports(self) -> Sequence[Reported]:
        return self.deeds.reported(self._tree) if self.relied_on or self.watches_all else ()

    @cached_property
    def _heard(self) -> Sequence[Reported]:
        """What the gate was asked with."""
        return [each for each in self._reports if each.digest in self.relied_on and each.entry < self.decided.entry]

    @cached_property
    def _counted(self) -> Sequence[Reported]:
        """Of that what passed, on which it stands."""
        return [each for each in self._heard if each.said.state is StatusState.PASSED]

    def _believed(self, reports: Sequence[Reported]) -> Sequence[Reported]:
        return [each for each in reports if each.is_by(self.settings.reporters_of(each.said.name))]

    def _newest(self, believed: Sequence[Reported], tree: ObjectId) -> Mapping[str, Status]:
        return newest_statuses((each.status for each in believed), tree, now=self.now)
