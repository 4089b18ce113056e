r"""Where a path lands on disks that hold several spellings for one: what is written under one is written under all.

One notion for all of them, wider than that of any, for nobody knows where a tree is checked out:

- Case counts for nothing: NTFS, exFAT, APFS, HFS+, and ext4 and f2fs in folders that fold case.
- Nor does whether a letter is composed: APFS, HFS+, ext4 and f2fs. ZFS (`normalization=formKC`) and CephFS (`nfkc`) can
  be told to hold compatible letters, such as an `s` of full width, for one as well, and to a program that asks Windows
  in an 8-bit code page they are one.
- Characters that nobody sees are passed over: some of them by HFS+, all of them by ext4 and f2fs.
- Windows drops dots and blanks at the end of a name, takes `\` for `/`, what follows a `:` for a stream of the file, and
  `MIGRAT~1` for `migrations`.
- `.`, `..` and nothing are no names: a tree can hold them, and what unpacks it follows them.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any, Final, Literal, Protocol, TypeVar

from weighbridge.domain.change import FileChange, FileStatus
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

MOST_LANDINGS: Final = 100
"""Places that one path lands on and that are named; a tree with more spellings of one path was made to be one."""

LONGEST_NAME: Final = 255
"""Bytes or 16-bit units of which a disk keeps a name at most, whichever it counts: no file is called by a longer one."""

_ENOUGH: Final = MOST_LANDINGS + 2
"""So many are too many, the path itself counted and left out."""
_UNSEEN: Final = LatePattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's `Default_Ignorable_Code_Point`, of which HFS+ passes over a part."""

_ODD: Final = ("\\", ":", "./", " /", "//")
_ODD_AMONG_NAMES: Final = (":", ".\0", " \0")
CONTENTS: Final = LatePattern(r":[^:]*:?\$(?:data|index_allocation)\Z", re.IGNORECASE)
"""How NTFS calls a file's own contents, and a folder's own entries."""

_BYTE: Final = LatePattern("%[0-9A-F]{2}")
"""One byte of a name that is no text, as paths are written down."""
_SHORT: Final = LatePattern(r"([^.~]{1,6})~([0-9]{1,6})(?:\.([^.]{0,3}))?\Z")
_HASHED: Final = LatePattern(r"[0-9a-f]{4}\Z")
_LONGEST_SHORT: Final = 8


class Folding(StrEnum):
    """What a disk must take for one so that two spellings are: the least first, each with those before it."""

    LETTERS = "letters"
    """Large and small ones, composed and not."""
    UNSEEN = "unseen"
    """Characters that nobody sees are passed over."""
    SHAPES = "shapes"
    """Letters of another width or shape."""


K = TypeVar("K", bound=Hashable)
_Form = tuple[int, str, str]


def lands_as(name: str) -> str:
    """What one part of a path becomes, a stream's name left out; equal for all spellings of it, empty for no name."""
    return _file_of(_same(name))


def landed(path: str) -> str:
    """What a whole path becomes: equal for all its spellings but short names, which take a tree to be told."""
    if path.isascii() and not _is_odd(path):
        return path.lower()
    return "/".join(filter(None, map(_file_of, true_parts("/".join(map(_same, _split(path)))))))


def _file_of(name: str) -> str:
    """The name of the file that a name means on Windows: without a stream's, and what is dropped at the end."""
    return name.partition(":")[0].rstrip(". ")


def folding_of(one: str, other: str) -> Folding | None:
    """The least that makes two paths one; None where that takes more than their letters, such as the rules of Windows."""
    return next((folding for folding in Folding if _folded(one, folding) == _folded(other, folding)), None)


def _folded(text: str, folding: Folding) -> str:
    form: Literal["NFKC", "NFC"] = "NFKC" if folding is Folding.SHAPES else "NFC"
    seen = text if folding is Folding.LETTERS else without_unseen(text)
    return unicodedata.normalize(form, unicodedata.normalize(form, seen).casefold())


def is_too_long(name: str) -> bool:
    """Whether no disk keeps a name of this length; what normalises names of any length can be kept busy for hours."""
    return len(name) > LONGEST_NAME and len(_BYTE.sub(".", name)) > LONGEST_NAME


def _is_odd(path: str) -> bool:
    """Whether some disk would keep a path otherwise than letter by letter; most paths are not."""
    return path.endswith((".", " ")) or path.startswith("/") or any(odd in path for odd in _ODD)


def true_parts(path: str) -> list[str]:
    """The names that a path leads along when `.`, `..` and nothing are followed and a backslash parts folders too."""
    parts: list[str] = []
    for part in _split(path):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return parts


def _split(path: str) -> list[str]:
    return re.split(r"[/\\]", path)


