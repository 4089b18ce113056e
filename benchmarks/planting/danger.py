"""One danger, and what is known of the place it is planted in."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Files: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A real file, the files that were there before it, and a source of chance."""

    path: str
    text: str
    before: Files
    chance: random.Random


Plant: TypeAlias = Callable[[Ground], str | None]
"""The file's text with the danger in it; None where the file has no place for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """What is planted, by a name for people."""

    name: str
    plant: Plant
