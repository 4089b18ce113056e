"""Which files of a tree set the environment that code runs in: whoever sets a name has to write it there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 600
_MOST_BYTES: Final = 400_000
_LOCKS: Final = ("package.json", "package-lock.json", "pnpm-lock.yaml", "pyproject.toml", "tsconfig.json")
_NAMES: Final = LatePattern(
    r"(?:.*dockerfile.*|containerfile.*|procfile.*|makefile|justfile|\.env.*|.*\.env(?:\..*)?|vagrantfile|jenkinsfile"
    r"|.*\.(?:ya?ml|tf|tfvars|hcl|sh|bash|service|toml|properties|bicep|nix|j2|tpl|tmpl|conf|json|zsh|ps1|bat|plist))"
)
_BEFORE: Final = r"(?<![\w${.-])"
_BEHIND: Final = r"(?=\s*\??[:+]?=|\"?'?\s*:|[\"']|[ \t]*(?:[\r\n]|\Z)|[ \t]+[^\s=(])"
"""What stands around a name that is set: in YAML, HCL, JSON, a script, Docker's `ENV NAME value`, or as an element of a list."""
_WRITTEN: Final = LatePattern(r"\.ya?ml(?:\.\w+)?$|\.(?:j2|tpl|tmpl|gotmpl|example|sample|dist)$")
_STRUCTURED: Final = (".yaml", ".yml", ".json", ".toml")
_ENVIRONMENT: Final = LatePattern(
    r"(?i)\b(?:env|environment|env_?vars?|env_variables|extra_?env\w*|data|stringData|secrets?)\"?\s*[\]:=]"
)
"""What stands in a file of many uses that sets an environment; a program's own configuration has keys of its own."""
_LARGE: Final = LatePattern(r"(?:^|/)(?:locales?|i18n|translations|node_modules|vendor|fixtures|openapi|schemas?)/")


def _may_be_written(path: RepoPath) -> bool:
    """Whether a file holds a configuration in YAML, or is a template of one, by its name."""
    return bool(_WRITTEN.search(path.lower())) and not is_test(path) and not _LARGE.search(path)


def may_set(path: RepoPath) -> bool:
    """Whether a file may set the environment, by its name."""
    name = path.rpartition("/")[2].lower()
    return bool(_NAMES.fullmatch(name)) and name not in _LOCKS and not is_test(path) and not _LARGE.search(path)


class Deployments:
    """The files of head that set what code is run with."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees

    def set(self, name: str) -> list[Place]:
        """Where a name is written so that it is set, in either case of letters; one place in each file."""
        found = re.compile(rf"{_BEFORE}{re.escape(name)}{_BEHIND}", re.IGNORECASE)
        return [*self._first(found)]

    def use(self, name: str) -> list[Place]:
        """Where a script or a template asks for the name itself."""
        return [*self._first(re.compile(rf"\$[{{(]*(?:env\.)?{re.escape(name)}\b"))]

    def writing(self, key: str, *, beside: Iterable[str]) -> list[Place]:
        """The files that write a key of YAML, and another of those that stand beside it; one place in each file."""
        wanted = re.compile(rf"(?m)^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*:")
        others = [re.compile(rf"(?m)^[ \t]*[\"']?{re.escape(each)}[\"']?[ \t]*:") for each in beside if each != key]
        found = []
        for path, text in self._written:
            match = wanted.search(text)
            if match is not None and (not others or any(other.search(text) for other in others)):
                line = text.count("\n", 0, match.start()) + 1
                found.append(Place(path=path, line=line, end_line=line))
        return found

    @property
    def _written(self) -> Iterator[tuple[RepoPath, str]]:
        """The files that hold YAML, or from which it is made."""
        blobs = self._trees.on(Side.HEAD).blobs
        likely = sorted((path for path in blobs if _may_be_written(path)), key=lambda path: (path.count("/"), path))
        for path in likely[:_MOST_FILES]:
            data = self._trees.read(blobs[path].oid, _MOST_BYTES)
            if isinstance(data, bytes):
                yield path, data.decode("utf-8", "replace")

    def _first(self, wanted: re.Pattern[str]) -> Iterator[Place]:
        for path, text in self._texts:
            if (
                match := next((each for each in wanted.finditer(text) if not _is_remark(text, each.start())), None)
            ) is not None:
                line = text.count("\n", 0, match.start()) + 1
                yield Place(path=path, line=line, end_line=line)

    @cached_property
    def _texts(self) -> Sequence[tuple[RepoPath, str]]:
        blobs = self._trees.on(Side.HEAD).blobs
        likely = sorted((path for path in blobs if may_set(path)), key=lambda path: (path.count("/"), path))
        read = ((path, self._trees.read(blobs[path].oid, _MOST_BYTES)) for path in likely[:_MOST_FILES])
        texts = ((path, data.decode("utf-8", "replace")) for path, data in read if isinstance(data, bytes))
        return [(path, text) for path, text in texts if not path.endswith(_STRUCTURED) or _ENVIRONMENT.search(text)]


def _is_remark(text: str, at: int) -> bool:
    """Whether a place stands behind words of a remark; what is merely switched off by `#` is an example of setting it."""
    before = text[text.rfind("\n", 0, at) + 1 : at].strip()
    return before.startswith(("#", "//")) and bool(
        before.strip("#/ \t").removeprefix("export").removeprefix("ENV").removeprefix("-").strip()
    )
