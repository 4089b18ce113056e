"""Repositories to measure on: borrowed, fetched or made up, and changes made in them without a work tree."""

import io
import os
import random
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_IDENTITY: Final = {
    f"GIT_{who}_{what}": said
    for who in ("AUTHOR", "COMMITTER")
    for what, said in (("NAME", "Bench"), ("EMAIL", "bench@example.org"), ("DATE", "2026-01-01T00:00:00Z"))
}
_NOW = 1_767_225_600
"""When a measured change is made: 2026 begins."""
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Language:
    """How a function begins and what may stand in it."""

    suffix: str
    header: re.Pattern[str]
    statement: str


LANGUAGES: Final = {
    "python": Language(".py", re.compile(r"^ *(async )?def \w+\(.*\).*:$", re.M), "probe = {}"),
    "typescript": Language(".ts", re.compile(r"^ *(export )?(async )?function \w+\(.*\).*\{$", re.M), "void {};"),
    "go": Language(".go", re.compile(r"^func .*\{$", re.M), "_ = {}"),
    "java": Language(".java", re.compile(r"^[ \t]+(public|private|protected) [^=;]*\).*\{$", re.M), "int probe = {};"),
}


def git(folder: Path, *arguments: str, given: bytes = b"", index: Path | None = None) -> bytes:
    """What git says."""
    env = dict(os.environ) | _IDENTITY | ({"GIT_INDEX_FILE": str(index)} if index else {})
    run = subprocess.run(["git", "-C", folder, *arguments], input=given, capture_output=True, check=True, env=env)
    return run.stdout


@dataclass(frozen=True, slots=True)
class Touched:
    """A file with a statement put into one of its functions."""

    path: str
    content: bytes


class Borrowed:
    """A clone that shares the objects of another repository, which is never written to."""

    def __init__(self, source: Path, folder: Path) -> None:
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", source, folder], check=True)
        self.folder = folder
        git(folder, "read-tree", "HEAD")
        self.base = git(folder, "rev-parse", "HEAD").decode().strip()

    def language(self) -> str:
        """That of most files."""
        names = [entry[0] for entry in self._files()]
        return max(LANGUAGES, key=lambda one: sum(name.endswith(LANGUAGES[one].suffix) for name in names))

    def count(self) -> int:
        """Files in the tree."""
        return len(list(self._files()))

    def touched(self, count: int, *, seed: int) -> list[Touched]:
        """`count` random files, each with one function's body changed."""
        language = LANGUAGES[self.language()]
        files = [(p, oid) for p, oid, size in self._files() if p.endswith(language.suffix) and size < _LARGEST]
        random.Random(seed).shuffle(files)  # noqa: S311 - a sample, not a secret
        found: list[Touched] = []
        while files and len(found) < count:
            some, files = files[: 2 * count], files[2 * count :]
            for (path, _), content in zip(some, self._contents([oid for _, oid in some]), strict=True):
                changed = with_statement(content.decode("utf-8", "replace"), language, number=seed)
                if changed and len(found) < count:
                    found.append(Touched(path, changed.encode()))
        return found

    def commit(self, files: Sequence[Touched]) -> str:
        """A commit on the base that changes these files."""
        index = self.folder / "bench.index"
        git(self.folder, "read-tree", self.base, index=index)
        self._enter(files, index)
        tree = git(self.folder, "write-tree", index=index).decode().strip()
        message = b"Change some functions' bodies\n"
        return git(self.folder, "commit-tree", tree, "-p", self.base, given=message).decode().strip()

    def stage(self, files: Sequence[Touched]) -> None:
        """Put the files, and nothing else, into the index."""
        git(self.folder, "read-tree", self.base)
        self._enter(files, None)

    def export(self, folder: Path) -> None:
        """The base's files as files."""
        with tarfile.open(fileobj=io.BytesIO(git(self.folder, "archive", self.base))) as archive:
            archive.extractall(folder, filter="data")

    def _enter(self, files: Sequence[Touched], index: Path | None) -> None:
        lines = []
        for file in files:
            oid = git(self.folder, "hash-object", "-w", "--stdin", given=file.content).decode().strip()
            lines.append(f"100644 {oid}\t{file.path}\0")
        git(self.folder, "update-index", "-z", "--index-info", given="".join(lines).encode(), index=index)

    def _files(self) -> Iterator[tuple[str, str, int]]:
        for entry in git(self.folder, "ls-tree", "-r", "-l", "-z", self.base).decode("utf-8", "replace").split("\0"):
            about, _, path = entry.partition("\t")
            is_file = path and about.split()[1] == "blob" and about.startswith("100")
            if is_file and about.split()[3].isdigit():  # a snapshot may lack its largest files
                yield path, about.split()[2], int(about.split()[3])

    def _contents(self, oids: Sequence[str]) -> Iterator[bytes]:
        told = io.BytesIO(git(self.folder, "cat-file", "--batch", given="\n".join([*oids, ""]).encode()))
        for _ in oids:
            size = int(told.readline().split()[2])
            yield told.read(size)
            told.read(1)


