"""What Maven loads into every build because `.mvn/extensions.xml` names it, compared before and after."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.test_files import is_test


class BuildExtension(Struct, frozen=True, kw_only=True):
    """An extension of the build: `group:artifact`, its version, that on the base where it was named there, and its line."""

    name: str
    version: str
    before: str
    line: int

    @property
    def is_new(self) -> bool:
        """Whether it was not loaded before."""
        return not self.before


def names_extensions(path: RepoPath) -> bool:
    """Whether Maven reads a file for what it is to load into every build; the builds of tests are their own."""
    return f"/{path}".endswith("/.mvn/extensions.xml") and not is_test(path)


def new_extensions(before: bytes | None, after: bytes) -> Iterator[BuildExtension]:
    """The extensions that are loaded from now on, and those whose version is another.

    Raises:
        ManifestError: one of its sides is no XML.
    """
    old = {name: version for name, (version, _) in (_extensions(before) if before is not None else {}).items()}
    for name, (version, line) in _extensions(after).items():
        if old.get(name) != version:
            yield BuildExtension(name=name, version=version, before=old.get(name, ""), line=line)


def _extensions(data: bytes) -> Mapping[str, tuple[str, int]]:
    from weighbridge.landscape.manifests.xml_tree import xml_element  # noqa: PLC0415 - few changes touch such a file

    found: dict[str, tuple[str, int]] = {}
    for each in xml_element(data).all_of("extension"):
        named = each.child("artifactId")
        line = named.line if named is not None else each.line
        found[f"{each.text_of('groupId')}:{each.text_of('artifactId')}"] = each.text_of("version") or "no version", line
    return found
