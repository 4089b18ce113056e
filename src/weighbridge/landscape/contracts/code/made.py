"""Code that a tool makes from a description: what the description takes is told of the description, once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import is_below
from weighbridge.landscape.contracts.code.api_breaks import ApiBreak, Told
from weighbridge.landscape.contracts.code.packages import Published, PublishedPackages, ReadFile, Sides
from weighbridge.landscape.contracts.recognise import GRAPHQL, OPENAPI, PROTOBUF

_HEADER: Final = 16_000
"""Bytes; annotations that say it stand behind what a file of Java imports."""

_SAYS: Final = r"(?i)(?:generated\s+(?:by|with|using|from)|@(?:\w+\.)*Generated\()[^\n]{0,60}(?:%s)"
_MADE: Final = {
    OPENAPI: LatePattern(
        _SAYS
        % r"open-?api[ -]?generator|openapitools|swagger[ -]?code|swagger\.codegen|oapi-codegen|openapi-(?:python|typescript)|autorest|nswag"
    ),
    PROTOBUF: LatePattern(_SAYS % r"\bprotoc|protocol buffer compiler|ts-proto|protobuf-ts|grpc"),
    GRAPHQL: LatePattern(_SAYS % r"gqlgen|graphql-code-?gen|ariadne-codegen|genql"),
}
"""What tools write into what they make, by what they make it from."""


_CALLED_MADE: Final = LatePattern(r"(?i)(?:\A|[/._-])_*generated_*(?:[/._-]|\Z)")
"""What files and folders are called that a tool writes, whatever stands in them."""


class Described(Struct, frozen=True, kw_only=True):
    """A description that the same change alters, and how bad the worst is that is told of it; None where nothing is."""

    path: RepoPath
    worst: Severity | None
    named: Mapping[str, Severity] = {}
    """How bad it is what is told of things that code calls as the description does."""


_KEPT: Final = "/.openapi-generator/"
"""What OpenAPI Generator leaves beside what it made."""

_LANGUAGES: Final = ("python", "java", "script")


def published_client(paths: Iterable[RepoPath], read: ReadFile) -> str:
    """The folder of a client that a tool keeps making here and that others install; empty where there is none."""
    folders = sorted({path.partition(_KEPT)[0] for path in paths if _KEPT in path})
    packages = PublishedPackages(read, read)
    return next(
        (
            folder
            for folder in folders
            for language in _LANGUAGES
            if isinstance(found := packages.promised(RepoPath(f"{folder}/_"), language), Published)
            and found.root == folder
        ),
        "",
    )


def told_once(told: Sequence[Told], read: Sides, *, described: Callable[[str], Described | None]) -> Iterator[Told]:
    """What is told, with that of made code as one for each package.

    It is no more than a note where what is told of the description is as bad: whoever uses the client is told there.
    """
    known: dict[RepoPath, str] = {}
    groups: dict[tuple[RepoPath, str], list[Told]] = {}
    for each in told:
        path = each.broken.place.path
        if path not in known:
            known[path] = made_from(path, read) or _made_beside(each, described)
        role = known[path]
        if role and described(role) is not None:
            groups.setdefault((each.package.manifest, role), []).append(each)
        else:
            yield each
    for (_, role), several in groups.items():
        if (source := described(role)) is not None:
            yield _as_one(several, source)


def made_from(path: RepoPath, read: Sides) -> str:
    """Which kind of description a file says that it is made from; empty where it says nothing."""
    for side in read:
        data = side(path)
        if isinstance(data, bytes):
            header = data[:_HEADER].decode("utf-8", "replace")
            return (
                next((role for role, says in _MADE.items() if says.search(header)), "") if "enerated" in header else ""
            )
    return ""


def _made_beside(told: Told, described: Callable[[str], Described | None]) -> str:
    """The kind of the description in the package of a file that is called as made; empty where there is none, or the file is not."""
    if not _CALLED_MADE.search(told.broken.place.path):
        return ""
    sources = ((role, described(role)) for role in _MADE)
    return next((role for role, source in sources if source and is_below(source.path, told.package.root)), "")


def _as_one(several: Sequence[Told], source: Described) -> Told:
    every = [_as_described(broken, source) for each in several for broken in (each.broken, *each.also)]
    broken, *others = sorted(every, key=lambda each: (each.severity.rank, *_by_name(each.address)))
    is_told = source.worst is not None and source.worst.rank <= broken.severity.rank
    rest = "" if is_told else ", though nothing as bad is told of that"
    words = f"what is made from `{source.path}` follows it{rest}: {broken.words}"
    severity = Severity.NOTE if is_told else broken.severity
    brought = tuple(place for each in several for place in each.brought)
    first = replace(several[0], broken=replace(broken, words=words, severity=severity))
    return replace(first, also=tuple(others), brought=brought)


def _as_described(broken: ApiBreak, source: Described) -> ApiBreak:
    """A break as no worse than what is told of the same thing in the description."""
    known = source.named.get(broken.stood)
    return replace(broken, severity=known) if known is not None and known.rank > broken.severity.rank else broken


def _by_name(address: str) -> tuple[bool, int, str]:
    """Names that people write come before constants and what only carries a call, and short ones before long ones."""
    name = address.partition("(")[0].rpartition(".")[2]
    return name.isupper() or name.startswith("API"), len(name), address
