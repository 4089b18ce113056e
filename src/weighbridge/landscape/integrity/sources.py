"""Where build and package tools are told to take what they fetch from: repositories, mirrors, registries, indexes, wrappers."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.texts import string, strings, table, text_of, toml_table

if TYPE_CHECKING:
    from weighbridge.landscape.manifests.xml_tree import Element

Read = Callable[[bytes], Mapping[str, str]]

WRAPPERS: Final = ("gradle-wrapper.properties", "maven-wrapper.properties")
"""Files that say which program the wrapper of a build tool fetches, and by which checksum it is known."""
_PROGRAMS: Final = frozenset({"distributionUrl", "wrapperUrl", "yarnPath", "yarn-path"})
"""Keys that name a program with its version: another version of it from the same place leads nowhere else."""
_VERSION: Final = LatePattern(r"v?\d[\w.+-]*")
_REPOSITORY: Final = LatePattern(
    r"""\b(?:url\s*[=(\s]\s*|(?:maven|ivy|uri)\s*\(\s*(?:url\s*=\s*)?)(?:uri\s*\(\s*)?["']([^"'\n]+)["']"""
)
_COMMENT: Final = LatePattern(r"(?m)^[ \t]*//.*$")
_OPTION: Final = LatePattern(r"(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)[ \t=]+(\S+)")
_LONG: Final = {"-i": "--index-url", "-f": "--find-links"}
_DIRECT: Final = LatePattern(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)")
_INDEXES: Final = ("index-url", "extra-index-url", "find-links", "trusted-host")
_SOURCES: Final = ("replace-with", "registry", "local-registry", "directory", "git")


def source_reader(path: RepoPath) -> Read | None:
    """What reads where a file of this name sends a tool; None for other files."""
    name = path.rpartition("/")[2]
    if re.fullmatch(r"[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt", name):
        return _of_requirements
    if name in ("config.toml", "config"):
        return _of_cargo_configuration if path.endswith(f".cargo/{name}") else None
    return _READERS.get(name)


def speaks_for_all(path: RepoPath) -> bool:
    """Whether a file sends elsewhere what was found without it: a new one then leads elsewhere too."""
    return path.rpartition("/")[2] in _CONFIGURATIONS or ".cargo/" in path


def leads_alike(key: str, *, before: str, after: str) -> bool:
    """Whether two values lead to the same place: a program's version may be another."""
    return before == after or (key in _PROGRAMS and _place(before) == _place(after) != "")


def _place(value: str) -> str:
    folders = value.rpartition("/")[0].split("/")
    return "/".join(part for part in folders if not _VERSION.fullmatch(part))


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url


def _of_maven(data: bytes) -> Mapping[str, str]:
    from weighbridge.landscape.manifests.xml_tree import xml_element  # noqa: PLC0415 - few changes touch such a file

    root = xml_element(data)
    found: dict[str, str] = {}
    for around in (root, *root.all_of("profiles", "profile")):
        for outer, inner in (("repositories", "repository"), ("pluginRepositories", "pluginRepository")):
            found.update(_named(around.all_of(outer, inner), inner))
    if root.name == "settings":
        found.update(_named(root.all_of("mirrors", "mirror"), "mirror"))
    return found


def _named(elements: "list[Element]", kind: str) -> Iterator[tuple[str, str]]:
    for each in elements:
        url = each.text_of("url")
        if url:
            yield f"{kind} {each.text_of('id') or _host(url)}", url


def _of_gradle(data: bytes) -> Mapping[str, str]:
    urls = (found[1] for found in _REPOSITORY.finditer(_COMMENT.sub("", text_of(data))))
    return {f"repository {_host(url)}": url for url in urls}


def _of_wrapper(data: bytes) -> Mapping[str, str]:
    found = dict(settings_of(text_of(data)))
    return {key: found[key].replace("\\", "") for key in ("distributionUrl", "wrapperUrl") if key in found}


def settings_of(text: str) -> Iterator[tuple[str, str]]:
    """The keys and values of lines such as `key=value`."""
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.lstrip().startswith(("#", ";")):
            yield key.strip(), value.strip().strip("\"'")


def _of_npm(data: bytes) -> Mapping[str, str]:
    return {key: value for key, value in settings_of(text_of(data)) if key == "registry" or key.endswith(":registry")}


def _of_yarn(data: bytes) -> Mapping[str, str]:
    from weighbridge.landscape.manifests.yaml_values import entries_at, text_at, yaml_records  # noqa: PLC0415 - the same

    found: dict[str, str] = {}
    for record in yaml_records(data):
        scopes = ((f"npmScopes {scope.value} > ", each) for scope, each in entries_at(record, "npmScopes"))
        for of, each in (("", record), *scopes):
            found.update((of + key, text_at(each, key)) for key in ("npmRegistryServer", "yarnPath"))
    return {key: value for key, value in found.items() if value}


def _of_classic_yarn(data: bytes) -> Mapping[str, str]:
    words = (line.split(None, 1) for line in text_of(data).splitlines())
    pairs = {each[0].strip('"'): each[1].strip("\"' ") for each in words if len(each) > 1}
    return {key: value for key, value in pairs.items() if key in _PROGRAMS or key.rpartition(":")[2] == "registry"}


def _of_pip(data: bytes) -> Mapping[str, str]:
    import configparser  # noqa: PLC0415 - the same

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text_of(data))
    except configparser.Error as error:
        raise ManifestError("it is not an ini file") from error
    pairs = ((f"{part} {key}", parser.get(part, key)) for part in parser.sections() for key in parser.options(part))
    return {key: " ".join(value.split()) for key, value in pairs if key.rpartition(" ")[2] in _INDEXES}


def _of_requirements(data: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in text_of(data).splitlines():
        stated = line.strip()
        if option := _OPTION.match(stated):
            key = _LONG.get(option[1], option[1])
            found[key] = f"{found[key]} {option[2]}" if key in found else option[2]
        elif direct := _DIRECT.match(stated):
            found[f"dependency {direct[1]}"] = direct[2]
    return found


def _of_python(data: bytes) -> Mapping[str, str]:
    document, _ = toml_table(data)
    found: dict[str, str] = {}
    uv = table(document, "tool", "uv")
    for place in (uv, table(document, "pip"), document):
        found.update((key, " ".join(strings(place[key]))) for key in ("index-url", "extra-index-url") if key in place)
    for list_of in (
        uv.get("index"),
        document.get("index"),
        table(document, "tool", "poetry").get("source"),
        table(document, "tool", "pdm").get("source"),
        document.get("source"),
    ):
        found.update(_listed(list_of))
    for name, source in table(uv, "sources").items():
        wanted = table(source)
        value = next((string(wanted[key]) for key in ("git", "url", "path", "index") if key in wanted), "")
        if value:
            found[f"dependency {name}"] = value
    return found


def _listed(value: object) -> Iterator[tuple[str, str]]:
    for each in value if isinstance(value, list) else ():
        url = string(table(each).get("url"))
        if url:
            yield f"index {string(table(each).get('name')) or _host(url)}", url


def _of_cargo_configuration(data: bytes) -> Mapping[str, str]:
    document, _ = toml_table(data)
    found: dict[str, str] = {}
    for name, source in table(document, "source").items():
        found.update((f"source {name} > {key}", string(table(source)[key])) for key in _SOURCES if key in table(source))
    for name, registry in table(document, "registries").items():
        found[f"registries {name}"] = string(table(registry).get("index"))
    found["registry default"] = string(table(document, "registry").get("default"))
    found["paths"] = " ".join(strings(document.get("paths")))
    return {key: value for key, value in (*found.items(), *_of_crate(data).items()) if value}


def _of_crate(data: bytes) -> Mapping[str, str]:
    """What `[patch]` and `[replace]` put in the place of crates."""
    document, _ = toml_table(data)
    patches = table(document, "patch")
    sections = [*((f"patch {name} >", table(patch)) for name, patch in patches.items())]
    found: dict[str, str] = {}
    for section, crates in (*sections, ("replace", table(document, "replace"))):
        for name, crate in crates.items():
            wanted = table(crate)
            value = next((string(wanted[key]) for key in ("git", "path", "registry") if key in wanted), "")
            found[f"{section} {name}"] = value or string(wanted.get("version")) or string(crate)
    return found


_CONFIGURATIONS: Final[Mapping[str, Read]] = {
    "settings.xml": _of_maven,
    ".npmrc": _of_npm,
    ".yarnrc.yml": _of_yarn,
    ".yarnrc": _of_classic_yarn,
    "pip.conf": _of_pip,
    "pip.ini": _of_pip,
    "uv.toml": _of_python,
}
_READERS: Final[Mapping[str, Read]] = {
    **_CONFIGURATIONS,
    "pom.xml": _of_maven,
    **dict.fromkeys(WRAPPERS, _of_wrapper),
    **dict.fromkeys(("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"), _of_gradle),
    "pyproject.toml": _of_python,
    "Pipfile": _of_python,
    "Cargo.toml": _of_crate,
}
