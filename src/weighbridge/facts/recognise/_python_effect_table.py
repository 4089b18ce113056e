"""The table of what calls do to the world, `python_effects.toml`, ready to be asked."""

from collections.abc import Iterator, KeysView, Mapping
from functools import cache
from typing import Final, cast, get_args

from msgspec import Struct, field

from weighbridge.domain.tables import read_table
from weighbridge.facts.model import EffectKind

_RAISED: Final = ("Error", "Exception", "Expired", "Warning")
"""How classes end that a module's `*` does not mean."""

_KINDS: Final = cast("tuple[EffectKind, ...]", get_args(EffectKind))


class EffectTable(Struct):
    """Kinds of effect by how a call is known."""

    exact: dict[str, EffectKind] = field(default_factory=dict)
    prefixes: dict[str, list[tuple[str, str, EffectKind]]] = field(default_factory=dict)
    """By the first word of a dotted name: what it begins with, what it ends with, and the kind."""
    methods: dict[tuple[str, str], EffectKind] = field(default_factory=dict)
    """By what gives the object back, and the method (`*` for any)."""
    anywhere: dict[str, EffectKind] = field(default_factory=dict)
    named: dict[tuple[str, str], EffectKind] = field(default_factory=dict)
    """By the name of what a method is called on, and the method."""
    called_on: dict[str, set[str]] = field(default_factory=dict)
    """The same methods by what they are called on."""
    alone: frozenset[str] = frozenset()
    """The names that can tell an effect with nothing else known."""
    telling: frozenset[str] = frozenset()
    """The names that can tell an effect without an origin."""

    def names(self) -> Iterator[str]:
        """The dotted names at the beginning of every origin that tells an effect."""
        yield from self.exact
        yield from (start.rpartition(".")[0] for known in self.prefixes.values() for start, _, _ in known)
        yield from (made_by for made_by, _ in self.methods)

    def is_told(self, mentioned: KeysView[str]) -> bool:
        """Whether a file that mentions these names can have an effect that no origin tells."""
        if not mentioned.isdisjoint(self.alone):
            return True
        return any(name in mentioned and not mentioned.isdisjoint(called) for name, called in self.called_on.items())

    def of_function(self, origin: str) -> EffectKind | None:
        """The effect of calling a function of this dotted name."""
        found = self.exact.get(origin)
        if found is not None:
            return found
        if origin.endswith(_RAISED):
            return None
        for start, end, kind in self.prefixes.get(origin.partition(".")[0], ()):
            if origin.startswith(start) and origin.endswith(end) and "(" not in origin:
                return kind
        return None

    def of_method(self, origin: str) -> EffectKind | None:
        """The effect of calling a method on what a function or class gave back: `requests.Session().get`."""
        made_by, _, rest = origin.partition("()")
        method = rest.rpartition(".")[2]
        kind = self.methods.get((made_by, method)) or self.methods.get((made_by, "*"))
        is_on_result = "(" in rest
        return kind if method and (kind == "database" or not is_on_result) else None


@cache
def effect_table() -> EffectTable:
    """The table, read once."""
    content = read_table(__file__, "python_effects.toml")
    unknown = sorted(set(content) - set(_KINDS))
    if unknown:
        raise ValueError(f"python_effects.toml speaks of {unknown}, which are no kinds of effect")
    table = EffectTable()
    for kind in _KINDS:
        _add(table, content.get(kind, {}), kind=kind)
    builtins = {name for name in table.exact if "." not in name}
    table.alone = frozenset({*table.anywhere, *builtins})
    for name, method in table.named:
        table.called_on.setdefault(name, set()).add(method)
    table.telling = table.alone.union(method for _, method in table.named)
    return table


def _add(table: EffectTable, content: Mapping[str, object], *, kind: EffectKind) -> None:
    for name in cast("list[str]", content.get("functions", [])):
        start, star, end = name.partition("*")
        if star:
            table.prefixes.setdefault(name.partition(".")[0], []).append((start, end, kind))
        else:
            table.exact[name] = kind
    for made_by, methods in cast("dict[str, list[str]]", content.get("objects", {})).items():
        table.methods.update({(made_by, method): kind for method in methods})
    for method in cast("dict[str, list[str]]", content.get("anywhere", {})).get("methods", []):
        table.anywhere[method] = kind
    for group in cast("list[dict[str, list[str]]]", content.get("named", [])):
        table.named.update({(name, method): kind for name in group["names"] for method in group["methods"]})
