"""What the manifests of one folder give to those who install the package: commands, extras, subpaths, plug-ins, and where it runs."""

import configparser
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.packaging.node_exports import Entry, entries, main_entry
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.golang import declared_module
from weighbridge.landscape.manifests.pyproject import requirement_name
from weighbridge.landscape.manifests.texts import json_object, string, strings, table, text_of, toml_table

ReadFile = Callable[[RepoPath], "bytes | CouldNotLook | None"]

PYTHON_FILES: Final = ("pyproject.toml", "setup.cfg", "setup.py")
_MOST_CHARACTERS: Final = 400_000
"""Of a `setup.py`: nobody writes a longer one."""

_DASHES: Final = LatePattern(r"[-_.]+")
_CONSOLE: Final = LatePattern(r"""["'](?:console|gui)_scripts["']\s*:\s*\[(?P<listed>[^\]]{0,3000})\]""")
_EXTRAS: Final = LatePattern(r"extras_require\s*=\s*\{(?P<listed>[^{}]{0,3000})\}")
_EXTRA: Final = LatePattern(r"""["'](?P<name>[\w.-]+)["']\s*:\s*\[(?P<needs>[^\]]{0,2000})\]""")
_QUOTED: Final = LatePattern(r"""["']([^"'\n]+)["']""")
_REQUIRES: Final = LatePattern(r"""python_requires\s*=\s*["']([^"'\n]+)["']""")
_NAME: Final = LatePattern(r"""\bname\s*=\s*["']([\w.-]+)["']""")
_CLASSIFIED: Final = LatePattern(r"Programming Language :: Python :: (\d+\.\d+)")
_GO: Final = LatePattern(r"(?m)^go\s+(?P<version>\d+\.\d+)")
_JAVA: Final = LatePattern(
    r"<(?:maven\.compiler\.)?(?:release|target|java\.version)>\s*(?:1\.)?(?P<pom>\d+)\s*<"
    r"|(?:targetCompatibility|options\.release)\D{0,40}?(?:1[._])?(?P<gradle>\d+)"
)
_JAVA_ALSO: Final = LatePattern(
    r"<java\.version>\s*(?:1\.)?(?P<pom>\d+)\s*<|(?:sourceCompatibility|JavaLanguageVersion\.of)\D{0,40}?(?:1[._])?(?P<gradle>\d+)"
)


class Offers(Struct, frozen=True, kw_only=True):
    """One side's: each thing by its name, with what it points to. What a manifest leaves to a program's run is in `unsaid`."""

    name: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    plugins: Mapping[str, str] = field(default_factory=dict)
    """By group and name, with a blank between."""
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    """The packages that it brings along in any case."""
    subpaths: Mapping[str, Entry] | None = None
    """Of npm; None where any file can be imported, or where it is no package of npm."""
    main: Entry | None = None
    runs_on: str = ""
    named_versions: frozenset[str] = frozenset()
    """Versions of Python that it says of itself."""
    unsaid: frozenset[str] = frozenset()


def offers_in(folder: RepoPath, language: str, *, read: ReadFile) -> Offers | CouldNotLook | None:
    """What one side's manifests of a folder give; None where there are none."""
    names = {"python": PYTHON_FILES, "script": ("package.json",), "go": ("go.mod",)}.get(
        language, ("pom.xml", "build.gradle", "build.gradle.kts")
    )
    found: list[Offers] = []
    for name in names:
        path = RepoPath(f"{folder}/{name}" if folder else name)
        data = read(path)
        if isinstance(data, CouldNotLook):
            return data
        if data is not None:
            try:
                found.append(_READERS[name](data))
            except ManifestError as error:
                return CouldNotLook(reason=Reason.UNPARSED, detail=f"{path}: {error}", remedy="mend the manifest")
    return _joined(found) if found else None


def _joined(found: Iterable[Offers]) -> Offers:
    """What several manifests of one folder say together; where they differ, the first."""
    parts = [*found][::-1]
    commands: dict[str, str] = {}
    plugins: dict[str, str] = {}
    extras: dict[str, tuple[str, ...]] = {}
    for each in parts:
        commands |= each.commands
        plugins |= each.plugins
        extras |= each.extras
    return Offers(
        name=next((each.name for each in reversed(parts) if each.name), ""),
        commands=commands,
        plugins=plugins,
        extras=extras,
        needs=tuple(need for each in parts for need in each.needs),
        subpaths=parts[-1].subpaths,
        main=parts[-1].main,
        runs_on=next((each.runs_on for each in reversed(parts) if each.runs_on), ""),
        named_versions=frozenset().union(*(each.named_versions for each in parts)),
        unsaid=frozenset().union(*(each.unsaid for each in parts)),
    )


def normal(name: str) -> str:
    """The name of a distribution or an extra, as indexes compare it."""
    return _DASHES.sub("-", name).lower()