def with_statement(text: str, language: Language, *, number: int) -> str:
    """`text` with a statement at the start of its first function; empty when it has none."""
    found = language.header.search(text)
    if found is None:
        return ""
    body = next((line for line in text[found.end() :].split("\n") if line.strip()), "")
    indent = body[: len(body) - len(body.lstrip())]
    if len(indent) <= len(found.group()) - len(found.group().lstrip()):
        return ""  # the body is not below its header: one line, or written in a way that is not ours to guess
    return f"{text[: found.end()]}\n{indent}{language.statement.format(number)}{text[found.end() :]}"


def packages(folder: Path) -> list[str]:
    """The Python packages at the top of a folder."""
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def fetched(requirement: str, folder: Path) -> Path:
    """A repository of one commit that holds a wheel's files, which are unpacked and never run."""
    wheels = folder / "wheels"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--ignore-requires-python"]
    subprocess.run([*command, "--only-binary", ":all:", "-d", wheels, requirement], check=True)
    repository = folder / "repository"
    for wheel in wheels.glob("*.whl"):
        subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, repository], check=True)
    subprocess.run(["git", "init", "-q", repository], check=True)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", f"Unpack {requirement}")
    return repository


def synthetic(count: int, folder: Path, *, hours_ago: int = 0) -> Path:
    """A repository of `count` Python modules in packages of fifty, each of which imports and calls a few before it."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
    when = f"Bench <bench@example.org> {_NOW - 3_600 * hours_ago} +0000"
    stream = [f"commit refs/heads/main\ncommitter {when}\ndata 4\nMake\n"]
    for path, text in modules(count).items():
        stream.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
    git(folder, "fast-import", "--quiet", given="".join(stream).encode())
    return folder


def with_past(commits: int, folder: Path, *, files: int = 1_000) -> Path:
    """The same made-up modules with a past of so many commits by twelve people, an hour apart, each to one to three more."""
    synthetic(files, folder, hours_ago=commits + 1)
    dice = random.Random(commits)  # noqa: S311 - made-up history, not a secret
    paths = [f"shop/part{number // 50}/seen{number}.py" for number in range(files)]
    stream: list[str] = []
    for number in range(commits):
        who = f"Bench {dice.randrange(12)} <bench{dice.randrange(12)}@example.org>"
        says = f"Change {number}" if number % 5 else f"Fix {number}"
        stream.append(f"commit refs/heads/main\ncommitter {who} {_NOW - 3_600 * (commits - number)} +0000\n")
        stream.append(f"data {len(says)}\n{says}\n" + ("from refs/heads/main^0\n" if not number else ""))
        for path in dice.sample(paths, dice.randint(1, 3)):
            seen = f"SEEN = {number}"
            stream.append(f"M 100644 inline {path}\ndata {len(seen)}\n{seen}\n")
    git(folder, "fast-import", "--quiet", given="".join(stream).encode())
    return folder


def modules(count: int) -> Mapping[str, str]:
    """The made-up modules: plain classes and functions, the same for the same count."""
    dice = random.Random(count)  # noqa: S311 - made-up code, not a secret
    found: dict[str, str] = {}
    for number in range(count):
        uses = sorted({dice.randrange(number) for _ in range(min(number, 4))})
        if number % 50 == 0:
            found[f"shop/part{number // 50}/__init__.py"] = '"""A part."""\n'
        found[f"shop/part{number // 50}/m{number}.py"] = _module(number, uses)
    return found | {"shop/__init__.py": '"""A shop."""\n'}


def _module(number: int, uses: Sequence[int]) -> str:
    imports = "".join(f"from shop.part{use // 50}.m{use} import Basket{use}, total_{use}\n" for use in uses)
    calls = "".join(f"        found += total_{use}(Basket{use}(self.name).lines)\n" for use in uses)
    return f'''"""Part {number} of a made-up shop."""

from dataclasses import dataclass, field

{imports}

@dataclass
class Basket{number}:
    """What a customer of kind {number} takes."""

    name: str
    lines: list[float] = field(default_factory=list)

    def add(self, price: float, count: int = 1) -> None:
        """Put some of one thing in."""
        if count < 1:
            raise ValueError(f"{{count}} is not a number of things")
        self.lines.extend([price] * count)

    def weigh(self) -> float:
        """What it comes to with what it stands on."""
        found = total_{number}(self.lines)
{calls}        return found


def total_{number}(lines: list[float], rate: float = 0.{number % 90 + 10}) -> float:
    """The sum with its tax."""
    net = sum(line for line in lines if line > 0)
    return round(net * (1 + rate), 2)
'''
