"""Where the values of a JavaScript file come from: one spelling for each module, and what other names hide."""

from functools import cached_property, lru_cache
from typing import Final

from weighbridge.facts.model import Collection, Expr, FileFacts, Import, Name
from weighbridge.facts.recognise._origins import Called, Origins, calls

ROLES: Final = ("javascript", "typescript", "tsx")


class Reading:
    """One file's calls with their origins, shared by all who recognise something in it."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.origins = Origins(facts)
        self.origins.imported = {each.alias: _spelled(each) for each in facts.imports if each.alias}
        self.packages = frozenset(package_of(each.module.removeprefix("node:")) for each in facts.imports)

    @cached_property
    def called(self) -> tuple[tuple[Called, str], ...]:
        """Every call with the origin of what it calls."""
        return tuple((each, self.origins.of(each.call.function, each.scope)) for each in calls(self.facts))


_latest: list[Reading] = []
"""The reading of the file that was asked for last: recognisers take turns on one file before they turn to the next."""


def read(facts: FileFacts) -> Reading:
    """The reading of a file: a default import and `node:` spell the module, as `require` does."""
    latest = next(iter(_latest), None)
    if latest is None or latest.facts is not facts:
        latest = Reading(facts)
        _latest[:] = [latest]
    return latest


def own_names(facts: FileFacts) -> frozenset[str]:
    """The names a file gives a meaning of its own at its top level, which are then not the platform's."""
    names = {each.name for each in facts.definitions if each.kind in ("function", "class")}
    names.update(step.target.id for step in facts.steps if step.scope == 0 and isinstance(step.target, Name))
    names.update(each.alias for each in facts.imports)
    return frozenset(names)


@lru_cache(maxsize=4_096)
def package_of(origin: str) -> str:
    """The package an origin lies in, as it is installed: `@nestjs/common`, `express`, `fs`."""
    parts = origin.split("/", 2)
    if origin.startswith("@") and len(parts) > 1:
        return f"{parts[0]}/{parts[1].partition('.')[0]}"
    return parts[0].partition(".")[0]


def option(options: Expr | None, *names: str) -> Expr | None:
    """The value of the first of `names` that an object literal holds."""
    if not isinstance(options, Collection):
        return None
    held = {each.key: each.value for each in options.elements}
    return next((held[name] for name in names if name in held), None)


def each_of(value: Expr | None) -> tuple[Expr, ...]:
    """The elements of a list, or the one value that stands for a list of itself."""
    if value is None:
        return ()
    return tuple(each.value for each in value.elements) if isinstance(value, Collection) else (value,)


def _spelled(imported: Import) -> str:
    module = imported.module.removeprefix("node:")
    return module if imported.name in ("", "default") else f"{module}.{imported.name}"
