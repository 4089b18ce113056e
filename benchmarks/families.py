"""What the families about dangerous changes add to a check of one file: `python -m benchmarks.families PART FOLDER…`.

PART names the families that are measured together. Each kind of file is measured in the first of these repositories that has one. A check of it by a wheel with the families is
measured by turns beside one by a wheel without them, so that a busy machine is busy for both; figures are differences of the least CPU seconds.
Each wheel reviews the last commit of a repository once before, with a cache of its own: checks of a repository that was never reviewed
list all its code each time, and do not look where its users' checks do.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from examples.build_demo import build
from scripts.write_status import ROOT, Row

from benchmarks.measuring import WEIGHBRIDGE, keep, used_by
from benchmarks.trees import Borrowed, Touched, git

_DEMO: Final = "the demonstration"
FAMILIES: Final = {
    "families": ("sql", "infrastructure", "contracts"),
    "families-of-words": ("agents", "documents", "intent", "observability", "resources", "tests"),
}
"""What is measured together, by the name that its results are kept under."""
_OWN, _OTHERS = 0.1, 0.01
"""CPU seconds that a check may take longer by: of a file that the families judge, as they do code, and of any other."""
_LARGEST: Final = 1_000_000
_NOT_OF_TESTS: Final = r"^(?!(.*/)?[^/]*(?:test|fixture)[^/]*/)"
"""What contracts and manifests do not lie in, so that the rules judge them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Files that a family reads, and how one of them is changed: something is added, it is copied under a name of today,
    or a value that rules compare (`value`, a pattern with a group before it and one behind it) is `otherwise`.
    """

    name: str
    path: str
    within: bytes = b""
    value: bytes = b""
    otherwise: bytes = b""
    added: bytes = b""
    copy: str = ""
    goal: float = _OWN

    def changed(self, text: bytes) -> bytes | None:
        """A file's text, changed; None where it is none of this kind, or has no such value. Of many values it is the middle one."""
        if self.within not in text:
            return None
        found = list(re.finditer(self.value, text, re.MULTILINE)) if self.value else []
        if self.value and not found:
            return None
        for each in found[len(found) // 2 :][:1]:
            text = text[: each.end(1)] + self.otherwise + text[each.start(2) :]
        return text + self.added


KINDS: Final = (
    Kind(name="a script of SQL", path=r"migrations/.*\.sql$", copy="99990101000000_{}"),
    Kind(name="a migration of Django", path=r"/migrations/\d{4}_.*\.py$", within=b"AlterField", copy="9999_{}"),
    Kind(name="a migration of Alembic", path=r"versions/.*\.py$", within=b"down_revision", copy="ffff{}"),
    Kind(name="a migration of Rails", path=r"db/migrate/.*\.rb$", copy="99990101000000_{}"),
    Kind(
        name="a file of Terraform",
        path=r"\.tf$",
        within=b"\nresource ",
        value=rb"^( +\w+ += )true()$",
        otherwise=b"false",
    ),
    Kind(
        name="a manifest of Kubernetes",
        path=_NOT_OF_TESTS + r".*\.ya?ml$",
        within=b"apiVersion: apps/v1",
        value=rb"^( +replicas: )[1-9]\d*()$",
        otherwise=b"0",
    ),
    Kind(
        name="an OpenAPI description",
        path=_NOT_OF_TESTS + r".*\.ya?ml$",
        within=b"\npaths:",
        value=rb"^( +type: )string()$",
        otherwise=b"integer",
    ),
    Kind(
        name="a GraphQL schema",
        path=_NOT_OF_TESTS + r".*\.graphqls?$",
        within=b"type ",
        value=rb"^( +\w+: )String(!?)$",
        otherwise=b"Int",
    ),
    Kind(
        name="a file of Protocol Buffers",
        path=_NOT_OF_TESTS + r".*\.proto$",
        value=rb"^( +string \w+ = )\d+(;)",
        otherwise=b"999",
    ),
    Kind(
        name="code of Python",
        path=r"(?<!migrations)/(?!test)[a-z_]+\.py$",
        within=b"def ",
        added=b"\nprobe = 1\n",
    ),
    Kind(name="code of Go", path=r"(?<!_test)\.go$", within=b"func ", added=b"\nvar probe = 1\n"),
    Kind(name="a style sheet", path=r"\.(?:css|scss)$", added=b"\n.probe { color: red; }\n", goal=_OTHERS),
    Kind(name="prose", path=r"\.md$", added=b"\nmeasured\n", goal=_OTHERS),
)


KINDS_OF_WORDS: Final = (
    Kind(
        name="code of Python",
        path=r"(?<!migrations)/(?!test)[a-z_]+\.py$",
        within=b"def ",
        added=b"\n\ndef probe(path):\n    return open(path).read()\n",
    ),
    Kind(
        name="tests of Python",
        path=r"/test_[a-z_]+\.py$",
        within=b"assert ",
        added=b"\n\ndef test_probe():\n    assert probe() == 1\n",
    ),
    Kind(
        name="code of TypeScript",
        path=_NOT_OF_TESTS + r".*(?<!\.d)(?<!\.spec)\.ts$",
        within=b"function ",
        added=b"\nexport const probe = /^(a|b)*$/;\n",
    ),
    Kind(name="code of Go", path=r"(?<!_test)\.go$", within=b"func ", added=b"\nvar probe = 1\n"),
    Kind(name="code of Java", path=r"src/main/.*\.java$", within=b"class ", added=b"\nclass Probe { }\n"),
    Kind(name="a document", path=r"\.md$", within=b"`", added=b"\nSee `measured`.\n"),
    Kind(name="instructions for agents", path=r"(?:^|/)(?:AGENTS|CLAUDE)\.md$", added=b"\nRun the tests first.\n"),
    Kind(name="a style sheet", path=r"\.(?:css|scss)$", added=b"\n.probe { color: red; }\n", goal=_OTHERS),
    Kind(name="a script of SQL", path=r"migrations/.*\.sql$", copy="99990101000000_{}", goal=_OTHERS),
)


def wheels(folder: Path, families: Sequence[str]) -> tuple[Path, Path]:
    """The package as it is installed, with these families and without them."""
    without = folder / "sources"
    shutil.copytree(
        ROOT, without, ignore=shutil.ignore_patterns(".venv", ".git", ".build", ".mypy_cache", "__pycache__")
    )
    for family in families:
        shutil.rmtree(without / "src" / "weighbridge" / "rules" / family)
    return _installed(ROOT, folder / "with"), _installed(without, folder / "without")


def _installed(source: Path, place: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
    subprocess.run([*command, os.fspath(place)], cwd=source, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    subprocess.run([sys.executable, "-m", "compileall", "-q", place], check=True)
    return place


def changed(tree: Borrowed, kind: Kind) -> Touched | None:
    """The middle one of the files of a kind, changed; None where there is none."""
    listed = git(tree.folder, "ls-tree", "-r", "-l", "-z", tree.base).decode("utf-8", "replace").split("\0")
    entries = [(about.split(), path) for about, _, path in (each.partition("\t") for each in listed) if path]
    files = sorted(
        path
        for (_, what, _, size), path in entries
        if what == "blob" and re.search(kind.path, path) and int(size) < _LARGEST
    )
    middle = len(files) // 2
    for path in [*files[middle:], *files[:middle]][:400]:
        text = kind.changed(git(tree.folder, "show", f"{tree.base}:{path}"))
        if text is not None:
            folder, slash, last = path.rpartition("/")
            return Touched(f"{folder}{slash}{kind.copy.format(last)}" if kind.copy else path, text)
    return None


def rows(folders: Sequence[Path], *, part: str, repeat: int) -> Iterator[Row]:
    """A row a kind of file: in the first of the repositories that has one, and in the demonstration if that does."""
    kinds = KINDS if part == "families" else KINDS_OF_WORDS
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        both = wheels(place / "wheels", FAMILIES[part])
        build(place / "storefront")
        trees = [(folder.parent.name if folder.name == "repo" else folder.name, folder) for folder in folders]
        borrowed = [(name.replace("+", "/"), Borrowed(folder.resolve(), place / name)) for name, folder in trees]
        demo = (_DEMO, Borrowed(place / "storefront", place / "demo"))
        for kind in kinds:
            found = ((name, tree, changed(tree, kind)) for name, tree in borrowed)
            first = next((each for each in found if each[2] is not None), None)
            if first is None:
                print(f"no repository has {kind.name}", file=sys.stderr)
            for name, tree, file in filter(None, (first, (*demo, changed(demo[1], kind)))):
                if file is not None:
                    tree.stage([file])
                    least = _least(tree.folder, both, cache=place / "cache" / name.replace("/", "+"), repeat=repeat)
                    yield _row(kind, least, files=tree.count(), name=name)


def _row(kind: Kind, least: Sequence[float], *, files: int, name: str) -> Row:
    where = f" in {name}" if name == _DEMO else ""
    return Row(
        item=f"check of {kind.name}{where}: what the families add",
        figure=round(least[0] - least[1], 3),
        unit="CPU s",
        goal=kind.goal,
        note=f"{least[0]:.3f} with them, {least[1]:.3f} without; {files:,} files in {name}",
    )


def _least(folder: Path, both: tuple[Path, Path], *, cache: Path, repeat: int) -> list[float]:
    least = [float("inf")] * 2
    places = [
        {"PYTHONPATH": os.fspath(place), "WEIGHBRIDGE_CACHE": f"{cache}{index}"} for index, place in enumerate(both)
    ]
    for env in places:
        if not Path(env["WEIGHBRIDGE_CACHE"]).exists():
            used_by([*WEIGHBRIDGE, "review", "HEAD~1..HEAD", "--quiet", "--report-only"], cwd=folder, env=env)
    for _ in range(repeat + 1):  # the first reads what is staged
        for index, env in enumerate(places):
            least[index] = min(least[index], used_by([*WEIGHBRIDGE, "check"], cwd=folder, env=env).cpu)
    return least


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=FAMILIES)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--repeat", type=int, default=9)
    given = parser.parse_args(arguments)
    found = list(rows(given.folders, part=given.part, repeat=given.repeat))
    keep(given.part, found, command=f"python -m benchmarks.families {given.part} FOLDER…")
    return 0


if __name__ == "__main__":
    sys.exit(main())