def without_unseen(text: str) -> str:
    """The text without the characters that nobody sees."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def _as_windows_has_it(name: str) -> str:
    """The name without what Windows drops."""
    return CONTENTS.sub("", name).rstrip(". ")


def _same(name: str) -> str:
    """The name without regard to case, composition and what nobody sees; one that no disk keeps is left as it is."""
    if name.isascii():
        return name.lower()
    if is_too_long(name):
        return name
    before = ""
    while before != name:
        before = name
        name = _folded(name, Folding.SHAPES)
    return name


def is_short_for(short: str, name: str) -> bool:
    """Whether Windows may call the file or folder `name` by the name `short`, of eight characters and three."""
    return not set(_asked_by(short)).isdisjoint(_short_forms(name))


def _asked_by(short: str) -> Iterator[_Form]:
    """The forms of which a name of at most eight characters and three may be one."""
    found = _SHORT.match(short.lower())
    if found is not None:
        begins, number, ends = found.groups()
        yield len(number), begins, ends or ""
        if _HASHED.match(begins[2:]):
            yield 0, begins[:2], ends or ""


def _short_forms(name: str) -> Iterator[_Form]:
    """How the short names of a file or folder begin and end, by how many digits stand in them; 0 where a hash does."""
    bare = _bare(name)
    stem, _, ending = bare.rpartition(".") if "." in bare else (bare, "", "")
    stem = stem.replace(".", "")
    if len(stem) > _LONGEST_SHORT or len(ending) > 3 or bare != name.lower():  # else it needs no other
        yield from ((digits, stem[: _LONGEST_SHORT - 1 - digits], ending[:3]) for digits in range(1, 7))
        yield 0, stem[:2], ending[:3]


def _bare(name: str) -> str:
    """What of a name a short one is made of."""
    return re.sub(r"[+,;=\[\]]", "_", name.lower().replace(" ", "").lstrip("."))


class Folder(Protocol):
    """One folder of a tree."""

    @property
    def names(self) -> Sequence[str]:
        """What stands directly in it."""

    def folder(self, name: str) -> "Folder | None":
        """The folder of that name; None where it is a file."""


class Landings:
    """Tells which places of a tree paths land on, however they are spelled there; looks at each folder once."""

    def __init__(self, root: Folder) -> None:
        self._indexes: dict[str, _Index] = {}
        self._known: dict[str, _Reached] = {"": _Reached([("", root)], [])}

    def of(self, path: RepoPath) -> tuple[RepoPath, ...] | None:
        """The other places that a file at `path` lands on, sorted; None for more than `MOST_LANDINGS`.

        None as well where a name is too long to be compared, as no disk keeps it: of a name in ASCII all can be told.

        Where only the folders above it stand in the tree the rest is as `path` has it. A folder ends with a slash.
        Where `path` is one that no disk keeps as it is, what Windows or a reader of archives makes of it is told too.
        """
        found: set[str] = set()
        names = path.split("/")
        ways = [names]
        if _is_odd(path):
            ways.append(true_parts(path))
        if not path.isascii():
            if any(not name.isascii() and is_too_long(name) for name in names):
                return None
            plain = [unicodedata.normalize("NFKC", without_unseen(name)) for name in names]
            true = true_parts("/".join(plain))
            ways += [true] if true != plain else []
        for true in ways[1:]:
            found |= {"/".join(true), "/".join(filter(None, map(_as_windows_has_it, true)))}
        for parts in ways:
            along = self._along(parts)
            if along is None:
                return None
            found |= along
        found -= {path, ""}
        if found:
            found = {each for each in found if not _is_above(each.rstrip("/"), path)}
        return None if len(found) > MOST_LANDINGS else tuple(map(RepoPath, sorted(found)))

    def _along(self, parts: list[str]) -> set[str] | None:
        """Where these parts lead; None for too many places."""
        if not parts:
            return set()
        last = self._step(self._reach(parts[:-1]), parts[-1], depth=len(parts) - 1)
        if last is _TOO_MANY:
            return None
        found = {place if folder is None else f"{place}/" for place, folder in last.places}
        for place, depth, is_file in last.ended:
            rest = "" if is_file else "/".join(parts[depth:])
            found.add(f"{place}/{rest}" if place and rest else place or rest)
        return found

    def _reach(self, folders: list[str]) -> "_Reached":
        """The places where a path through these folders leads, and those where it ended before."""
        known = self._known.get("/".join(folders))
        if known is not None:
            return known
        path, known = "", self._known[""]
        for depth, name in enumerate(folders):
            path = f"{path}/{name}" if depth else name
            before, known = known, self._known.get(path)
            if known is None:
                known = self._known[path] = self._step(before, name, depth=depth)
        return known

    def _step(self, before: "_Reached", name: str, *, depth: int) -> "_Reached":
        if before is _TOO_MANY:
            return before
        places: list[tuple[str, Folder | None]] = []
        ended = list(before.ended)
        for place, folder in before.places:
            names = () if folder is None else self._called(place, folder, name=name)
            if folder is None or not names:
                ended.append((place, depth, folder is None))
            else:
                places += [(f"{place}/{each}" if place else each, folder.folder(each)) for each in names]
        return _Reached(places, ended) if len(places) + len(ended) < _ENOUGH else _TOO_MANY

    def _called(self, place: str, folder: Folder, *, name: str) -> Sequence[str]:
        """What in a folder goes by a name; of too many some."""
        index = self._indexes.get(place)
        if index is None:
            index = self._indexes[place] = _Index(folder.names)
        found = index.named(_key(name))
        if ":" in name or "~" in name:
            more = index.named(lands_as(name)) if ":" in name else ()
            short = index.with_short(name) if "~" in name else ()
            found = list(dict.fromkeys((*found, *more, *islice(short, _ENOUGH))))
        return found[:_ENOUGH]


def _is_above(place: str, path: str) -> bool:
    """Whether a place is the path or a folder above it, spelled alike: what was there is removed, as a change says."""
    return path == place or path.startswith(f"{place}/")


def landing_of(file: FileChange, landings: Landings) -> tuple[RepoPath, ...] | None:
    """The places that a changed file's paths land on besides themselves; None where nobody could tell."""
    before = file.base if file.status is not FileStatus.COPIED else None
    if file.head is None or before is None or before.path == file.head.path:
        return landings.of(file.path)
    one, other = landings.of(file.head.path), landings.of(before.path)
    if one is None or other is None:
        return None
    return tuple(sorted({*one, *other} - {file.head.path, before.path}))


