"""What the plans that were given say will be done."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.inputs import Input
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.facts.terraform.plan import Plan, read_plan
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.documents import Block, arguments_of, chosen_by_provider, documents_of
from weighbridge.landscape.infrastructure.pauses import pauses_of
from weighbridge.landscape.infrastructure.references import References


class GivenPlan:
    """One plan as it was given, read when somebody asks."""

    def __init__(self, given: Input) -> None:
        self._given = given

    @cached_property
    def plan(self) -> Plan | CouldNotLook:
        """What it says; why not."""
        data = self._given.data
        return data if isinstance(data, CouldNotLook) else read_plan(data)

    @property
    def place(self) -> Place:
        """How findings call it."""
        return Place(path=self._given.path)

    @property
    def read(self) -> Plan:
        """What it says; an empty plan where it could not be read."""
        return self.plan if isinstance(self.plan, Plan) else Plan()

    @cached_property
    def alterations(self) -> tuple[Alteration, ...]:
        """Everything that is done to resources, in the plan's order."""
        return tuple(self._alterations())

    def _alterations(self) -> Iterator[Alteration]:
        references: References | None = None
        arguments = arguments_of(self.read)
        documents = documents_of(self.read, arguments)
        taken = {id(each) for found in documents.values() for each in found.values()}
        put_off = {
            id(change): f"it is put off ({reason.replace('_', ' ') or 'no reason is told'}), and a later plan does it"
            for change, reason in self.read.deferred
        }
        for change in (*self.read.changes, *(each for each, _ in self.read.deferred)):
            is_nothing = change.action in (Action.NOTHING, Action.READ) and not change.is_data
            if is_nothing or id(change) in taken:
                continue
            dependents: tuple[str, ...] = ()
            if change.ends:
                references = references or References(self.read.configuration)
                dependents = references.dependents(change)
            yield Alteration(
                change=_settled(change, arguments),
                place=Place(path=self._given.path, symbol=change.address),
                is_planned=True,
                confidence=Confidence.MEDIUM if id(change) in put_off else Confidence.HIGH,
                note=put_off.get(id(change), ""),
                dependents=dependents,
                documents=documents.get(change.address, {}),
                pauses=pauses_of(change),
            )

    @property
    def unread(self) -> CouldNotLook | None:
        """Why it, or a part of it, could not be looked at."""
        if isinstance(self.plan, CouldNotLook):
            return self.plan
        if not self.plan.gaps:
            return None
        first = self.plan.gaps[0]
        details = "; ".join(gap.detail for gap in self.plan.gaps)
        return CouldNotLook(reason=first.reason, detail=details, remedy=first.remedy)


def _settled(change: ResourceChange, arguments: Mapping[Block, Mapping[str, Any]]) -> ResourceChange:
    """A change of which no policy is unknown that nobody wrote: its provider chooses one."""
    chosen = chosen_by_provider(change, arguments)
    if not chosen:
        return change
    return replace(change, unknown={name: each for name, each in change.unknown.items() if name not in chosen})
