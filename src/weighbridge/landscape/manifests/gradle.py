"""Gradle: the projects a settings file includes, and what a build file says of its own; read as text, never run."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, maven_key
from weighbridge.landscape.manifests.texts import resolve, text_of, with_lines

_INCLUDE = re.compile(r"^[ \t]*include\b[ \t]*\(?((?:[ \t\r\n]*['\"][^'\"\n]*['\"][ \t]*,?)+)", re.MULTILINE)
_QUOTED = re.compile(r"['\"]([^'\"\n]+)['\"]")
_ROOT_NAME = re.compile(r"rootProject\.name\s*=\s*['\"]([^'\"\n]+)['\"]")
_PROJECT = re.compile(r"\bproject\s*\(\s*(?:path\s*[:=]\s*)?['\"](:[^'\"\n]*)['\"]")
_ACCESSOR = re.compile(r"\bprojects\.([A-Za-z0-9_.]+)")
_COORDINATES = re.compile(r"['\"]([A-Za-z0-9_.\-]+):([A-Za-z0-9_.\-]+)(?::[^'\"\n]*)?['\"]")
_SERVERS = re.compile(r"spring-boot|org\.springframework\.boot|io\.ktor|io\.quarkus|io\.micronaut|\bapplication\b")


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    text = text_of(data)
    if path.rpartition("/")[2].startswith("settings."):
        return _settings(path, text)
    return (_build(path, text),)


def _settings(path: RepoPath, text: str) -> tuple[Claim, ...]:
    folder = folder_of(path)
    named = _ROOT_NAME.search(text)
    claims = []
    for found, line in with_lines(_INCLUDE, text):
        for quoted in _QUOTED.findall(found.group(1)):
            root = resolve(folder, quoted.strip(":").replace(":", "/"))
            if root:
                name = root.rpartition("/")[2]
                claims.append(
                    Claim(root=root, name=name, authority=Authority.WORKSPACE, source=path, line=line, is_own=True)
                )
    name = named.group(1) if named else folder.rpartition("/")[2]
    authority = Authority.WORKSPACE if claims else Authority.PACKAGE
    return (Claim(root=folder, name=name, authority=authority, source=path), *claims)


def _build(path: RepoPath, text: str) -> Claim:
    folder = folder_of(path)
    found: dict[str, Need] = {}
    for match, line in with_lines(_PROJECT, text):
        key = f"gradle:{match.group(1)}"
        found.setdefault(key, Need(key=key, line=line))
    for match, line in with_lines(_ACCESSOR, text):
        key = f"gradle::{match.group(1).replace('.', ':')}"
        found.setdefault(key, Need(key=key, line=line))
    for match, line in with_lines(_COORDINATES, text):
        key = maven_key(match.group(1), match.group(2))
        found.setdefault(key, Need(key=key, line=line))
    return Claim(
        root=folder,
        name=folder.rpartition("/")[2],
        authority=Authority.BUILD,
        source=path,
        kind=ComponentKind.SERVICE if _SERVERS.search(text) else ComponentKind.LIBRARY,
        provides=(f"gradle::{folder.replace('/', ':')}", folder_key(folder)),
        requires=tuple(found.values()),
    )


READER = ManifestReader(
    names=frozenset({"settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts"}), read=_read
)
