"""What can be said in a ledger, found by place: `predicates/<name>.py` is the predicate `<name>`.

Such a module holds one struct of the same name, whose docstring and fields are its documentation and its schema. Its
URI is `https://weighbridge.dev/ledger/<name>/v1`, unless the module says another as `URI`, as those of other projects do.
"""

import importlib
import sys
from functools import cache
from pkgutil import iter_modules
from typing import Final

from msgspec import Struct

from weighbridge.ledger import predicates

_OURS: Final = "https://weighbridge.dev/ledger/{name}/v1"


def uri_of(kind: type[Struct]) -> str:
    """The URI of the predicate that is read and written as `kind`."""
    module = kind.__module__
    named = getattr(sys.modules[module], "URI", "")
    return str(named) or _OURS.format(name=module.rpartition(".")[2].replace("_", "-"))


@cache
def predicate_types() -> dict[str, type[Struct]]:
    """Every predicate of this version by its name, in the order of names."""
    names = sorted(found.name for found in iter_modules(predicates.__path__) if not found.name.startswith("_"))
    return {name.replace("_", "-"): _struct(name) for name in names}


def _struct(name: str) -> type[Struct]:
    module = importlib.import_module(f"{predicates.__name__}.{name}")
    kind: type[Struct] = getattr(module, "".join(map(str.capitalize, name.split("_"))))
    return kind


def name_of(uri: str) -> str | None:
    """The short name of a predicate, None for one that this version does not know."""
    return next((name for name, kind in predicate_types().items() if uri_of(kind) == uri), None)
