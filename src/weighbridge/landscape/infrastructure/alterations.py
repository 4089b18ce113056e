"""One resource that a change does something to, as a plan says it or as the sources let one expect."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.findings import Confidence
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.facts.terraform.changes import ResourceChange, Step
from weighbridge.landscape.infrastructure.kinds import Kind, kind_of
from weighbridge.landscape.infrastructure.realms import passing
from weighbridge.landscape.infrastructure.references import MOST_DEPENDENTS

_MOST_NAMED: Final = 4
_MOST_RELATED: Final = 10


class Tool(Struct, frozen=True, kw_only=True):
    """How whatever changes resources calls what it plans, and what it knows them by."""

    plan: str
    state: str

    def by_sources(self, *, is_beside_plan: bool) -> str:
        """How something was told that no plan tells, whether one was given or not."""
        return (
            f"read from the sources: the {self.plan} that was given does not say so"
            if is_beside_plan
            else f"read from the sources: no {self.plan} was given"
        )


TERRAFORM: Final = Tool(plan="plan", state="state")
CLOUDFORMATION: Final = Tool(plan="change set", state="stack")
NESTED_STACK: Final = "aws_cloudformation_stack"


class Alteration(Struct, frozen=True, kw_only=True):
    """What is done to one resource; `change` has the same form wherever it comes from."""

    change: ResourceChange
    place: Place
    is_planned: bool
    confidence: Confidence
    note: str = ""
    """What is to be added, in words: why it may be otherwise, or what was not done."""
    dependents: tuple[str, ...] = ()
    """The addresses of what refers to it, the nearest first; only where it is destroyed, and only where a plan says."""
    documents: Mapping[str, ResourceChange] = field(default_factory=dict)
    """The policy documents that its arguments come from, where these are known only when the plan is applied."""
    lines: tuple[tuple[str, int], ...] = ()
    """Where its arguments stand in the source."""
    tool: Tool = TERRAFORM
    pauses: tuple[tuple[Step, ...], ...] = ()
    """The paths of what stops it for a while by being otherwise, as far as that is known of its type."""
    folder: str = ""
    """The folder that declares it, where the sources say."""
    by: str = ""
    """The variable or local that makes the difference, where its own block did not change."""
    causes: Mapping[str, tuple[str, Place]] = field(default_factory=dict)
    """The same of its single arguments that differ, where another name than that makes the difference; and where that is set."""
    is_prevented: bool = False
    """Whether its block says, after the change, that Terraform must not destroy it."""
    is_beside_plan: bool = False
    """Whether a plan was given, and does not say what the sources do."""
    known: Kind | None = None
    """What it is known to hold, where its type does not tell."""
    is_name_taken: bool = False
    """Whether the one that is to take its place would have the same name while it is still there."""
    is_off: bool = False
    """Whether it is declared zero times wherever anything says how often, development left out."""
    is_carried: bool = False
    """Whether what it holds is written or computed in the sources, and can be made again."""
    named_in: str = ""
    """A file that still names what goes, where that was looked for."""
    loses_readers: bool = False
    """Whether whoever is known to name it goes with it."""
    outlives: str = ""
    """What of it is still there once it is gone, in words."""
    is_kept: bool = False
    """Whether that is all that it holds."""
    realm: str = ""
    """The folder that is for it, where that is no production's and one for production lies beside it."""
    is_unnamed: bool = False
    """Whether nothing in the sources referred to it, as far as that was looked for."""
    idle: str = ""
    """Why it does nothing for anything any more, in words that follow what it did."""
    taken_by: tuple[str, ...] = ()
    """What takes another value instead of the one that it made at random, and is there before and after."""
    rekeyed: Mapping[str, str] = field(default_factory=dict)
    """The keys or numbers of its instances that have another one now, as moves say; an empty one where they have another name."""
    is_renamed: bool = False
    """Whether the same is declared under another name."""

    @property
    def passing(self) -> str:
        """The part of the address of what is destroyed that was made for a while, as for one pull request; empty for all else."""
        return passing(self.change.address) if self.change.ends else ""

    @property
    def kind(self) -> Kind | None:
        """What its type is known to hold."""
        return self.known or kind_of(self.change.type)

    @property
    def lost(self) -> str:
        """What is lost with it, in words; of who relies on it, only where somebody may be left."""
        if self.kind is None:
            return ""
        if self.outlives and not self.is_carried:
            return self.outlives
        if self.taken_by:
            takers = f"{listed(f'`{each}`' for each in self.taken_by)} {'takes' if len(self.taken_by) == 1 else 'take'}"
            return f"another value is made instead, which {takers} from now on: whoever was handed the old one, or keeps it, fails"
        if self.is_carried:
            fails = f"; whoever reads it fails, and `{self.named_in}` still names it" if self.named_in else ""
            return f"its value stands in the sources, and can be made again{fails}"
        return self.kind.lost_alone if self.loses_readers else self.kind.lost

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        deposed = " (an older object that an earlier replacement left)" if self.change.deposed else ""
        return f"`{self.change.address}`{deposed}"

    @property
    def caveat(self) -> str:
        """What a reader must know of how it was told; empty for a plan."""
        said = f"; {self.note}" if self.note else ""
        said += f"; `{self.passing}` is made for a while" if self.passing else ""
        return f"{said}; {self.by_sources}" if not self.is_planned else said

    @property
    def by_sources(self) -> str:
        """How it was told where no plan tells it."""
        return self.tool.by_sources(is_beside_plan=self.is_beside_plan)

    @property
    def reason(self) -> str:
        """Why, in words that follow a colon; empty where nothing says."""
        forced = forced_words(self)
        return f": {forced}" if forced else f": {self.change.why}" if self.change.why else ""

    @property
    def relying(self) -> str:
        """Who relies on it, in words; empty where nobody is known to."""
        many = len(self.dependents)
        if not many:
            return ""
        least = "at least " if many >= MOST_DEPENDENTS else ""
        more = f" and {least}{many - _MOST_NAMED:,} more" if many > _MOST_NAMED else ""
        named = ", ".join(f"`{each}`" for each in self.dependents[:_MOST_NAMED])
        return f"; {named}{more} {'refers' if many == 1 else 'refer'} to it"

    @property
    def related(self) -> tuple[RelatedPlace, ...]:
        """Who relies on it, as places."""
        return tuple(
            RelatedPlace(place=Place(path=self.place.path, symbol=each), message=f"`{each}` refers to it")
            for each in self.dependents[:_MOST_RELATED]
        )

    def caveat_of(self, *names: str) -> str:
        """The same as it is of the first of these arguments of which another name makes the difference."""
        cause = self._cause(names)
        return self.caveat if cause is None else self.caveat.replace(f"`{self.by}`", f"`{cause[0]}`")

    def _cause(self, names: tuple[str, ...]) -> tuple[str, Place] | None:
        return next((self.causes[name] for name in names if name in self.causes), None)

    def at(self, *names: str) -> Place:
        """Where the first of these arguments stands, or the name is set that makes the difference, where that is known; else the place of the whole."""
        cause = self._cause(names)
        if cause is not None:
            return cause[1]
        line = next((line for name in names for known, line in self.lines if known == name), 0)
        if not line:
            return self.place
        return Place(path=self.place.path, line=line, end_line=line, side=self.place.side, symbol=self.place.symbol)

    def anchor(self, *more: str) -> str:
        """What stays the same when lines move."""
        return " ".join((self.change.address, self.change.deposed, *more)).strip()


def forced_words(alteration: Alteration) -> str:
    """What forces a replacement, in words: the attributes, and their values where these may be shown."""
    change = alteration.change
    paths: dict[str, tuple[Step, ...]] = {}
    for path in change.forced_by:
        paths.setdefault(change.written(path), path)
    if not paths:
        return ""
    said = [_turn(change, path) for path in list(paths.values())[:_MOST_NAMED]]
    more = f" and {len(paths) - _MOST_NAMED} more change" if len(paths) > _MOST_NAMED else ""
    return f"{listed(said)}{more}, and that cannot be done in place"


def pause_words(alteration: Alteration) -> str:
    """What stops it for a while, in words; empty where nothing does."""
    return listed(_turn(alteration.change, path) for path in alteration.pauses[:_MOST_NAMED])


def _turn(change: ResourceChange, path: tuple[Step, ...]) -> str:
    values = change.shown(path)
    name = f"`{change.written(path)}`"
    return f"{name} goes from {values}" if values else f"{name} changes"


def listed(words: Iterable[str]) -> str:
    """The words in a row: "a, b and c"."""
    found = list(words)
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + f" and {found[-1]}" if found else ""
