"""Two versions of documents, and what is told of them."""

from collections.abc import Mapping

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.document_files import compare_documents
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.tree import Tree


def compared(role: str, base: Mapping[str, str], *, head: Mapping[str, str]) -> tuple[list[Break], list[CouldNotLook]]:
    """What is told of two trees, all of whose changed files are of one kind, and what could not be looked at."""
    repository = MemoryRepository(dict(base), dict(head))
    change = repository.change(ChangeRequest())
    trees = Trees(
        lambda: Tree(repository.entries(change.base_tree)),
        lambda: Tree(repository.entries(change.head_tree)),
        repository.read,
    )
    contents = ChangedBytes(change, repository.read)
    found = compare_documents(role, change.files, contents=contents, trees=trees)
    breaks = [each for each in found if isinstance(each, Break)]
    return breaks, [each for each in found if isinstance(each, CouldNotLook)]
