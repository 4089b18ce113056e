"""Measures the project's own code as its budgets are stated; the budgets themselves stand in the test."""

import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_NOT_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)
_SUPPRESSION = re.compile(
    r"#\s*(?:ruff:\s*)?(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?|pragma:\s*no cover)"
    r"(?P<reason>.*)"
)
_PATCHES = frozenset({"setattr", "delattr", "setitem", "delitem"})
_MOCKS = frozenset({"patch", "Mock", "MagicMock", "AsyncMock", "create_autospec"})

Def = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFunction:
    """One function: its span in lines, its parameters without `self`, how many of them go by position."""

    place: str
    name: str
    lines: int
    parameters: int
    positional: int
    annotated: bool
    is_called_by_framework: bool
    """Tests, fixtures, commands and `__exit__`: who calls them settles how their parameters are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFile:
    """One file: its lines of code without comments, documentation and blanks, and what in it counts."""

    path: Path
    lines: int
    code_lines: int
    functions: tuple[MeasuredFunction, ...]
    suppressions: tuple[tuple[str, str], ...]
    """(place, reason); the reason is empty when none is given."""
    broad_excepts: tuple[str, ...]
    patches: tuple[str, ...]
    tests: int


def measure(path: Path, root: Path) -> MeasuredFile:
    """The figures of one Python file; places are given relative to `root`."""
    source = path.read_text("utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    shown = path.relative_to(root)
    defs = [node for node in nodes if isinstance(node, Def)]
    methods = {child for node in nodes if isinstance(node, ast.ClassDef) for child in node.body}
    return MeasuredFile(
        path=shown,
        lines=len(source.splitlines()),
        code_lines=len(_lines_with_code(tokens) - _documentation_lines(nodes)),
        functions=tuple(_function(node, f"{shown}:{node.lineno}", is_method=node in methods) for node in defs),
        suppressions=tuple((f"{shown}:{line}", reason) for line, reason in _suppressions(tokens)),
        broad_excepts=tuple(f"{shown}:{line}" for line in _broad_excepts(nodes)),
        patches=tuple(f"{shown}:{line}" for line in _patches(nodes)),
        tests=sum(node.name.startswith("test_") for node in defs),
    )


def percentile(values: Iterable[int], share: float) -> int:
    """The smallest value that `share` (0 to 1) of the values do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0


def median(values: Iterable[int]) -> float:
    """The median; 0 for none."""
    listed = list(values)
    return statistics.median(listed) if listed else 0


def _lines_with_code(tokens: Sequence[tokenize.TokenInfo]) -> set[int]:
    lines: set[int] = set()
    for token in tokens:
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def _documentation_lines(nodes: Sequence[ast.AST]) -> set[int]:
    return {
        line
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _function(node: Def, place: str, *, is_method: bool) -> MeasuredFunction:
    decorators = {ast.unparse(d.func if isinstance(d, ast.Call) else d).rpartition(".")[2] for d in node.decorator_list}
    positional = [*node.args.posonlyargs, *node.args.args]
    if is_method and "staticmethod" not in decorators:
        positional = positional[1:]
    rest = [a for a in (node.args.vararg, node.args.kwarg) if a]
    every = [*positional, *node.args.kwonlyargs, *rest]
    return MeasuredFunction(
        place=place,
        name=node.name,
        lines=(node.end_lineno or node.lineno) - node.lineno + 1,
        parameters=len(every),
        positional=len(positional),
        annotated=node.returns is not None and all(a.annotation for a in every),
        is_called_by_framework=node.name.startswith(("test_", "pytest_", "__exit__", "__aexit__"))
        or bool(decorators & {"fixture", "composite", "command", "group", "callback", "rule", "overload"}),
    )


def _suppressions(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.type == tokenize.COMMENT and (found := _SUPPRESSION.search(token.string)):
            yield token.start[0], found["reason"].strip(" -:#\u2013\u2014")


def _broad_excepts(nodes: Sequence[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = {ast.unparse(part) for part in ast.walk(node.type)} if node.type else {"BaseException"}
            last = node.body[-1]
            is_raised_on = isinstance(last, ast.Raise) and last.exc is None
            if caught & {"Exception", "BaseException"} and not is_raised_on:
                yield node.lineno


def _patches(nodes: Sequence[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=name) if name in _PATCHES:
                yield node.lineno
            case ast.Attribute(value=ast.Name(id="mock" | "mocker"), attr=name) if name in _MOCKS:
                yield node.lineno
            case ast.Name(id=name) if name in _MOCKS:
                yield node.lineno
            case _:
                pass
