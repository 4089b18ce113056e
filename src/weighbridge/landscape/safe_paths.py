"""Conditions that keep a path inside the folder it belongs to: it is absolute, it holds no `..`, it is below a root."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.conditions import Form, asked_in, leaves
from weighbridge.landscape.criticality import words_of

_ASKING: Final = frozenset(
    {
        "isabsolute",
        "pathisabsolute",
        "isabs",
        "islocal",
        "isrelativeto",
        "issubpath",
        "ispathinside",
        "pathisinside",
        "iswithin",
        "isinside",
        "iswithindirectory",
        "commonpath",
        "commonprefix",
        "isuncorrelativepath",
        "isinvalidpath",
        "isvalidpath",
        "issafepath",
        "safepath",
    }
)
_TRAVERSING: Final = frozenset({"traversal", "traverse", "traverses"})
_UP: Final = frozenset({"up", "path"})
_BEGINNING: Final = frozenset({"startswith", "hasprefix"})
_ROOTS: Final = frozenset({"root", "base", "basedir", "rootdir", "dir", "directory", "folder"})
_DOTS: Final = LatePattern(r"""["'`/\\]\.\.["'`/\\]""")
_WORTH_A_LOOK: Final = LatePattern(r"(?i)abs|local|relative|path|inside|within|travers|startswith|prefix|\.\.")


def may_ask(text: str) -> bool:
    """Whether a condition's text may be about where a path leads: most are not looked at further."""
    return _WORTH_A_LOOK.search(text) is not None


def asked_of_path(form: Form) -> str:
    """What a condition asks about where a path leads; empty where it is about something else."""
    if any(_DOTS.search(leaf.text) for leaf in leaves(form)):
        return ".."
    names = asked_in(form)
    for name in sorted(names):
        words = words_of(name)
        known, plain = set(words), "".join(words)
        if plain in _ASKING or known & _TRAVERSING or (known >= _UP and plain.endswith("regexp")):
            return name
    begins = next((name for name in sorted(names) if "".join(words_of(name)) in _BEGINNING), "")
    is_below = any(set(words_of(name)) & _ROOTS for name in names)
    return begins if begins and is_below else ""