class _Reached:
    """Places of a tree with their folders, None for files; and those a path ended at: how many parts it had gone, and whether at a file."""

    __slots__ = ("ended", "places")

    def __init__(self, places: "list[tuple[str, Folder | None]]", ended: list[tuple[str, int, bool]]) -> None:
        self.places = places
        self.ended = ended


_TOO_MANY: Final = _Reached([], [])


def _key(name: str) -> str:
    """What names of one folder have in common that land on each other: two streams of a file are two."""
    return _same(name).rstrip(". ") or name


class _Index:
    """The names of a folder by what they land as: one for each, and all where there are several."""

    __slots__ = ("_names", "_one", "_several", "_short")

    def __init__(self, names: Sequence[str]) -> None:
        text = "\0".join(names)
        is_plain = text.isascii() and not (text.endswith((".", " ")) or any(odd in text for odd in _ODD_AMONG_NAMES))
        keys = (text.lower().split("\0") if text else []) if is_plain else list(map(_key, names))
        self._names = names
        self._one = dict(zip(keys, names, strict=True))
        self._several = _grouped(zip(keys, names, strict=True)) if len(self._one) < len(names) else {}
        self._short: dict[_Form, list[str]] | None = None

    def named(self, key: str) -> Sequence[str]:
        """Those that land as `key`."""
        if self._several:
            return self._several.get(key, ())
        one = self._one.get(key)
        return () if one is None else (one,)

    def with_short(self, short: str) -> Iterator[str]:
        """Those that Windows may call by a name of eight characters and three."""
        asked = list(_asked_by(short))
        if asked and self._short is None:
            self._short = _grouped((form, name) for name in self._names for form in _short_forms(name))
        return (name for form in asked for name in (self._short or {}).get(form, ()))


def _grouped(pairs: Iterable[tuple[K, str]]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = {}
    for key, name in pairs:
        found.setdefault(key, []).append(name)
    return found


class PathFolder:
    """A folder of some paths."""

    def __init__(self, inside: Mapping[str, Any]) -> None:
        """`inside` has None for a file, and again such a mapping for a folder."""
        self._inside = inside

    @classmethod
    def of(cls, paths: Iterable[str]) -> "PathFolder":
        """The root above `paths`."""
        root: dict[str, Any] = {}
        for path in paths:
            *folders, name = path.split("/")
            here = root
            for each in folders:
                if here.get(each) is None:
                    here[each] = {}
                here = here[each]
            here.setdefault(name, None)
        return cls(root)

    @property
    def names(self) -> Sequence[str]:
        """What stands directly in it."""
        return tuple(self._inside)

    def folder(self, name: str) -> "PathFolder | None":
        """The folder of that name; None where it is a file."""
        inside = self._inside[name]
        return None if inside is None else PathFolder(inside)
