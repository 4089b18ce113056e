"""Finds the kinds of document by their place: `kinds/design_note.py` with `design_note.md` is `design-note`."""

import importlib
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from weighbridge.policy.documents import kinds
from weighbridge.policy.documents.kind import DocumentKind


class UnknownKindError(Exception):
    """No kind of document goes by this name; the message says which there are."""


@cache
def find_kinds() -> tuple[DocumentKind, ...]:
    """The kinds that come with Weighbridge, each with its template, by name."""
    stems = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__) if module.name[0] != "_")
    return tuple(_kind(stem) for stem in stems)


def kind_named(name: str, among: Iterable[DocumentKind]) -> DocumentKind:
    """The kind called `name`, written with dashes or underscores.

    Raises:
        UnknownKindError: there is none.
    """
    known = {kind.name: kind for kind in among}
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=1)
    meant = f"; did you mean {near[0]}?" if near else "."
    raise UnknownKindError(f"{name}: no such kind of document{meant} There are {', '.join(known)}")


def _kind(stem: str) -> DocumentKind:
    module = importlib.import_module(f"{kinds.__name__}.{stem}")
    kind = module.KIND
    assert isinstance(kind, DocumentKind), "a kind's module holds KIND"
    template = Path(kinds.__path__[0], f"{stem}.md").read_text("utf-8")
    return replace(kind, name=stem.replace("_", "-"), template=template)
