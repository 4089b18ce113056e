"""Impact: everything that can notice a change, how, and how sure; its sum is the blast radius."""

from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, RepoPath, SymbolId, evidence_id, symbol_path


class Certainty(StrEnum):
    """How an edge is known."""

    SEEN = "seen"
    """Resolved through bindings, imports and types."""
    INFERRED = "inferred"
    """Concluded from a name, a receiver that could not be typed, or a convention."""


class EdgeKind(StrEnum):
    """How one symbol uses another."""

    CALLS = "calls"
    IMPORTS = "imports"
    INHERITS = "inherits"
    OVERRIDES = "overrides"
    REFERS = "refers to"
    TESTS = "tests the type of"
    CONTAINS = "contains"
    READS = "reads"
    WRITES = "writes"
    REQUESTS = "requests"
    PUBLISHES = "publishes"
    CONSUMES = "consumes"
    LOADS = "reads at run time"


class ChangeDepth(StrEnum):
    """How deep a changed symbol changed, which decides how far it is noticed."""

    TEXT = "text"
    """Comments, documentation, layout: nobody who runs it can notice."""
    BODY = "body"
    """What it does, behind an unchanged signature."""
    SIGNATURE = "signature"
    """How it is used: parameters, result, bases, decorators, visibility."""
    ADDED = "added"
    REMOVED = "removed"


class ChangedSymbol(Struct, frozen=True, kw_only=True):
    """A definition that differs between base and head."""

    symbol: SymbolId
    kind: str
    depth: ChangeDepth
    line: int
    before: str = ""
    after: str = ""
    """The signatures on either side, empty where it does not exist."""
    is_inherited: bool = False
    """Removed from a class that has it from another one above: its users use that one now."""

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this changed symbol by."""
        return evidence_id("changed", self.symbol, self.depth, self.before, self.after)


class Edge(Struct, frozen=True, kw_only=True):
    """`source` uses `target`: the source can notice when the target changes. `line` lies in the source's file.

    `what` is the route, such as `GET /owners`, where the source uses the target by requesting it.
    """

    source: SymbolId
    target: SymbolId
    kind: EdgeKind
    certainty: Certainty
    line: int
    what: str = ""


class Dependent(Struct, frozen=True, kw_only=True):
    """One symbol that can notice the change, with the path of edges by which it most likely does so, from it down to a changed symbol."""

    symbol: SymbolId
    distance: int
    certainty: Certainty
    """The weakest certainty on the path."""
    path: tuple[Edge, ...]
    component: str = ""
    is_test: bool = False


class ReachedKind(StrEnum):
    """What, besides code, a change reaches."""

    ENTRY_POINT = "entry point"
    TABLE = "table"
    OPERATION = "operation"
    TOPIC = "topic"
    COMPONENT = "component"
    TIER_ONE = "tier-1 component"
    TEST = "test"


class Reached(Struct, frozen=True, kw_only=True):
    """Something with a name of its own that the change reaches: which, through which path, how sure."""

    kind: ReachedKind
    name: str
    certainty: Certainty
    path: tuple[Edge, ...] = ()
    component: str = ""

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this reach by."""
        return evidence_id("reach", self.kind, self.name, *(f"{e.source}>{e.target}" for e in self.path))


class ComponentEdge(Struct, frozen=True, kw_only=True):
    """One component leans on another in head; `count` symbol-level edges, `is_new` when the base had none."""

    source: str
    target: str
    count: int
    certainty: Certainty
    is_new: bool = False


class Impact(Struct, frozen=True, kw_only=True):
    """What a change reaches. `truncated` says in words where the walk stopped; counts are then lower bounds."""

    changed: tuple[ChangedSymbol, ...] = ()
    dependents: tuple[Dependent, ...] = ()
    dependencies: tuple[Edge, ...] = ()
    reached: tuple[Reached, ...] = ()
    components: tuple[ComponentEdge, ...] = ()
    changed_components: tuple[str, ...] = ()
    truncated: str = ""
    in_use: tuple[RepoPath, ...] = ()
    """The changed files that lie among tests and are imported by production code."""

    def names(self, kind: ReachedKind) -> tuple[str, ...]:
        """The names of everything reached of one kind, in order, each once."""
        return tuple(dict.fromkeys(r.name for r in self.reached if r.kind is kind))

    @property
    def test_files(self) -> tuple[RepoPath, ...]:
        """The test files that can notice the change, nearest first."""
        tests = (d for d in self.dependents if d.is_test)
        return tuple(dict.fromkeys(symbol_path(d.symbol) for d in tests))
