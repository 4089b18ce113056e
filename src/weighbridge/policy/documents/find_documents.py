"""Where a change brings its documents: attached in the ledger, in a file that it adds or edits, or in its description.

Each that is found is kept, in this order; one in which nothing is wrong is enough, and which was used is said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.record import Attachment
from weighbridge.landscape.globs import PathGlobs
from weighbridge.policy.documents.check import check_document, unjudged
from weighbridge.policy.documents.context import DocumentContext, DocumentProblem
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.documents.outline import Outline, Section, read_outline, title_key

_UNDERLINE: Final = re.compile(r"(?:=+|-+)[ \t]*")


class Source(StrEnum):
    """Where a document came from."""

    ATTACHMENT = "attachment"
    FILE = "file"
    DESCRIPTION = "description"


class FoundDocument(Struct, frozen=True, kw_only=True):
    """A document of one kind: its text, or why it cannot be read, and where it stands; `first` is its first line there."""

    kind: str
    source: Source
    where: str
    text: str | CouldNotLook
    first: int = 1
    path: RepoPath = RepoPath("")


class JudgedDocument(Struct, frozen=True, kw_only=True):
    """A document that was found, with what is wrong with it; lines are those of where it stands."""

    document: FoundDocument
    problems: tuple[DocumentProblem, ...]


def find_documents(
    kinds: Iterable[DocumentKind],
    *,
    attachments: Iterable[Attachment] = (),
    files: Mapping[RepoPath, str | CouldNotLook],
    description: str = "",
) -> tuple[FoundDocument, ...]:
    """Every document of these kinds, those of one kind together, attachments first and newest first.

    `files` are the head's texts of the files that the change adds or edits; those at no kind's paths are not looked at.
    """
    attached = tuple(attachments)[::-1]
    told = read_outline(description) if description.strip() else None
    outlines: dict[RepoPath, Outline | CouldNotLook] = {}
    return tuple(
        found
        for kind in kinds
        for found in (
            *_attached(kind, attached),
            *_in_files(kind, files, outlines=outlines),
            *_in_description(kind, description, outline=told),
        )
    )


def judge_documents(
    kind: DocumentKind, found: Sequence[FoundDocument], *, about: DocumentContext
) -> tuple[JudgedDocument, ...]:
    """The documents of one kind, judged; those with the fewest problems first, so that the first is the one that counts.

    What stands in any of `found` is neither the change's text nor its description: a document does not restate itself.
    """
    rest = without_documents(about, found)
    judged = [_judged(kind, each, about=rest) for each in found if each.kind == kind.name]
    return tuple(sorted(judged, key=lambda each: len(each.problems)))


def without_documents(about: DocumentContext, found: Iterable[FoundDocument]) -> DocumentContext:
    """The context without the documents that the change brings in its files, and in the description that they were found in."""
    paths = {each.path for each in found if each.path}
    added = {path: text for path, text in about.added.items() if path not in paths}
    lines = _with_plain_ends(about.description).split("\n")
    for each in found:
        if each.source is Source.DESCRIPTION and isinstance(each.text, str):
            start, end = each.first - 1, each.first + each.text.count("\n")
            lines[start:end] = [""] * len(lines[start:end])
    return replace(about, added=added, description="\n".join(lines))


def _judged(kind: DocumentKind, found: FoundDocument, *, about: DocumentContext) -> JudgedDocument:
    if isinstance(found.text, CouldNotLook):
        return JudgedDocument(document=found, problems=(unjudged(found.text),))
    problems = check_document(kind, found.text, about=about)
    placed = (replace(p, line=p.line + found.first - 1) if p.line else p for p in problems)
    return JudgedDocument(document=found, problems=tuple(placed))


def _attached(kind: DocumentKind, attachments: Iterable[Attachment]) -> Iterator[FoundDocument]:
    for each in attachments:
        if each.kind != kind.name:
            continue
        where = f"attached by {each.voice.person} (entry {each.voice.entry} of the ledger){each.voice.carried}"
        yield FoundDocument(kind=kind.name, source=Source.ATTACHMENT, where=where, text=_text_of(each))


def _text_of(attachment: Attachment) -> str | CouldNotLook:
    if attachment.text is None:
        return CouldNotLook(
            reason=Reason.NO_HISTORY,
            detail=f"the attached document {attachment.digest} is not at hand",
            remedy="fetch the ledger with its documents, or attach it anew",
        )
    if digest(attachment.text.encode("utf-8", "surrogatepass")) != attachment.digest:
        return CouldNotLook(
            reason=Reason.FAILED,
            detail=f"what is kept as the attached document {attachment.digest} has another digest",
            remedy="attach it anew: it was changed after it was attached",
        )
    return attachment.text


def _in_files(
    kind: DocumentKind,
    files: Mapping[RepoPath, str | CouldNotLook],
    *,
    outlines: dict[RepoPath, Outline | CouldNotLook],
) -> Iterator[FoundDocument]:
    globs = PathGlobs(patterns=kind.paths)
    for path in sorted(files) if kind.paths else ():
        if not globs.matches(path):
            continue
        text = files[path]
        whole = FoundDocument(kind=kind.name, source=Source.FILE, where=path, text=text, path=path)
        if isinstance(text, str):
            if path not in outlines:
                outlines[path] = read_outline(text)
            yield _section_or_whole(kind, whole, outline=outlines[path])
        else:
            yield whole


def _section_or_whole(kind: DocumentKind, whole: FoundDocument, *, outline: Outline | CouldNotLook) -> FoundDocument:
    """The part of a file that is titled as the kind is, where it holds several documents; else the file."""
    section = None if isinstance(outline, CouldNotLook) else _titled(kind, outline)
    if section is None or isinstance(outline, CouldNotLook) or isinstance(whole.text, CouldNotLook):
        return whole
    text, first = _cut(whole.text, section, outline=outline)
    return replace(whole, text=text, first=first, where=f"{whole.where}, “{section.title}”")


def _in_description(
    kind: DocumentKind, description: str, *, outline: Outline | CouldNotLook | None
) -> Iterator[FoundDocument]:
    where = "the change's description"
    if isinstance(outline, CouldNotLook):
        yield FoundDocument(kind=kind.name, source=Source.DESCRIPTION, where=where, text=outline)
    elif outline is not None and (section := _titled(kind, outline)):
        text, first = _cut(description, section, outline=outline)
        title = f"{where}, “{section.title}”"
        yield FoundDocument(kind=kind.name, source=Source.DESCRIPTION, where=title, text=text, first=first)


def _titled(kind: DocumentKind, outline: Outline) -> Section | None:
    names = {title_key(name) for name in kind.names}
    return next((section for section in outline.sections if section.key in names), None)


def _cut(text: str, section: Section, *, outline: Outline) -> tuple[str, int]:
    """The text under a heading, and the line it begins at."""
    lines = _with_plain_ends(text).split("\n")
    following = (each for each in outline.sections if each.line > section.line and each.level <= section.level)
    end = next(following, None)
    first = section.line
    if first < len(lines) and _UNDERLINE.fullmatch(lines[first]) and not lines[first - 1].lstrip().startswith("#"):
        first += 1
    return "\n".join(lines[first : end.line - 1 if end else len(lines)]), first + 1


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
