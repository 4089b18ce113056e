"""The files around those that a change touches, for whoever must look further."""

from collections.abc import Callable

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.tree import Tree

Around = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]
"""A tree, and what reads its files."""
Surroundings = Callable[[], Around]
