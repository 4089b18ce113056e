"""What Maven runs in every build because `.mvn/extensions.xml` or a `pom.xml` names it, compared before and after."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.test_files import is_test

if TYPE_CHECKING:
    from weighbridge.landscape.manifests.xml_tree import Element

_OWN: Final = "org.apache.maven.plugins"
"""The group of plugins that name none."""
_RUNNING_ANYTHING: Final = "maven-antrun-plugin"


class BuildExtension(Struct, frozen=True, kw_only=True):
    """An extension of the build, or a plugin: `group:artifact`, its version, that on the base where it was named there, and its line."""

    name: str
    version: str
    before: str
    line: int
    is_plugin: bool = False
    """Whether it does what its executions say, and does not change the build itself."""

    @property
    def is_new(self) -> bool:
        """Whether it was not loaded before."""
        return not self.before


def names_extensions(path: RepoPath) -> bool:
    """Whether Maven reads a file for what it is to run in every build; the builds of tests are their own."""
    return (f"/{path}".endswith(("/.mvn/extensions.xml", "/pom.xml"))) and not is_test(path)


def new_extensions(path: RepoPath, before: bytes | None, *, after: bytes) -> Iterator[BuildExtension]:
    """The extensions and plugins that are run from now on, and the extensions whose version is another. A new module is new as a whole.

    Raises:
        ManifestError: one of its sides is no XML.
    """
    from weighbridge.landscape.manifests.xml_tree import xml_element  # noqa: PLC0415 - few changes touch such a file

    read = _of_project if path.endswith("pom.xml") else _of_maven
    if before is None and read is _of_project:
        return
    old = read(xml_element(before)) if before is not None else {}
    for name, each in read(xml_element(after)).items():
        was = old.get(name)
        is_another = was is not None and was.version != each.version and not each.is_plugin
        if was is None or is_another or (was.is_plugin and not each.is_plugin):
            known = was.version if was is not None and is_another else ""
            yield BuildExtension(
                name=name, version=each.version, before=known, line=each.line, is_plugin=each.is_plugin
            )


def _of_maven(root: "Element") -> Mapping[str, BuildExtension]:
    return {each.name: each for each in map(_named, root.all_of("extension"))}


def _of_project(root: "Element") -> Mapping[str, BuildExtension]:
    """The extensions of a project and its profiles, and the plugins that are not Maven's own."""
    found: dict[str, BuildExtension] = {}
    for around in (root, *root.all_of("profiles", "profile")):
        for plugin in around.all_of("build", "plugins", "plugin"):
            is_extension = plugin.text_of("extensions") == "true"
            each = _named(plugin, is_plugin=not is_extension)
            if is_extension or not each.name.startswith(f"{_OWN}:") or each.name.endswith(_RUNNING_ANYTHING):
                found[each.name] = each
        for extension in around.all_of("build", "extensions", "extension"):
            each = _named(extension)
            found[each.name] = each
    return found


def _named(element: "Element", *, is_plugin: bool = False) -> BuildExtension:
    named = element.child("artifactId")
    line = named.line if named is not None else element.line
    group = element.text_of("groupId") or (_OWN if element.name == "plugin" else "")
    name = f"{group}:{element.text_of('artifactId')}"
    version = element.text_of("version") or "no version"
    return BuildExtension(name=name, version=version, before="", line=line, is_plugin=is_plugin)
