"""Who imports what a tool makes from a schema, under the name that it had."""

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.told import Told
from weighbridge.landscape.contracts.uses import UsesOfNames
from weighbridge.landscape.landscapes import Landscapes


def with_importers(
    told: list[Told], landscapes: Landscapes | CouldNotLook, *, changed: frozenset[RepoPath]
) -> list[Told]:
    """What is told, with who uses the names that code goes by, where a break says them; as it is where nobody could look."""
    if isinstance(landscapes, CouldNotLook):
        return told
    users = UsesOfNames(landscapes.head.landscape, changed=changed)
    return [replace(each, consumers=users.of(each.found.uses)) if each.found.uses else each for each in told]
