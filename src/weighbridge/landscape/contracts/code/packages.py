"""Which package a file is published in, by the manifests around it as they were, and whether the change gives it a new major version."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.golang import declared_module
from weighbridge.landscape.manifests.texts import json_object, string, strings, table, text_of, toml_table

ReadFile = Callable[[RepoPath], "bytes | CouldNotLook | None"]
Sides = tuple[ReadFile, ReadFile]
"""What reads a file of base, and of head."""

_MANIFESTS: Final = {
    "python": ("pyproject.toml", "setup.cfg", "setup.py"),
    "go": ("go.mod",),
    "java": ("pom.xml", "build.gradle", "build.gradle.kts"),
    "script": ("package.json",),
}

_NAMED: Final = LatePattern(r"""\bname\s*=\s*["']([\w.-]+)["']""")
_VERSION: Final = LatePattern(r"""\bversion\s*=\s*["']([\w.+-]+)["']""")
_OF_CFG: Final = LatePattern(r"^\[metadata\][^\[]*?^name\s*=\s*([\w.-]+)\s*$", re.MULTILINE | re.DOTALL)
_VERSION_OF_CFG: Final = LatePattern(r"^version\s*=\s*(\d[\w.+-]*)\s*$", re.MULTILINE)
_PRIVATE: Final = "Private ::"
_APPLICATION_OF_JAVA: Final = LatePattern(
    r"spring-boot-maven-plugin|quarkus-maven-plugin|<packaging>\s*(?:war|ear)\s*<|<maven\.deploy\.skip>\s*true"
    r"|org\.springframework\.boot|\bapplication\b|com\.android\.application"
)
_GATHERS: Final = LatePattern(r"<packaging>\s*pom\s*<")
_RUN_OF_JAVA: Final = LatePattern(
    r"(?i)<mainClass>|main-class|\bmainClass\b|exec-maven-plugin|jib-maven-plugin|com\.google\.cloud\.tools\.jib|<skipDeploy>\s*true"
)
"""What is said of a module that is run, where nothing says that it is shared."""
_SHARED_OF_JAVA: Final = LatePattern(
    r"<distributionManagement>|<licenses>|<scm>|maven-source-plugin|maven-publish|nexus|central-publishing"
)
_LIBRARY: Final = "java-library"
"""The plugin of Gradle for what others build with, be they modules of the same build alone."""
_POM_VERSION: Final = LatePattern(r"</artifactId>\s*<version>([^<$]+)</version>")
_ARTIFACT: Final = LatePattern(r"<artifactId>([^<]+)</artifactId>")
_PARENT: Final = LatePattern(r"<parent>.*?</parent>", re.DOTALL)
_GROUP: Final = LatePattern(r"""<groupId>\s*([^<\s]+)\s*<|^\s*group\s*=?\s*["']([\w.-]+)["']""", re.MULTILINE)
_NOTES: Final = ("README.md", "README.rst", "README.adoc", "README")
"""Where it is said how a library is installed."""

_NUMBERS: Final = LatePattern(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)", re.DOTALL)
_UNFINISHED: Final = LatePattern(r"(?i)[.-]?(?:dev|a|b|rc|alpha|beta|snapshot|next|canary|pre|m)[.\-]?\d*")


class Published(Struct, frozen=True, kw_only=True):
    """A package that others can install: `root` is its folder; `is_next` where this change, or work under way, lets it break."""

    name: str
    root: RepoPath
    manifest: RepoPath
    is_next: bool = False
    entries: tuple[tuple[str, str], ...] = ()
    """Of npm: what others import, and the file that it says this is."""
    is_promised: bool = True
    """Whether anything says that others install it; where not, it may be installed all the same."""


def is_breaking(before: str, after: str) -> bool:
    """Whether a version lets a package break what it promised: a new major one, of 0.x a new minor one, or one of these unfinished."""
    old, new = _NUMBERS.fullmatch(before), _NUMBERS.fullmatch(after)
    if new is None:
        return False
    major, minor, patch = (int(part or 0) for part in new.groups()[:3])
    if _UNFINISHED.match(new[4]) and not patch and (not minor or not major):
        return True
    if old is None:
        return False
    was = tuple(int(part or 0) for part in old.groups()[:3])
    return major > was[0] or (was[0] == major == 0 and minor > was[1])


class _Said(Struct, frozen=True):
    """What a folder's manifests say of what lies below it: the package, None where that is no package for others."""

    package: Published | CouldNotLook | None
    version: str = ""
    group: str = ""
    """Of Java: what its name stands below where it is installed."""


class PublishedPackages:
    """Answers for one change: `base` and `head` read a file of either tree."""

    def __init__(self, base: ReadFile, head: ReadFile) -> None:
        self._base = base
        self._head = head
        self._known: dict[tuple[str, str], Published | CouldNotLook | None] = {}

    def of(self, path: RepoPath, language: str) -> Published | CouldNotLook | None:
        """The package that a file of the base is, or may be, published in; None where it is in none."""
        return self._in(folder_of(path), "script" if language in SCRIPTS else language)

    def promised(self, path: RepoPath, language: str) -> Published | CouldNotLook | None:
        """The same, and None of what nothing says that others install."""
        found = self.of(path, language)
        return None if isinstance(found, Published) and not found.is_promised else found

    def _in(self, folder: RepoPath, language: str) -> Published | CouldNotLook | None:
        key = (folder, language)
        if key not in self._known:
            said = self._read(folder, language)
            is_plain = said is not None and isinstance(said.package, Published) and not said.package.is_promised
            above = self._in(folder_of(folder), language) if (said is None or is_plain) and folder else None
            is_shared_above = isinstance(above, Published) and above.is_promised
            self._known[key] = above if said is None or is_shared_above else said.package
        return self._known[key]

    def _read(self, folder: RepoPath, language: str) -> _Said | None:
        for name in _MANIFESTS[language]:
            path = RepoPath(f"{folder}/{name}" if folder else name)
            said = _said(path, self._base(path))
            if said is None:
                continue
            if not isinstance(said.package, Published):
                return said
            after = _said(path, self._head(path))
            is_next = is_breaking(said.version, after.version if after else "") or _changes_address(said, after)
            is_promised = said.package.is_promised or self._is_told_to_install(said.package, said.group)
            return _Said(replace(said.package, is_next=is_next, is_promised=is_promised))
        return None

    def _is_told_to_install(self, package: Published, group: str) -> bool:
        """Whether the notes beside a library, or those of the whole repository, give its coordinates to others."""
        names = re.escape(package.name)
        tells = re.compile(
            rf"(?<![\w.-]){re.escape(group)}:{names}(?![\w-])"
            rf"|<groupId>\s*{re.escape(group)}\s*</groupId>\s*<artifactId>\s*{names}\s*</artifactId>"
        )
        paths = [f"{root}/{name}" if root else name for root in dict.fromkeys((package.root, "")) for name in _NOTES]
        read = (self._base(RepoPath(path)) for path in paths)
        return bool(group) and any(isinstance(data, bytes) and tells.search(text_of(data)) for data in read)


def _changes_address(before: _Said, after: _Said | None) -> bool:
    """Whether those who have the package do not get this one: Go's `/v2` is another module."""
    new = after.package if after else None
    return isinstance(before.package, Published) and isinstance(new, Published) and new.name != before.package.name


def _said(path: RepoPath, data: bytes | CouldNotLook | None) -> _Said | None:
    if data is None:
        return None
    if isinstance(data, CouldNotLook):
        return _Said(data)
    try:
        return _READERS[path.rpartition("/")[2]](path, data)
    except ManifestError as error:
        return _Said(CouldNotLook(reason=Reason.UNPARSED, detail=f"{path}: {error}", remedy="mend the manifest"))


def _pyproject(path: RepoPath, data: bytes) -> _Said | None:
    document, _ = toml_table(data)
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    name = string(project.get("name")) or string(poetry.get("name"))
    if not name:
        return None
    classifiers = (*strings(project.get("classifiers")), *strings(poetry.get("classifiers")))
    is_kept = any(each.startswith(_PRIVATE) for each in classifiers)
    is_built = "build-system" in document and poetry.get("package-mode") is not False
    if is_kept or not is_built or table(document, "tool", "uv").get("package") is False:
        return _Said(None)
    version = string(project.get("version")) or string(poetry.get("version"))
    return _Said(Published(name=name, root=folder_of(path), manifest=path), version)


def _setup_cfg(path: RepoPath, data: bytes) -> _Said | None:
    return _of_text(path, text_of(data), name=_OF_CFG, version=_VERSION_OF_CFG)


def _setup_py(path: RepoPath, data: bytes) -> _Said | None:
    return _of_text(path, text_of(data), name=_NAMED, version=_VERSION)


def _of_text(path: RepoPath, text: str, *, name: LatePattern, version: LatePattern) -> _Said | None:
    named, numbered = name.search(text), version.search(text)
    if named is None:
        return None
    if _PRIVATE in text:
        return _Said(None)
    package = Published(name=named[1], root=folder_of(path), manifest=path)
    return _Said(package, numbered[1] if numbered else "")


def _npm(path: RepoPath, data: bytes) -> _Said | None:
    package, _ = json_object(data)
    name, version = string(package.get("name")), string(package.get("version"))
    if not name and not version and "private" not in package:
        return None  # it only says how its folder's files are to be read
    is_shared = bool(name) and package.get("private") is not True and bool(version or package.get("publishConfig"))
    if not is_shared:
        return _Said(None)
    root = folder_of(path)
    return _Said(Published(name=name, root=root, manifest=path, entries=tuple(_entries(package))), version)


def _entries(package: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What can be imported, with the files that a manifest says it is; `*` stands for any."""
    exports = package.get("exports")
    for key in ("types", "typings", "main", "module"):
        if (file := string(package.get(key))) and not exports:
            yield ".", file
    if isinstance(exports, dict) and any(key.startswith(".") for key in exports):
        for key, value in exports.items():
            yield from ((key, file) for file in _files(value))
    else:
        yield from ((".", file) for file in _files(exports))


def _files(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _files(each)
    elif isinstance(value, list):
        for each in value:
            yield from _files(each)


def _go(path: RepoPath, data: bytes) -> _Said | None:
    module, _ = declared_module(data)
    return _Said(Published(name=module, root=folder_of(path), manifest=path) if module else None)


def _java(path: RepoPath, data: bytes) -> _Said | None:
    text = text_of(data)
    if _GATHERS.search(text) and not _APPLICATION_OF_JAVA.search(text):
        return None
    if _APPLICATION_OF_JAVA.search(text):
        return _Said(None)
    own = _PARENT.sub("", text)
    artifact, group = _ARTIFACT.search(own), _GROUP.search(own) or _GROUP.search(text)
    version = _POM_VERSION.search(own) or _VERSION.search(own)
    is_shared = bool(_SHARED_OF_JAVA.search(text))
    is_whole = group is not None and bool(version or _PARENT.search(text)) and not _RUN_OF_JAVA.search(text)
    if not is_shared and not is_whole and _LIBRARY not in text:
        return None  # the manifest above may say it
    name = artifact[1].strip() if artifact else folder_of(path).rpartition("/")[2]
    package = Published(name=name or "this library", root=folder_of(path), manifest=path, is_promised=is_shared)
    return _Said(package, version[1] if version else "", next(filter(None, group.groups()), "") if group else "")


_READERS: Final[Mapping[str, Callable[[RepoPath, bytes], _Said | None]]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "package.json": _npm,
    "go.mod": _go,
    "pom.xml": _java,
    "build.gradle": _java,
    "build.gradle.kts": _java,
}
