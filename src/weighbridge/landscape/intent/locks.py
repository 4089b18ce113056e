"""What lock files fix: which package in which version, from where, with which checksum, and what each leads to."""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern

MOST_BYTES: Final = 8_000_000


class Fixed(Struct, frozen=True, kw_only=True):
    """One package in one version; `source` is where it is fetched, `checksums` what its bytes must come to."""

    name: str
    version: str
    source: str = ""
    checksums: frozenset[str] = frozenset()


class Lock(Struct, frozen=True, kw_only=True):
    """A lock file, read; `leads_to` holds the names that a package needs, None where the format does not say."""

    packages: Mapping[tuple[str, str], Fixed] = field(default_factory=dict)
    leads_to: Mapping[str, frozenset[str]] | None = None
    roots: frozenset[str] = frozenset()
    """What the projects of the file itself ask for, where it says so."""

    @property
    def versions(self) -> Mapping[str, frozenset[str]]:
        """The versions of each package."""
        found: dict[str, set[str]] = {}
        for name, version in self.packages:
            found.setdefault(name, set()).add(version)
        return {name: frozenset(each) for name, each in found.items()}

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """These names with all that they lead to."""
        found: set[str] = set()
        left = list(names)
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += (self.leads_to or {}).get(name, ())
        return frozenset(found)


class _Draft:
    """A lock file while it is read."""

    def __init__(self) -> None:
        self.packages: dict[tuple[str, str], Fixed] = {}
        self.needs: dict[str, set[str]] = {}
        self.roots: set[str] = set()

    def add(self, fixed: Fixed, needs: Iterable[str] = ()) -> None:
        """One package."""
        known = self.packages.get((fixed.name, fixed.version))
        if known is None or not known.checksums:
            self.packages[fixed.name, fixed.version] = fixed
        self.needs.setdefault(fixed.name, set()).update(needs)

    def done(self, *, says_needs: bool = True) -> Lock:
        """The file as a value."""
        needs = {name: frozenset(each) for name, each in self.needs.items()} if says_needs else None
        return Lock(packages=self.packages, leads_to=needs, roots=frozenset(self.roots))


def read_lock(name: str, text: str) -> Lock | None:
    """The lock file of this name; None where it is of a kind that is not read, or is not of its form."""
    read = _READERS.get(name)
    if read is None or len(text) > MOST_BYTES:
        return None
    try:
        return read(text)
    except (ValueError, TypeError, AttributeError, RecursionError, KeyError):
        return None


def _npm(text: str) -> Lock:
    draft = _Draft()
    document = json.loads(text)
    for path, each in document.get("packages", {}).items():
        name = each.get("name") if not path else path.rpartition("node_modules/")[2]
        needs = [key for kind in _NEEDS_OF_NPM for key in each.get(kind, {})]
        if "node_modules/" not in path:
            draft.roots.update(needs)
        elif not each.get("link"):
            draft.add(_fixed_npm(str(name), each), needs)
    if "packages" not in document:
        _npm_of_old(document.get("dependencies", {}), draft)
    return draft.done()


_NEEDS_OF_NPM: Final = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def _npm_of_old(dependencies: Mapping[str, dict[str, object]], draft: _Draft) -> None:
    left = [dependencies]
    while left:
        for name, each in left.pop().items():
            needs, within = each.get("requires"), each.get("dependencies")
            draft.add(_fixed_npm(name, each), needs if isinstance(needs, dict) else ())
            if isinstance(within, dict):
                left.append(within)


def _fixed_npm(name: str, each: Mapping[str, object]) -> Fixed:
    return Fixed(
        name=name,
        version=str(each.get("version", "")),
        source=str(each.get("resolved", "")),
        checksums=frozenset(str(each.get("integrity", "")).split()),
    )


def _tables(text: str) -> Lock:
    """Those of uv, Poetry, PDM and Cargo."""
    draft = _Draft()
    for each in tomllib.loads(text).get("package", []):
        needs = list(_needs_of_table(each.get("dependencies", ())))
        source = each.get("source")
        if _is_own(source, each):
            draft.roots.update(needs)
            continue
        files = [*each.get("files", ()), *each.get("wheels", ()), *([each["sdist"]] if "sdist" in each else [])]
        sums = {str(file["hash"]) for file in files if isinstance(file, dict) and "hash" in file}
        sums |= {str(each["checksum"])} if "checksum" in each else set()
        where = " ".join(str(one) for one in source.values()) if isinstance(source, dict) else str(source or "")
        draft.add(
            Fixed(name=each["name"], version=str(each.get("version", "")), source=where, checksums=frozenset(sums)),
            needs,
        )
    return draft.done()


