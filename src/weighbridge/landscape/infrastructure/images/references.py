"""What a reference to an image says: which image, which version, and how surely it is the same tomorrow."""

import re
from typing import Final

from msgspec import Struct

_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+))?")
_MOVING: Final = frozenset(
    {"", "latest", "stable", "edge", "nightly", "main", "master", "dev", "develop", "current", "lts", "rolling"}
)


class Reference(Struct, frozen=True, kw_only=True):
    """One reference; `tag` and `digest` are empty where none is given."""

    name: str
    tag: str = ""
    digest: str = ""

    @property
    def is_loose(self) -> bool:
        """Whether it means whatever is newest."""
        return not self.digest and self.tag.lower() in _MOVING

    @property
    def is_known(self) -> bool:
        """Whether it holds no variable that could be anything, and is an image at all."""
        return bool(self.name) and self.name != "scratch" and "$" not in self.name + self.tag + self.digest

    @property
    def short(self) -> str:
        """The last part of its name."""
        return self.name.rpartition("/")[2]

    @property
    def version(self) -> tuple[int, int] | None:
        """The first two numbers of its tag; None where it begins with none."""
        match = _VERSION.match(self.tag)
        return (int(match[1]), int(match[2] or 0)) if match and len(match[1]) <= 6 else None

    def __str__(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest[:19]}…" if self.digest else "")


def read_reference(text: str) -> Reference:
    """A reference from its text, `docker://` left off."""
    rest, _, digest = text.strip().removeprefix("docker://").partition("@")
    head, _, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return Reference(name=f"{head}/{name}" if head else name, tag=tag, digest=digest)


def loosened(was: Reference, now: Reference) -> str:
    """How an image is said less surely than before, in words; empty where it is not."""
    if not (was.is_known and now.is_known):
        return ""
    if was.name != now.name:
        is_lost = was.digest and not now.digest
        return (
            f"`{now}` is another image, and may be yet another tomorrow: `{was.name}` was held to a digest"
            if is_lost
            else ""
        )
    if now.is_loose and not was.is_loose:
        return f"`{now}` means whatever is newest when it is fetched, and was `{was}`"
    if was.digest and not now.digest:
        return f"`{now}` may be another image tomorrow: its digest is gone"
    return ""
