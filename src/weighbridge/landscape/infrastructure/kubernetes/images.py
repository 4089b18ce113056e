"""What images workloads run, and what one cannot say of them any more."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table

_MAJOR: Final = LatePattern(r"[vV]?(?:[a-z]*-)?(?:pg)?(\d{1,3})(?=$|[.\-_])")
_ON_DISK: Final = LatePattern(
    r"(?:^|/)(?:postgres(?:ql)?(?:-pgvecto\.rs|-repmgr)?|postgis|timescaledb(?:-ha)?|pgvector|tensorchord/pgvecto-rs)$"
)
_MOVING: Final = frozenset({"latest", "", "main", "master", "edge", "nightly", "dev", "develop", "stable"})
_USUAL: Final = "docker.io"


class Image(Struct, frozen=True):
    """An image by its parts; an empty tag is `latest`."""

    registry: str
    name: str
    tag: str
    digest: str

    @property
    def moves(self) -> bool:
        """Whether the same words mean another image tomorrow."""
        return not self.digest and self.tag in _MOVING


def image_of(text: object) -> Image | None:
    """The parts of an image's name; None where it is a text that is filled in later."""
    if not isinstance(text, str) or not text or any(each in text for each in "${}\n "):
        return None
    rest, _, digest = text.partition("@")
    head, slash, tail = rest.partition("/")
    is_host = slash != "" and ("." in head or ":" in head or head == "localhost")
    registry, path = (head, tail) if is_host else (_USUAL, rest)
    name, colon, tag = path.rpartition(":")
    name, tag = (name, tag) if colon else (path, "")
    return Image(registry.replace("index.docker.io", _USUAL), name.removeprefix("library/"), tag, digest)


def image_lapses(old: Object, new: Object) -> Iterator[Lapse]:
    """What one knew of the images of a workload, and does no more; and databases that cannot read their files."""
    for name, container in new.containers.items():
        was, now = image_of(table(old.containers.get(name)).get("image")), image_of(container.get("image"))
        if was is not None and now is not None:
            yield from image_changes(name, was, now=now, steps=new.in_container(name, "image"))


def image_changes(name: str, was: Image, *, now: Image, steps: tuple[str, ...]) -> Iterator[Lapse]:
    """What is worse of one image."""
    if now.moves and not was.moves:
        said = f"`{now.tag}`" if now.tag else "no tag"
        words = f"`{name}` runs {said}, whatever that is when a pod starts: two pods may differ, and nobody can go back"
        yield Lapse(steps=steps, words=words, anchor=f"moving {name}")
    elif was.registry != now.registry:
        words = f"`{name}` comes from `{now.registry}` and no longer from `{was.registry}`: others decide what runs"
        yield Lapse(steps=steps, words=words, anchor=f"registry {name}")
    before, after = _major(was), _major(now)
    if _ON_DISK.search(now.name) and _ON_DISK.search(was.name) and before and after and before != after:
        words = f"`{name}` goes from PostgreSQL {before} to {after}, which does not start with the files of another major version"
        yield Lapse(steps=steps, words=words, severity=Severity.HIGH, anchor=f"files {name}")


def _major(image: Image) -> str:
    found = _MAJOR.match(image.tag)
    return found[1] if found else ""
