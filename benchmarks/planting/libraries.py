"""Dangers in the code of libraries: what those who import them can no longer name, or must newly give."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from benchmarks.planting.danger import Danger, Ground, Plant

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_GO_FUNCTION: Final = re.compile(
    r"^func (?:\(\w* ?\*?[A-Z]\w*\) )?(?P<name>[A-Z]\w*)\((?P<given>[^()\n]*)\)[^\n]*\{\n(?:[^}\n][^\n]*\n|\n)*?\}\n",
    re.M,
)
_GO_FIELD: Final = re.compile(
    r"^type [A-Z]\w* struct \{\n(?:\t[^\n]*\n|\n)*?(?P<field>\t[A-Z]\w* +[\w.*\[\]]+[^\n]*\n)", re.M
)
_TS_FUNCTION: Final = re.compile(
    r"^export (?:async )?function (?P<name>\w+)(?P<kinds><[^>\n]*>)?\((?P<given>[^()\n]*)\)[^\n]*\{\n(?:[^}\n][^\n]*\n|\n)*?\}\n",
    re.M,
)
_TS_FIELD: Final = re.compile(
    r"^export (?:interface|type) \w+(?: =)? \{\n(?:  [^\n]*\n|\n)*?(?P<field>  (?:readonly )?\w+\??: [^\n{}()<>|&]+;?\n)(?=  \w|  /|\}|\n)",
    re.M,
)


def _python(change: Callable[[ast.Module, Ground], tuple[ast.stmt, str] | None]) -> Plant:
    """The lines of one statement, with others in their place."""

    def plant(ground: Ground) -> str | None:
        if (
            _is_private(ground.path)
            or not ground.path.endswith(".py")
            or "/_" in f"/{ground.path}".replace("/__init__", "")
        ):
            return None
        found = change(ast.parse(ground.text), ground)
        if found is None:
            return None
        statement, instead = found
        lines = ground.text.splitlines(keepends=True)
        decorators = getattr(statement, "decorator_list", ())
        first = min([statement.lineno, *(each.lineno for each in decorators)]) - 1
        lines[first : statement.end_lineno] = [instead] if instead else []
        text = "".join(lines)
        ast.parse(text)
        return text

    return plant


def _offered(tree: ast.Module, ground: Ground) -> list[_Function]:
    """Functions and methods of classes that `__all__` or the lack of it offers, in some order."""
    names = {
        each.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "__all__" for to in node.targets)
        for each in ast.walk(node.value)
        if isinstance(each, ast.Constant)
    }
    tops = [
        each
        for each in tree.body
        if isinstance(each, ast.ClassDef | _Function)
        and not each.name.startswith("_")
        and (not names or each.name in names)
    ]
    found: list[_Function] = [each for each in tops if isinstance(each, _Function)]
    for each in tops:
        if isinstance(each, ast.ClassDef):
            found += [inner for inner in each.body if isinstance(inner, _Function) and not inner.name.startswith("_")]
    names_of_all = [each.name for each in ast.walk(tree) if isinstance(each, _Function)]
    found = [each for each in found if not each.decorator_list and names_of_all.count(each.name) == 1]
    ground.chance.shuffle(found)
    return found


def _a_function(tree: ast.Module, ground: Ground) -> tuple[ast.stmt, str] | None:
    found = _offered(tree, ground)
    bodies = {
        node: holder.body for holder in ast.walk(tree) if isinstance(holder, ast.ClassDef) for node in holder.body
    }
    return next(((each, "") for each in found if len(bodies.get(each, (0, 0))) > 1), None)


def _a_parameter_gone(tree: ast.Module, ground: Ground) -> tuple[ast.stmt, str] | None:
    for each in _offered(tree, ground):
        if each.args.defaults and not each.args.vararg:
            each.args.args.pop()
            each.args.defaults.pop()
            return each, _written(each)
    return None


def _a_parameter_needed(tree: ast.Module, ground: Ground) -> tuple[ast.stmt, str] | None:
    for each in _offered(tree, ground):
        if not each.args.defaults and not each.args.vararg:
            each.args.args.append(ast.arg(arg="planted"))
            return each, _written(each)
    return None


def _a_parameter_renamed(tree: ast.Module, ground: Ground) -> tuple[ast.stmt, str] | None:
    for each in _offered(tree, ground):
        if each.args.kwonlyargs:
            each.args.kwonlyargs[0].arg += "_planted"
            return each, _written(each)
    return None


def _written(function: _Function) -> str:
    indent = " " * function.col_offset
    return "".join(f"{indent}{line}\n" if line else "\n" for line in ast.unparse(function).splitlines())


def _cut(pattern: re.Pattern[str], *, group: str | int = 0, only: str = "") -> Plant:
    """One of what the pattern finds is gone."""

    def plant(ground: Ground) -> str | None:
        found = [] if _is_private(ground.path) else list(pattern.finditer(ground.text))
        found = [each for each in found if not only or re.search(only, each[0])]
        if not found:
            return None
        one = ground.chance.choice(found)
        return ground.text[: one.start(group)] + ground.text[one.end(group) :]

    return plant


def _more(pattern: re.Pattern[str], added: str) -> Plant:
    """One function takes one more."""

    def plant(ground: Ground) -> str | None:
        found = [] if _is_private(ground.path) else list(pattern.finditer(ground.text))
        found = [
            each
            for each in found
            if "..." not in each["given"] and "?" not in each["given"] and "=" not in each["given"]
        ]
        if not found:
            return None
        one = ground.chance.choice(found)
        given = f"{one['given']}, {added}" if one["given"].strip() else added
        return ground.text[: one.start("given")] + given + ground.text[one.end("given") :]

    return plant


def _is_private(path: str) -> bool:
    return (
        re.search(r"(?:^|/)(?:internal|testdata|examples?|__tests__|tests?)/|_test\.go$|\.test\.ts$", path) is not None
    )


def python() -> Iterator[Danger]:
    """What those lose who import a module."""
    yield Danger(name="a public function or method is gone", plant=_python(_a_function))
    yield Danger(name="a parameter is gone", plant=_python(_a_parameter_gone))
    yield Danger(name="a parameter is needed that was not there", plant=_python(_a_parameter_needed))
    yield Danger(name="a keyword has another name", plant=_python(_a_parameter_renamed))


def go() -> Iterator[Danger]:
    """What those lose who import a package of Go."""
    yield Danger(name="an exported function or method is gone", plant=_cut(_GO_FUNCTION))
    yield Danger(name="an exported field is gone", plant=_cut(_GO_FIELD, group="field"))
    yield Danger(name="an exported function takes one more", plant=_more(_GO_FUNCTION, "planted string"))


def typescript() -> Iterator[Danger]:
    """What those lose who import a package of TypeScript."""
    yield Danger(name="an exported function is gone", plant=_cut(_TS_FUNCTION))
    yield Danger(name="an exported function takes one more", plant=_more(_TS_FUNCTION, "planted: string"))
    yield Danger(name="a field of an exported type is gone", plant=_cut(_TS_FIELD, group="field"))