def _is_own(source: object, each: Mapping[str, object]) -> bool:
    """Whether it is a project of the repository itself: Cargo says no source of it, uv a folder."""
    if isinstance(source, dict):
        return bool(source.keys() & {"editable", "virtual", "directory", "workspace"})
    return source is None and not any(
        key in each for key in ("files", "checksum", "wheels", "sdist", "category", "optional")
    )


def _needs_of_table(needs: object) -> Iterator[str]:
    for each in needs if isinstance(needs, list | dict) else ():
        if isinstance(each, dict):
            yield str(each.get("name", ""))
        elif isinstance(each, str):
            yield _WORD.split(each)[0]


_WORD: Final = LatePattern(r"[\s\[<>=!~;(]")


def _yarn(text: str) -> Lock:
    draft = _Draft()
    name, needs, said, in_needs = "", list[str](), dict[str, str](), False
    for line in [*text.splitlines(), "end:"]:
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if (
                name
                and said.get("version")
                and not said.get("resolution", "").partition("@")[2].startswith("workspace")
            ):
                draft.add(_fixed_yarn(name, said), needs)
            elif name:
                draft.roots.update(needs)
            name, needs, said, in_needs = _yarn_name(line), [], {}, False
        elif line.startswith("    "):
            needs += [_key(line)] if in_needs else []
        else:
            key = _key(line)
            in_needs = key in ("dependencies", "optionalDependencies")
            said[key] = line.strip()[len(key) :].strip(' :"')
    return draft.done()


def _yarn_name(line: str) -> str:
    first = line.split(",", 1)[0].strip(' ":')
    at = first.find("@", 1)
    return first[:at] if at > 0 else ""


def _key(line: str) -> str:
    return line.strip().lstrip('"').partition(" ")[0].rstrip(':"')


def _fixed_yarn(name: str, said: Mapping[str, str]) -> Fixed:
    sums = said.get("integrity") or said.get("checksum", "")
    return Fixed(
        name=name,
        version=said["version"],
        source=said.get("resolved", "").partition("#")[0],
        checksums=frozenset(sums.split()),
    )


def _pnpm(text: str) -> Lock:
    """Its list of packages alone; what leads to what is not read."""
    draft = _Draft()
    section, name, version = "", "", ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            section = line.rstrip(":")
        elif section == "packages" and line.startswith("  ") and line[2:3] not in (" ", "") and line.endswith(":"):
            key = line.strip().strip("':\"").lstrip("/").partition("(")[0]
            name, _, version = key.rpartition("@") if "@" in key[1:] else key.rpartition("/")
            draft.add(Fixed(name=name, version=version))
        elif section == "packages" and "integrity:" in line and name:
            found = line.partition("integrity:")[2].strip(" }").partition(",")[0].partition("}")[0].strip()
            draft.packages[name, version] = Fixed(name=name, version=version, checksums=frozenset((found,)))
    return draft.done(says_needs=False)


def _go(text: str) -> Lock:
    draft = _Draft()
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 3 and not parts[1].endswith("/go.mod"):
            draft.add(Fixed(name=parts[0], version=parts[1], checksums=frozenset((parts[2],))))
    return draft.done(says_needs=False)


def _ruby(text: str) -> Lock:
    draft = _Draft()
    name, source, section = "", "", ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            section, source = line.strip(), ""
        elif line.startswith("  remote:"):
            source = line.partition(":")[2].strip()
        elif section in ("GEM", "GIT") and line.startswith("      "):
            draft.needs.setdefault(name, set()).add(line.split()[0].rstrip("!"))
        elif section in ("GEM", "GIT") and line.startswith("    ") and "(" in line:
            name, _, rest = line.strip().partition(" (")
            draft.add(Fixed(name=name, version=rest.rstrip(")"), source=source))
        elif section == "DEPENDENCIES" and line.strip():
            draft.roots.add(line.split()[0].rstrip("!"))
    return draft.done()


def _composer(text: str) -> Lock:
    draft = _Draft()
    document = json.loads(text)
    for each in [*document.get("packages", []), *document.get("packages-dev", [])]:
        dist = each.get("dist") or {}
        fixed = Fixed(
            name=each["name"],
            version=each.get("version", ""),
            source=str(dist.get("url", "")),
            checksums=frozenset(filter(None, [str(dist.get("shasum") or "")])),
        )
        draft.add(fixed, each.get("require", ()) or ())
    return draft.done()


_READERS: Final[Mapping[str, Callable[[str], Lock]]] = {
    "package-lock.json": _npm,
    "npm-shrinkwrap.json": _npm,
    "yarn.lock": _yarn,
    "pnpm-lock.yaml": _pnpm,
    "uv.lock": _tables,
    "poetry.lock": _tables,
    "pdm.lock": _tables,
    "Cargo.lock": _tables,
    "go.sum": _go,
    "Gemfile.lock": _ruby,
    "composer.lock": _composer,
}
READ: Final = frozenset(_READERS)
"""The names of the lock files that are read."""
