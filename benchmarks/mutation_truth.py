"""Which test modules notice a mutated function, found by running them: `python -m benchmarks.mutation_truth SUBJECT … --out FILE`.

SUBJECT is an unpacked source distribution with `tests/` and either `src/` or its packages at the top, whose tests run under this
interpreter. Each mutation makes one function raise at its start, or (`--kind returns`) return nothing at once, in a copy of the
subject; the truth is the set of test modules in which a test then fails that passed before. Mutations that no test notices are
kept: they measure what impact names for nothing. What FILE already holds is not run again, so a longer run continues a shorter one.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import msgspec

SECONDS = 240

Kind = Literal["raises", "returns"]

STATEMENTS: Final[dict[Kind, str]] = {"raises": 'raise RuntimeError("mutated")', "returns": "return None"}
"""What a mutation puts at the start of a function: a loud fault and a quiet one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One function with a fault at its start, and the test modules that noticed."""

    subject: str
    path: str
    symbol: str
    line: int
    noticed: tuple[str, ...] = ()
    kind: Kind = "raises"


def sources(subject: Path) -> list[Path]:
    """The modules of the package under test: below `src/`, else in the packages at the top that are not about it."""
    if (subject / "src").is_dir():
        return sorted((subject / "src").rglob("*.py"))
    about = {"tests", "docs", "examples", "benchmarks", "scripts", "tools"}
    packages = sorted(p.parent for p in subject.glob("*/__init__.py") if p.parent.name not in about)
    return [file for package in packages for file in sorted(package.rglob("*.py")) if "tests" not in file.parts]


def functions(subject: Path, kind: Kind) -> Iterator[Mutation]:
    """Every function and method of the package with a body that is more than documentation."""
    for file in sources(subject):
        tree = ast.parse(file.read_text("utf-8"))
        pending: list[tuple[ast.AST, str]] = [(tree, "")]
        while pending:
            node, outer = pending.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.ClassDef):
                    pending.append((child, f"{outer}{child.name}."))
                elif isinstance(child, ast.FunctionDef) and _has_body(child) and not child.decorator_list:
                    path = str(file.relative_to(subject))
                    line = _first(child).lineno
                    yield Mutation(subject=subject.name, path=path, symbol=outer + child.name, line=line, kind=kind)


def _has_body(function: ast.FunctionDef) -> bool:
    return len(function.body) > (1 if ast.get_docstring(function) else 0) and not isinstance(_first(function), ast.Pass)


def _first(function: ast.FunctionDef) -> ast.stmt:
    return function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]


def mutated(text: str, line: int, *, kind: Kind = "raises") -> str:
    """`text` with the fault before the statement on `line`."""
    lines = text.split("\n")
    indent = re.match(r"\s*", lines[line - 1])
    space = indent.group() if indent else ""
    return "\n".join([*lines[: line - 1], space + STATEMENTS[kind], *lines[line - 1 :]])


def failing(copy: Path) -> set[str]:
    """The test modules with a failure or an error."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(copy / "src"), str(copy)))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # most of a run is spent on compiling
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command += ["--assert=plain", "--tb=no", "-rfE", "--continue-on-collection-errors", "-W", "ignore", "tests"]
    try:
        run = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"*"}
    return set(re.findall(r"^(?:FAILED|ERROR) ([^\s:]+\.py)", run.stdout, re.MULTILINE))


def sample(subject: Path, count: int, *, seed: int, kind: Kind = "raises") -> list[Mutation]:
    """`count` random functions of one subject; a larger sample of the same seed begins with the smaller one."""
    chosen = list(functions(subject, kind))
    random.Random(seed).shuffle(chosen)  # noqa: S311 - a sample, not a secret
    return chosen[:count]


def measure(subject: Path, chosen: Sequence[Mutation]) -> Iterator[Mutation]:
    """The chosen mutations of one subject with what noticed them."""
    if not chosen:
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / subject.name
        shutil.copytree(subject, copy)
        before = failing(copy)
        for mutation in chosen:
            file = copy / mutation.path
            original = file.read_text("utf-8")
            _put(file, mutated(original, mutation.line, kind=mutation.kind))
            noticed = failing(copy) - before
            _put(file, original)
            yield replace(mutation, noticed=tuple(sorted(noticed)))


def _put(file: Path, text: str) -> None:
    """Write a module and forget what was compiled of it: its time and size alone need not tell two mutations apart."""
    file.write_text(text, "utf-8")
    shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)


def read_truth(file: Path) -> list[Mutation]:
    """What an earlier run found."""
    return msgspec.json.decode(file.read_bytes(), type=list[Mutation])


def write_truth(file: Path, found: Sequence[Mutation]) -> None:
    """Keep what was found, whole or not at all."""
    beside = file.with_name(file.name + ".new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    beside.replace(file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every subject and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=STATEMENTS, default="raises")
    options = parser.parse_args(arguments)
    found = read_truth(options.out) if options.out.is_file() else []
    done = {replace(m, noticed=()) for m in found}
    for subject in map(Path.resolve, options.subjects):
        chosen = sample(subject, options.count, seed=options.seed, kind=options.kind)
        for mutation in measure(subject, [m for m in chosen if m not in done]):
            found.append(mutation)
            write_truth(options.out, found)
            sys.stderr.write(f"\r{mutation.subject} {len(found)}")


if __name__ == "__main__":
    main()
