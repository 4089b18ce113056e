"""Which declared rules of the architecture a new use goes against."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.landscape.description import (
    ArchitectureRule,
    ForbiddenRule,
    IndependenceRule,
    LayerRule,
    PublicInterfaceRule,
    SystemDescription,
)
from weighbridge.landscape.drift import NewUse
from weighbridge.landscape.globs import PathGlobs


class Breach(Struct, frozen=True, kw_only=True):
    """A declared rule, and how a use goes against it."""

    rule: ArchitectureRule
    words: str


def breaches(new: NewUse, system: SystemDescription) -> Iterator[Breach]:
    """Every declared rule that a use between two components goes against."""
    for rule in system.architecture:
        match rule:
            case LayerRule():
                words = _against_layers(new, rule)
            case ForbiddenRule(sources=sources, targets=targets):
                is_broken = new.source in sources and new.target in targets
                words = f"{new.source} may not lean on {new.target}" if is_broken else ""
            case IndependenceRule(components=components):
                is_broken = new.source in components and new.target in components
                words = f"{new.source} and {new.target} are to know nothing of each other" if is_broken else ""
            case PublicInterfaceRule():
                words = _past_the_interface(new, rule, system=system)
        if words:
            yield Breach(rule=rule, words=words)


def _against_layers(new: NewUse, rule: LayerRule) -> str:
    """Layers go from top to bottom: a lower one may not lean on a higher."""
    height = {component: at for at, layer in enumerate(rule.layers) for component in layer}
    source, target = height.get(new.source), height.get(new.target)
    is_broken = source is not None and target is not None and target < source
    return f"{new.source} lies below {new.target} and may not lean on it" if is_broken else ""


def _past_the_interface(new: NewUse, rule: PublicInterfaceRule, *, system: SystemDescription) -> str:
    declared = system.component(new.target)
    if new.target not in rule.components or declared is None or not declared.public:
        return ""
    if PathGlobs(declared.public).matches(new.use.target):
        return ""
    return f"{new.use.target} is not of the public interface of {new.target} ({', '.join(declared.public)})"