def _pyproject(data: bytes) -> Offers:
    document, text = toml_table(data)
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    scripts = {**table(poetry, "scripts"), **table(project, "scripts"), **table(project, "gui-scripts")}
    groups = {**table(poetry, "plugins"), **table(project, "entry-points")}
    by_need = {**table(poetry, "extras"), **table(project, "optional-dependencies")}
    wanted = [*strings(project.get("dependencies")), *_always(table(poetry, "dependencies"))]
    return Offers(
        name=string(project.get("name")) or string(poetry.get("name")),
        commands={name: _target(value) for name, value in scripts.items()},
        plugins={
            f"{group} {name}": string(value) for group, each in groups.items() for name, value in table(each).items()
        },
        extras={normal(name): _names(strings(value)) for name, value in by_need.items()},
        needs=_names(wanted),
        runs_on=string(project.get("requires-python")) or string(table(poetry, "dependencies").get("python")),
        named_versions=frozenset(_CLASSIFIED.findall(text)),
        unsaid=frozenset(strings(project.get("dynamic"))),
    )


def _target(value: object) -> str:
    """Where a command leads; Poetry writes a table where it is more than a function."""
    return string(value) or string(table(value).get("reference")) or string(table(value).get("callable"))


def _always(wanted: Mapping[str, object]) -> list[str]:
    return [name for name, how in wanted.items() if not table(how).get("optional")]


def _names(wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(normal(found) for each in wanted if (found := requirement_name(each)))


def _setup_cfg(data: bytes) -> Offers:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text_of(data))
    except configparser.Error as error:
        raise ManifestError(f"it is not an ini file: {str(error).partition(chr(10))[0]}") from error
    section = "options.entry_points"
    groups = dict(parser.items(section)) if parser.has_section(section) else {}
    commands: dict[str, str] = {}
    plugins: dict[str, str] = {}
    for group, listed in groups.items():
        pairs = dict(_pair(line) for line in listed.splitlines() if "=" in line)
        if group in ("console_scripts", "gui_scripts"):
            commands |= pairs
        else:
            plugins |= {f"{group} {name}": target for name, target in pairs.items()}
    extras = parser.items("options.extras_require") if parser.has_section("options.extras_require") else ()
    return Offers(
        name=parser.get("metadata", "name", fallback="").strip(),
        commands=commands,
        plugins=plugins,
        extras={normal(name): _names(listed.splitlines()) for name, listed in extras},
        needs=_names(parser.get("options", "install_requires", fallback="").splitlines()),
        runs_on=parser.get("options", "python_requires", fallback="").strip(),
        named_versions=frozenset(_CLASSIFIED.findall(text_of(data))),
    )


def _pair(line: str) -> tuple[str, str]:
    name, _, target = line.partition("=")
    return name.strip(), target.strip()


def _setup_py(data: bytes) -> Offers:
    """What a `setup.py` writes out; the rest is known when it runs, and nothing is run here."""
    text = text_of(data)[:_MOST_CHARACTERS]
    console, extras = _CONSOLE.search(text), _EXTRAS.search(text)
    name, needed = _NAME.search(text), _REQUIRES.search(text)
    unsaid = {word for word, found in (("scripts", console), ("optional-dependencies", extras)) if found is None}
    named = {"scripts": "entry_points", "optional-dependencies": "extras_require"}
    listed = _EXTRA.finditer(extras["listed"]) if extras else ()
    return Offers(
        name=name[1] if name else "",
        commands=dict(_pair(each) for each in _QUOTED.findall(console["listed"]) if "=" in each) if console else {},
        extras={normal(each["name"]): _names(_QUOTED.findall(each["needs"])) for each in listed},
        runs_on=needed[1].strip() if needed else "",
        named_versions=frozenset(_CLASSIFIED.findall(text)),
        unsaid=frozenset(word for word in unsaid if named[word] in text),
    )


def _npm(data: bytes) -> Offers:
    package, _ = json_object(data)
    name, bins = string(package.get("name")), package.get("bin")
    commands = {name.rpartition("/")[2]: bins} if isinstance(bins, str) else table(bins)
    return Offers(
        name=name,
        commands={key: string(value) for key, value in commands.items()},
        subpaths=entries(package),
        main=main_entry(package),
        runs_on=string(table(package, "engines").get("node")),
    )


def _go_mod(data: bytes) -> Offers:
    module, _ = declared_module(data)
    version = _GO.search(text_of(data))
    return Offers(name=module, runs_on=version["version"] if version else "")


def _without_remarks(text: str) -> str:
    """A text of XML without what stands in its remarks."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        at = len(text) if end < 0 else end + len("-->")
    return "".join(kept) + text[at:]


def _java(data: bytes) -> Offers:
    text = _without_remarks(text_of(data))
    found = _JAVA.search(text) or _JAVA_ALSO.search(text)
    return Offers(runs_on=(found["pom"] or found["gradle"]) if found else "")


_READERS: Final[Mapping[str, Callable[[bytes], Offers]]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "package.json": _npm,
    "go.mod": _go_mod,
    "pom.xml": _java,
    "build.gradle": _java,
    "build.gradle.kts": _java,
}
