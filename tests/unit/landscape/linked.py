"""A small repository held in memory, linked: who refers to what, and what a change of it reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id
from weighbridge.domain.impact import Dependent, Impact
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.dispatch import implied_references
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.walk import WalkLimits, sites_of


class Silent:
    """Progress that nobody watches."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Nothing."""


def sight(base: Mapping[str, str], head: Mapping[str, str]) -> Sight:
    """The change from `base` to `head`, everything known of it made when asked for."""
    repository = MemoryRepository(_dedented(base), _dedented(head))
    change = repository.change(ChangeRequest())
    return Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silent(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )


@dataclass(frozen=True)
class Linked:
    """One tree with what refers to what in it."""

    view: View

    @classmethod
    def of(cls, files: Mapping[str, str]) -> "Linked":
        """The tree of these files."""
        landscapes = sight({}, files).landscapes
        assert isinstance(landscapes, Landscapes)
        return cls(landscapes.head)

    def users(self, path: str, name: str = "") -> set[str]:
        """`path#name` of every definition that refers to this one directly, by mention or by implication."""
        sites = sites_of(self.view, symbol_id(RepoPath(path), name))
        return {
            self._source(reference)
            for site in sites
            for reference in (*self.view.references.to(site), *implied_references(self.view, site))
        }

    def requesting(self, path: str, name: str) -> set[str]:
        """`path#name` of every definition that requests a route which this one handles."""
        sites = sites_of(self.view, symbol_id(RepoPath(path), name))
        return {self._source(reference) for site in sites for reference in self.view.requests.to(site)}

    def _source(self, reference: Reference) -> str:
        path, index = reference.source.path, reference.source.index
        names = self.view.evaluator.names(path)
        assert names is not None
        return str(symbol_id(path, names.facts.qualified_name(names.named_ancestor(index))))


def impact(base: Mapping[str, str], head: Mapping[str, str], *, limits: WalkLimits | None = None) -> Impact:
    """What the change from `base` to `head` reaches."""
    seen = sight(base, head)
    landscapes = seen.landscapes
    assert isinstance(landscapes, Landscapes)
    return measure_impact(landscapes, seen.code, limits=limits)


def dependents(found: Impact) -> dict[str, Dependent]:
    """The dependents by their names."""
    return {str(d.symbol): d for d in found.dependents}


def path_of(dependent: Dependent) -> list[SymbolId]:
    """The definitions on the way from a dependent down to the change, both included."""
    return [*(edge.source for edge in dependent.path), dependent.path[-1].target]


def _dedented(files: Mapping[str, str]) -> dict[str, str]:
    return {path: dedent(text).lstrip("\n") for path, text in files.items()}
