"""How likely it is that what uses a definition notices a change there.

A change travels along references, and each passes it on with a likelihood of its own: a call nearly always, a base
class's method that many classes override only as often as this one of them is meant. The likelihood of a path is the product
of its edges', that of a dependent its likeliest path's. It orders what is shown and says where a walk may stop; it never
turns something that was seen into something that is not there.
"""

from typing import Final

from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.sites import Site
from weighbridge.landscape.terms import is_asking
from weighbridge.landscape.values import Symbol

FAINT: Final = 0.02
"""Below this a dependent passes nothing on, and is named only where it uses the changed code itself."""

_SEEN: Final = {
    EdgeKind.CALLS: 0.95,
    EdgeKind.REFERS: 0.9,
    EdgeKind.INHERITS: 0.8,
    EdgeKind.OVERRIDES: 0.9,
    EdgeKind.CONTAINS: 0.9,
    EdgeKind.IMPORTS: 0.9,
    EdgeKind.TESTS: 0.7,
}
_INFERRED: Final = 0.6
"""What is left of a likelihood where the edge was concluded and not seen."""

MOST_SEEN: Final = max(_SEEN.values())
"""What any reference passes on at most."""

MOST_INFERRED: Final = _INFERRED * MOST_SEEN
"""What a reference that was concluded passes on at most, where it can mean nothing else."""


def passes_on(view: View, reference: Reference, *, site: Site) -> float:
    """The likelihood that the source of `reference` notices a change of the definition at `site`."""
    likelihood = _SEEN.get(reference.kind, 0.9)
    if reference.kind is EdgeKind.OVERRIDES:
        return likelihood / overriders(view, reference.source, site=site)
    return likelihood * (_INFERRED if reference.certainty is Certainty.INFERRED else 1) * reference.share


def overriders(view: View, ancestor: Symbol, *, site: Site) -> int:
    """About how many classes override the ancestor's member that `site` overrides, itself included; counted in files."""
    path, owner, name = site
    facts = view.landscape.facts(ancestor.path)
    above = facts.definitions[ancestor.index].parent if facts else 0
    if facts and is_asking(facts.definitions[above]):
        return max(1, len(view.evaluator.hierarchy.fit.types(Symbol(ancestor.path, above))))
    return max(1, len(view.evaluator.hierarchy.definers_below(Symbol(path, owner), name) - {ancestor.path}))
