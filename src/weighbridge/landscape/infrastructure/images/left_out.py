"""What a `.dockerignore` left out of the folder that an image is built from and leaves out no longer, and what Dockerfile copies it.

Source: https://docs.docker.com/build/concepts/context/#dockerignore-files (patterns of Go's `filepath.Match`, `**`, `!`, the last one
that matches counts; `NAME.dockerignore` beside the Dockerfile `NAME` takes the place of the folder's own).
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.dockerfile import Dockerfile, Instruction, Stage, filled, read_dockerfile
from weighbridge.facts.roles import role_of
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Built, Images

NAME: Final = ".dockerignore"
HISTORY: Final = ".git"
_ALWAYS: Final = (".env", ".git")
"""What lies in the folder of many, whatever the patterns call by name."""
MOST_LINES: Final = 1_000
"""Lines of a list that are read."""
_MOST_TOGETHER: Final = 10_000
"""Lines of all lists of a change, before and after."""
_MOST_TOLD: Final = 100
"""Names that are looked for."""
_MOST_BYTES: Final = 500_000
_MOST_STARS: Final = 6
_MOST_CROSSINGS: Final = 2
"""How often `**` may stand in a pattern: each one multiplies the ways in which it may be tried."""
_ODD: Final = re.compile(r"[^/]\*\*|\*\*[^/]")
"""Where `**` is no whole part of a path."""
_DEEPEST: Final = 12
_LONGEST: Final = 120
_PIECE: Final = re.compile(r"\*\*/?|\*|\?|\[\^?[^\[\]]+\]|.", re.DOTALL)


class Ignored(Struct, frozen=True, kw_only=True):
    """The patterns of one file, in order, each with its line."""

    lines: tuple[tuple[int, str], ...] = ()

    @property
    def texts(self) -> frozenset[str]:
        """The patterns as they are written."""
        return frozenset(line for _, line in self.lines)

    def leaves_out(self, path: str) -> bool:
        """Whether a file or folder, or one that holds it, is left out."""
        found = False
        for _, line in self.lines:
            is_kept = line.startswith("!")
            if is_kept != found:
                continue
            pattern = _expression(line.removeprefix("!"))
            if pattern is not None and pattern.fullmatch(path):
                found = not is_kept
        return found


def read_ignored(text: str) -> Ignored:
    """What a file says."""
    found = ((number, line.strip()) for number, line in enumerate(text.splitlines()[:MOST_LINES], start=1))
    return Ignored(lines=tuple((number, line) for number, line in found if line and not line.startswith("#")))


class LetIn(Struct, frozen=True, kw_only=True):
    """Something that was left out and is no longer."""

    called: str
    """How the patterns call it."""
    example: str
    """A file or folder that is called so."""
    line: int
    side: Side
    """Where the pattern stands that is gone, or that takes it in."""


class TakenIn(Struct, frozen=True, kw_only=True):
    """What comes into one image by a list that leaves it out no longer."""

    built: Built
    by: Instruction
    found: tuple[LetIn, ...]
    is_there: bool
    """Whether any of it is kept in the repository, or passed over by git: then it lies there, and is in no review."""


def within_allowance(images: Images) -> tuple[list[tuple[FileChange, str, str]], list[FileChange]]:
    """The changed lists, before and after, and those for which nothing is left of what all of a change may cost together."""
    looked_at: list[tuple[FileChange, str, str]] = []
    left_over: list[FileChange] = []
    room = _MOST_TOGETHER
    for file, before, after in images.ignored:
        room -= before.count("\n") + after.count("\n") + 1
        if room >= 0:
            looked_at.append((file, before, after))
        else:
            left_over.append(file)
    return looked_at, left_over


def taken_in(images: Images, is_told: Callable[[str], bool]) -> Iterator[tuple[FileChange, TakenIn]]:
    """For each such list, and each image that is built from its folder, what of that is told."""
    around = images.tree_after
    for file, before, after in within_allowance(images)[0] if around is not None else ():
        assert around is not None
        let = list(let_in(read_ignored(before), read_ignored(after), is_told=is_told))
        for built in _built_by(file.path, around) if let else ():
            inside = {one.called: one for one in reversed(let) if copies(built.said, one.example) is not None}
            found = tuple(reversed(inside.values()))
            by = copies(built.said, found[0].example) if found else None
            if by is not None:
                folder = posixpath.dirname(file.path)
                is_there = any(_is_there(folder, one.example, around=around) for one in found)
                yield file, TakenIn(built=built, by=by, found=found, is_there=is_there)


def let_in(
    before: Ignored, after: Ignored, *, is_told: Callable[[str], bool] = lambda _example: True
) -> Iterator[LetIn]:
    """What is left out no longer, by the patterns that are gone and those that take something in; then what lies in most folders."""
    gone = [(Side.BASE, *each) for each in before.lines if each[1] not in after.texts and not each[1].startswith("!")]
    taken = [(Side.HEAD, *each) for each in after.lines if each[1] not in before.texts and each[1].startswith("!")]
    usual = [(Side.HEAD, 1, each) for each in _ALWAYS]
    told: set[str] = set()
    for side, line, pattern in (*gone, *taken, *usual):
        called = pattern.removeprefix("!")
        for example in _examples(called):
            if example in told or (len(told) > _MOST_TOLD and pattern not in _ALWAYS) or not is_told(example):
                continue
            told.add(example)
            if before.leaves_out(example) and not after.leaves_out(example):
                yield LetIn(called=called, example=example, line=line, side=side)


def copies(said: Dockerfile, path: str) -> Instruction | None:
    """The instruction by which a file of the folder comes into the image that is built where nothing else is asked for."""
    shipped = said.shipped
    for stage in said.stages:
        for each in stage.of("COPY", "ADD"):
            if "from" in each.flags or "exclude" in each.flags or not _takes(stage, each, path=path):
                continue
            if stage in shipped or _is_handed_on(said, stage, target=_target(stage, each)):
                return each
    return None


def _built_by(ignored: RepoPath, around: Around) -> Iterator[Built]:
    """The Dockerfiles that may be built from the folder of a list: they lie there, or it is called after one of them."""
    tree, read = around
    folder, name = posixpath.split(ignored)
    for path in tree.blobs:
        is_own = ignored == f"{path}{NAME}"
        is_near = is_own or (name == NAME and posixpath.dirname(path) == folder)
        if not is_near or role_of(path) != DOCKERFILE or (not is_own and f"{path}{NAME}" in tree.blobs):
            continue
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(data, bytes):
            yield Built(path=path, side=Side.HEAD, said=read_dockerfile(data.decode("utf-8", "replace")))


def _is_there(folder: str, example: str, *, around: Around) -> bool:
    tree, read = around
    if posixpath.join(folder, example) in tree.blobs:
        return True
    for above in dict.fromkeys((folder, "")):
        place = RepoPath(posixpath.join(above, ".gitignore"))
        data = read(tree.blobs[place].oid, _MOST_BYTES) if place in tree.blobs else None
        lines = read_ignored(data.decode("utf-8", "replace") if isinstance(data, bytes) else "")
        # a line of git's without a slash means any folder, which is how the folder itself is found too
        if lines.leaves_out(posixpath.basename(example)) or lines.leaves_out(example):
            return True
    return False


@lru_cache(maxsize=2048)
def _expression(pattern: str) -> re.Pattern[str] | None:
    text = posixpath.normpath(pattern.strip()).removeprefix("/") if len(pattern) <= _LONGEST else ""
    if not text or text.count("*") > _MOST_STARS or text.count("**") > _MOST_CROSSINGS or _ODD.search(text):
        return None
    try:
        return re.compile(f"{_whole(_PIECE.findall(text))}(?:/.*)?", re.DOTALL)
    except re.error:
        return None


def _whole(pieces: list[str]) -> str:
    """The pieces together: what `*` stands for ends where that which follows is found first, and is not tried longer."""
    found, is_open = "", False
    for piece in pieces:
        if piece.startswith("*") and is_open:
            found, is_open = f"{found})", False
        if piece == "*":
            found, is_open = f"{found}(?>[^/]*?", True
        else:
            found += _meaning(piece)
    return f"{found}(?=/|\\Z))" if is_open else found


def _meaning(piece: str) -> str:
    known = {"**/": "(?:[^/]*+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return known.get(piece) or (piece if len(piece) > 1 and piece.startswith("[") else re.escape(piece))


def _examples(pattern: str) -> Iterable[str]:
    """Files that a pattern finds."""
    if len(pattern) > _LONGEST or pattern.count("/") > _DEEPEST:
        return ()  # it leaves nothing out here
    text = posixpath.normpath(pattern.removeprefix("/")).replace("**/", "").removesuffix("/**").removesuffix("/*")
    if "[" in text or "**" in text:
        return ()
    return dict.fromkeys((text.replace("*", "").replace("?", "x"), text.replace("*", "x").replace("?", "x")))


def _takes(stage: Stage, each: Instruction, *, path: str) -> bool:
    return any(_holds(filled(source, stage.values), path) for source in each.words[:-1])


def _holds(source: str, path: str) -> bool:
    if "$" in source or source.startswith(("http:", "https:", "git@")):
        return False
    plain = posixpath.normpath(source.lstrip("/") or ".")
    if plain in (".", "*", path):
        return True
    return path.startswith(f"{plain}/")


def _target(stage: Stage, each: Instruction) -> str:
    """Where it comes to in the image of its stage."""
    folder = "/"
    for other in stage.of("WORKDIR"):
        if other.line < each.line:
            folder = posixpath.join(folder, filled(other.text.strip("\"'"), stage.values))
    return posixpath.normpath(posixpath.join(folder, filled(each.words[-1], stage.values)))


def _is_handed_on(said: Dockerfile, stage: Stage, *, target: str) -> bool:
    """Whether what the image is made of takes over the folder as it is from another stage."""
    for other in said.shipped:
        for each in other.of("COPY"):
            if said.stage(each.flags.get("from", "")) is not stage:
                continue
            for source in each.words[:-1]:
                folder = posixpath.normpath(posixpath.join("/", filled(source, other.values)))
                if folder == "/" or f"{target}/".startswith(f"{folder}/"):
                    return True
    return False
