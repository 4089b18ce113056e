"""Files of repositories at revisions, and the regular expressions in them."""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.extract import extract
from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.roles import role_of
from weighbridge.landscape.resources.patterns.written import Written, written_in

ROLES: Final = frozenset({"python", "javascript", "typescript", "tsx"})
OF_TESTS: Final = re.compile(r"(^|/)(tests?|specs?|__tests__|node_modules)/|\.(test|spec|min)\.|(^|/)test_|_test\.")
_LARGEST: Final = 400_000
_FOUND: Final = 3


class Ground:
    """One repository, bare."""

    def __init__(self, folder: Path, name: str) -> None:
        place = folder / name.replace("/", "+")
        self._place = place / "repo" if (place / "repo").is_dir() else place

    @cached_property
    def _asked(self) -> subprocess.Popen[bytes]:
        """One git for all files."""
        command = ["git", "-C", str(self._place), "cat-file", "--batch"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def git(self, *words: str) -> bytes:
        """What git answers; nothing where it refuses."""
        return subprocess.run(["git", "-C", str(self._place), *words], capture_output=True, check=False).stdout

    def paths(self, revision: str) -> list[str]:
        """The paths of the files of code that are no tests."""
        listed = self.git("ls-tree", "-r", "--name-only", revision).decode("utf-8", "replace").splitlines()
        return [path for path in listed if is_code(path)]

    def text(self, revision: str, path: str) -> bytes:
        """The bytes of a file; none where there is none."""
        into, out = self._asked.stdin, self._asked.stdout
        if into is None or out is None or "\n" in path:
            return b""
        into.write(f"{revision}:{path}\n".encode())
        into.flush()
        head = out.readline().split()
        if len(head) != _FOUND or head[1] != b"blob":
            return b""
        data = out.read(int(head[2]))
        out.read(1)
        return data

    def patterns(self, revision: str) -> list[Written]:
        """All regular expressions of a revision, each once."""
        found: dict[tuple[str, ...], Written] = {}
        for path in self.paths(revision):
            for each in written_at(path, self.text(revision, path)):
                found.setdefault((each.text, each.flags, each.manner, each.dialect), each)
        return list(found.values())

    def changed(self, revision: str) -> Iterator[tuple[str, bytes, bytes]]:
        """The files of code that a commit changes, before and after it."""
        listed = self.git("diff", "--name-only", "--no-renames", f"{revision}^", revision).decode("utf-8", "replace")
        for path in filter(is_code, listed.splitlines()):
            yield path, self.text(f"{revision}^", path), self.text(revision, path)

    def commits(self, revision: str, *, words: Sequence[str], most: int) -> list[str]:
        """The newest commits whose changes hold one of these words in files of code."""
        asked = ["log", "--no-merges", "--format=%H", f"-{most}", "-G", "|".join(words), revision, "--", "*.py", "*.js", "*.ts", "*.tsx"]  # fmt: skip
        return self.git(*asked).decode().split()


def is_code(path: str) -> bool:
    """Whether a path is one of a file of code of these languages, and of no test."""
    return role_of(RepoPath(path)) in ROLES and not OF_TESTS.search(path)


@lru_cache(maxsize=64)
def written_at(path: str, data: bytes) -> Sequence[Written]:
    """The regular expressions of a file; none where it is too large or no code."""
    role = role_of(RepoPath(path))
    if not data or len(data) > _LARGEST or role not in ROLES:
        return []
    try:
        return list(written_in(extract(data, role)))
    except ExtractionError:
        return []


def texts_of(files: Sequence[tuple[str, bytes, bytes]], *, of_head: bool) -> Mapping[str, str]:
    """One side of changed files."""
    found = {path: (after if of_head else before) for path, before, after in files}
    return {path: data.decode("utf-8", "replace") for path, data in found.items() if data and len(data) < _LARGEST}
