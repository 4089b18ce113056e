"""Which classes are of errors, and which of them are others: as the repository and the language itself declare them."""

import builtins
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.names import last_name
from weighbridge.landscape.landscape import Landscape

MAKES_ERRORS: Final = LatePattern(r"(?:Error|Exception|Errorf|Failure|Fault|Problem)$|^(?:abort|fail|reject|panic)$")
"""What names say that make an error, or are of one."""
_MOST_STEPS: Final = 6
_MOST_FILES: Final = 40


def is_one(name: str, above: str, *, landscape: Landscape) -> bool:
    """Whether a class of errors is one of another, as far as that is known here."""
    waiting, seen = [name], {name}
    for _ in range(_MOST_STEPS):
        found = [base for each in waiting for base in _bases(each, landscape)]
        if above in found:
            return True
        waiting = [each for each in found if each not in seen]
        seen |= set(waiting)
    return False


def is_error(name: str, landscape: Landscape) -> bool:
    """Whether a class is of errors, by a class above it where its own name does not say so."""
    waiting, seen = [name] if name[:1].isupper() else [], {name}
    for _ in range(_MOST_STEPS):
        found = [base for each in waiting for base in _bases(each, landscape)]
        if any(MAKES_ERRORS.search(each) for each in found):
            return True
        waiting = [each for each in found if each not in seen]
        seen |= set(waiting)
    return False


def _bases(name: str, landscape: Landscape) -> list[str]:
    known = getattr(builtins, name, None)
    found = [each.__name__ for each in known.__mro__] if isinstance(known, type) else []
    for path in landscape.files_with(f"d:{name}")[:_MOST_FILES]:
        facts = landscape.facts(path)
        for definition in facts.definitions if facts else ():
            if definition.name == name and definition.kind == "class":
                found += [last_name(each) for each in definition.bases]
    return found
