"""What Gradle checks of what it fetches, by `gradle/verification-metadata.xml`, and checks no more."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.test_files import is_test

if TYPE_CHECKING:
    from weighbridge.landscape.manifests.xml_tree import Element

_NAME: Final = "gradle/verification-metadata.xml"
_SWITCHES: Final = (("verify-metadata", "true"), ("verify-signatures", "false"))
"""What the file switches on or off, and how it is where it does not say."""
_KNOWN_BY: Final = ("sha512", "sha256", "sha1", "md5", "pgp")
_WEAK: Final = frozenset({"sha1", "md5"})
_OF_TRUST: Final = ("group", "name", "version", "file", "regex")
_NOT_RUN: Final = ("javadoc", "sources", "-src")
"""Of what is fetched, what is only read."""


class LessVerified(Struct, frozen=True, kw_only=True):
    """Something that is checked less: in words, with its line in head, and what tells it from others of its kind."""

    said: str
    line: int
    key: str


def is_verification(path: RepoPath) -> bool:
    """Whether Gradle reads a file for what it is to check."""
    return f"/{path}".endswith(f"/{_NAME}") and not is_test(path)


def less_verified(before: bytes, after: bytes) -> Iterator[LessVerified]:
    """What is checked no more, and what is to be something else under the same version.

    Raises:
        ManifestError: one of the sides is no XML.
    """
    from weighbridge.landscape.manifests.xml_tree import xml_element  # noqa: PLC0415 - few changes touch such a file

    old, new = xml_element(before), xml_element(after)
    for key, default in _SWITCHES:
        was, now = ((root.text_of("configuration", key) or default) == "true" for root in (old, new))
        if was and not now:
            line = next((each.line for each in new.all_of("configuration", key)), new.line)
            yield LessVerified(said=f"`{key}` is switched off: what is fetched is checked less", line=line, key=key)
    known = {name for name, _ in _trusted(old)}
    for name, each in _trusted(new):
        if name not in known:
            yield LessVerified(said=f"`{name}` is trusted unchecked", line=each.line, key=f"trust {name}")
    yield from _artifacts_less(_artifacts(old), _artifacts(new))


def _trusted(root: "Element") -> Iterator[tuple[str, "Element"]]:
    for each in root.all_of("configuration", "trusted-artifacts", "trust"):
        pattern = each.attributes.get("file", "")
        if not any(part in pattern for part in _NOT_RUN):
            yield " ".join(value for key in _OF_TRUST if (value := each.attributes.get(key, ""))), each


def _artifacts(root: "Element") -> Mapping[str, tuple[frozenset[str], int]]:
    """The checksums of each file that is fetched, by what it is part of."""
    found: dict[str, tuple[frozenset[str], int]] = {}
    for component in root.all_of("components", "component"):
        of = ":".join(component.attributes.get(key, "") for key in _OF_TRUST[:3])
        for artifact in component.all_of("artifact"):
            stated = [each for each in artifact.children if each.name in _KNOWN_BY]
            told = ((one.name, each) for one in stated for each in (one, *one.all_of("also-trust")))
            values = (f"{kind} {each.attributes.get('value', '').lower()}" for kind, each in told)
            found[f"{of} {artifact.attributes.get('name', '')}"] = frozenset(values), artifact.line
    return found


def _artifacts_less(
    old: Mapping[str, tuple[frozenset[str], int]], new: Mapping[str, tuple[frozenset[str], int]]
) -> Iterator[LessVerified]:
    for name, (values, line) in new.items():
        was = old[name][0] if name in old else frozenset()
        kinds, left = _kinds(was), _kinds(values)
        if was and not values:
            yield LessVerified(said=f"`{name}` is known by no checksum any more", line=line, key=name)
        elif kinds - _WEAK and not left - _WEAK:
            yield LessVerified(said=f"`{name}` is known by {sorted(left)[0]} alone", line=line, key=name)
        elif any(value not in was and value.partition(" ")[0] in kinds for value in values):
            yield LessVerified(said=f"`{name}` may be something else now: its checksum is another", line=line, key=name)


def _kinds(values: frozenset[str]) -> frozenset[str]:
    return frozenset(value.partition(" ")[0] for value in values)
