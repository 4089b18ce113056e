"""What a change does to its lock files: packages that move, come, and are other bytes or come from elsewhere."""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.intent.locks import READ, Fixed, Lock, read_lock
from weighbridge.landscape.intent.surfaces import Surface, surface_of


class LockChange(Struct, frozen=True, kw_only=True):
    """One lock file on both sides."""

    path: RepoPath
    base: Lock
    head: Lock
    text: str

    @property
    def moved(self) -> list[str]:
        """The packages that stand in other versions, sorted; those that come or go are not among them."""
        before, after = self.base.versions, self.head.versions
        return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])

    @property
    def added(self) -> list[str]:
        """The packages that were not there."""
        return sorted(self.head.versions.keys() - self.base.versions.keys())

    def line_of(self, name: str) -> int:
        """The first line of head that names a package as its own entry would, 0 where none is found."""
        text = f"\n{self.text}"
        found = ((text.find(f"{before}{name}{after}"), before) for before, after in _ENTRIES)
        return next((text.count("\n", 0, at + len(before)) for at, before in found if at >= 0), 0)

    def other_bytes(self) -> Iterator[tuple[Fixed, Fixed]]:
        """What has another checksum of the same kind in the same version: somebody published it again, or wrote it by hand."""
        for key, now in self.head.packages.items():
            was = self.base.packages.get(key)
            if was is not None and _disagree(was.checksums, now.checksums):
                yield was, now

    def from_elsewhere(self) -> Iterator[tuple[Fixed, Fixed | None, str]]:
        """What is fetched from a host that the file did not name before, with that host."""
        known = {_host(each.source) for each in self.base.packages.values()}
        if not known - {""}:
            return
        old = {name: fixed for (name, _), fixed in self.base.packages.items()}
        for key, now in self.head.packages.items():
            host = _host(now.source)
            if host and host not in known and host not in _REGISTRIES:
                yield now, self.base.packages.get(key) or old.get(now.name), host


_ENTRIES: Final = (
    ('"node_modules/', '"'),
    ('name = "', '"'),
    ("\n", "@"),
    ('\n"', "@"),
    ("\n    ", " ("),
    ('"name": "', '"'),
    ("\n", " v"),
    ("  ", "@"),
    ("  '", "@"),
    ("/node_modules/", '"'),
)
_REGISTRIES: Final = frozenset(
    ".".join(host)
    for host in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("index", "crates", "io"),
        ("rubygems", "org"),
        ("github", "com"),
        ("codeload", "github", "com"),
        ("api", "github", "com"),
    )
)
"""Where everybody's packages come from; in parts, as nothing here may fetch from them unasked."""


def lock_changes(change: Change, contents: ChangedBytes) -> Iterator[LockChange | CouldNotLook]:
    """The lock files that stand on both sides, and why one could not be read."""
    for file in change.files:
        name = file.path.rpartition("/")[2]
        if surface_of(file.path) is not Surface.LOCK or file.base is None or file.head is None:
            continue
        texts = [contents.text(path, side) for path, side in ((file.base.path, Side.BASE), (file.path, Side.HEAD))]
        base, head = (read_lock(name, text) for text in texts)
        if base is not None and head is not None and all(texts):
            yield LockChange(path=file.path, base=base, head=head, text=texts[1])
        elif name in READ:
            yield CouldNotLook(
                reason=Reason.UNPARSED, detail=f"`{file.path}` is not of the form of a lock file, or too large"
            )


def not_explained(change: LockChange, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The packages that move and those that come without any of `names` leading to them, as far as the file says what leads to what."""
    if change.head.leads_to is None:
        return [], []
    known = {each.lower() for each in names}
    own = [name for name in change.head.versions if is_named(name, known)]
    reached = change.head.reached(own) | change.base.reached(own)
    if not own:
        return [], []
    return [n for n in change.moved if n not in reached], [n for n in change.added if n not in reached]


def is_named(name: str, among: Iterable[str]) -> bool:
    """Whether a package is one of those named, or of the same family: published together under one scope or first word."""
    plain = plain_name(name)
    return any(
        plain == each or _family(plain) == _family(each) or _last(plain) == each or plain == _last(each)
        for each in map(plain_name, among)
    )


def plain_name(name: str) -> str:
    """A package's name as registries compare it."""
    return name.lower().replace("_", "-").replace(".", "-").removeprefix("@types/")


def _family(plain: str) -> str:
    if plain.startswith("@"):
        return plain.partition("/")[0]
    if "/" in plain:
        return "/".join(plain.split("/")[:3])  # a module of Go: host, owner and repository
    return plain.partition("-")[0]


def _last(plain: str) -> str:
    """What people call a package by: the last part of its path, without the version that modules of Go end with."""
    parts = [part for part in plain.split("/") if not (part[:1] == "v" and part[1:].isdigit())]
    return parts[-1] if parts else plain


def _disagree(before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether both have checksums of one kind, and none in common."""
    if not before or not after or before & after:
        return False
    kinds = {_kind(each) for each in before}
    return any(_kind(each) in kinds for each in after)


def _kind(checksum: str) -> str:
    for mark in ("/", ":", "-"):
        head, found, _ = checksum.partition(mark)
        if found and len(head) <= 8:
            return head
    return str(len(checksum))


def _host(source: str) -> str:
    url = next((part for part in source.split() if "://" in part), "")
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""
