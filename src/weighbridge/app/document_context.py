"""What the documents of a change must be about, from what can be seen of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.app.sight import Sight
from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Attachment
from weighbridge.domain.risk import FailureScenario
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.globs import PathGlobs
from weighbridge.landscape.test_files import is_test
from weighbridge.policy.documents.context import ChangedPart, DocumentContext
from weighbridge.policy.documents.find_documents import FoundDocument, find_documents
from weighbridge.policy.documents.kind import DocumentKind

_COMPARED: Final = CODE | {"sql", "prose"}
"""What a text could say again; nobody words a lock file, and a long one must not keep a note from being judged."""
_MOST_ALIASES: Final = 500


class _Added(Struct, frozen=True, kw_only=True):
    lines: dict[RepoPath, str]
    unread: CouldNotLook | None


def document_context(sight: Sight, scenarios: tuple[FailureScenario, ...] | CouldNotLook) -> DocumentContext:
    """The change as its documents are judged against it; without its impact nobody knows how it could fail."""
    added = _added(sight)
    impact = sight.impact
    return DocumentContext(
        components=_components(sight),
        scenarios=impact if isinstance(impact, CouldNotLook) else scenarios,
        added=added.lines,
        unread=added.unread,
        title=sight.change.title,
        description=_said(sight.change),
    )


def documents_of_change(
    sight: Sight, kinds: Sequence[DocumentKind], *, about: DocumentContext, attachments: Sequence[Attachment] = ()
) -> tuple[FoundDocument, ...]:
    """The documents of these kinds that the change brings, wherever."""
    files = changed_texts(sight, kinds)
    return find_documents(kinds, attachments=attachments, files=files, description=about.description)


def changed_texts(sight: Sight, kinds: Sequence[DocumentKind]) -> Mapping[RepoPath, str | CouldNotLook]:
    """The head's texts of the changed files in which one of the kinds may stand."""
    globs = PathGlobs(patterns=tuple(path for kind in kinds for path in kind.paths))
    found: dict[RepoPath, str | CouldNotLook] = {}
    for file in sight.change.files:
        if _has_lines(file) and globs.matches(file.path):
            data = sight.bytes.whole(file.path)
            if data is not None:
                found[file.path] = data if isinstance(data, CouldNotLook) else data.decode("utf-8", "replace")
    return found


def _said(change: Change) -> str:
    """What the change says of itself: its description, and what else its commits say."""
    told = change.description.strip()
    messages = (commit.message.strip() for commit in change.commits)
    others = (text if text.partition("\n")[2].strip() != told else text.partition("\n")[0] for text in messages)
    return "\n\n".join(dict.fromkeys(text for text in (told, *others) if text))


def _has_lines(file: FileChange) -> bool:
    head = file.head
    return head is not None and head.mode not in (Mode.SYMLINK, Mode.SUBMODULE) and bool(file.added)


def _added(sight: Sight) -> _Added:
    lines: dict[RepoPath, str] = {}
    unread: CouldNotLook | None = None
    for file in sight.change.files:
        if not _has_lines(file) or role_of(file.path) not in _COMPARED:
            continue
        data = sight.bytes.whole(file.path)
        if isinstance(data, CouldNotLook):
            unread = unread or data
        elif data is not None:
            every = data.decode("utf-8", "replace").split("\n")
            lines[file.path] = "\n".join(line for span in file.added for line in every[span.start - 1 : span.end])
    return _Added(lines=lines, unread=unread)


def _components(sight: Sight) -> tuple[ChangedPart, ...]:
    """The components whose code or settings changed; tests and texts that people read name nothing that must be spoken of."""
    names: dict[str, dict[str, None]] = {}
    for path in (file.path for file in sight.change.files):
        if is_test(path) or role_of(path) == "prose":
            continue
        component = sight.components.component_of(path)
        aliases = names.setdefault(component.name, dict.fromkeys(root for root in component.roots if root))
        aliases.update(dict.fromkeys(name for name in _names_of(sight, path) if name))
    return tuple(ChangedPart(name=name, aliases=tuple(aliases)[:_MOST_ALIASES]) for name, aliases in names.items())


def _names_of(sight: Sight, path: RepoPath) -> Iterator[str]:
    """What a changed file goes by: its path and name, and the symbols that changed in it."""
    file_name = path.rpartition("/")[2]
    yield from (path, file_name, file_name.partition(".")[0], path.rpartition("/")[0].rpartition("/")[2])
    code = sight.code.files.get(path)
    for changed in code.symbols if code else ():
        if changed.depth is not ChangeDepth.TEXT:
            name = symbol_name(changed.symbol)
            yield from (name, name.rpartition(".")[2])
