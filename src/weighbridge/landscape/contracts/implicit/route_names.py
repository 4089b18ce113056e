"""Names of Django's routes that a change takes away, and who still asks for an address by them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test

_DECLARING: Final = frozenset({"path", "re_path", "url"})
_ASKING: Final = {"reverse": "viewname", "reverse_lazy": "viewname", "redirect": "to", "resolve_url": "to"}
"""What gives the address of a route by its name, and what the argument is called that says it."""
_TEMPLATES: Final = (".html", ".htm", ".txt", ".xml", ".jinja", ".jinja2", ".j2", ".djhtml", ".email", ".mjml")
_TAG: Final = re.compile(
    rb"""\{%-?\s{0,20}url\s{1,20}(?:'([^'\n]{1,200})'|"([^"\n]{1,200})")((?:(?!%\}).){0,500})%\}"""
)
_KEPT: Final = re.compile(rb"\sas\s+\w+\s*-?$")
"""Puts the address under a name: of a route that is not there it is empty, and nothing fails."""
_MOST_FILES: Final = 2_000
_MOST_BYTES: Final = 1_000_000


class LostName(Struct, frozen=True, kw_only=True):
    """One name that no route has any more: `now` is the name of the route at the same address, `users` ask by the old one."""

    name: str
    now: str
    place: Place
    users: tuple[Place, ...]
    is_sure: bool = True
    """Whether all routes are declared here: what is installed may declare some that files here include."""


class _Route(Struct, frozen=True):
    """One named route as its file declares it."""

    name: str
    """With the namespace of its file in front, where that says one."""
    address: str
    line: int


def lost_route_names(code: CodeChange, landscapes: Landscapes) -> Iterator[LostName]:
    """Each that nothing in the repository declares any more and somebody still asks for, tests left out."""
    lost = {route.name: (file, route) for file in code.of_role("python") for route in _lost_of(file)}
    if not lost or any(_registers(file.head) for file in code.of_role("python")):
        return  # a router of Django REST framework makes names of its own
    for name in _declared(landscapes.head):
        lost.pop(name, None)
    users = _users(landscapes.head, lost) if lost else {}
    is_sure = not (users and _brings_others(landscapes.head))
    for name, found in users.items():
        file, route = lost[name]
        yield LostName(
            name=name,
            now=_now(file, route),
            place=Place(path=file.change.path, line=route.line, end_line=route.line, side=Side.BASE),
            users=tuple(dict.fromkeys(found)),
            is_sure=is_sure or ":" in name,
        )


def _lost_of(file: FileCode) -> Iterator[_Route]:
    kept = {route.name for route in _routes(file.head)}
    return (route for route in _routes(file.base) if route.name not in kept and not is_test(file.change.path))


def _now(file: FileCode, lost: _Route) -> str:
    before = {route.name for route in _routes(file.base)}
    found = [each.name for each in _routes(file.head) if each.address == lost.address and each.name not in before]
    return found[0] if len(found) == 1 else ""


def _routes(facts: FileFacts | None) -> Iterator[_Route]:
    """The routes with names of a file that declares such by Django's functions."""
    if facts is None or not any(each.module.startswith("django.") for each in facts.imports):
        return
    space = next((said for said in map(_namespace, facts.steps) if said), "")
    for _, line, whole in expressions(facts):
        for part in walk(whole):
            if type(part) is not Call or last_name(part.function) not in _DECLARING:
                continue
            said = next((given.value for given in part.arguments if given.name == "name"), None)
            first = part.arguments[0].value if part.arguments else None
            if type(said) is Text and not said.parts:
                name = f"{space}:{said.value}" if space else said.value
                yield _Route(name, first.value if type(first) is Text else "", part.line or line)


def _namespace(step: object) -> str:
    target, value = getattr(step, "target", None), getattr(step, "value", None)
    return value.value if type(target) is Name and target.id == "app_name" and type(value) is Text else ""


def _registers(facts: FileFacts | None) -> bool:
    return facts is not None and any(
        type(part) is Call and last_name(part.function) == "register" and len(part.arguments) > 1
        for _, _, whole in expressions(facts)
        for part in walk(whole)
    )


def _declared(view: View) -> Iterator[str]:
    """The names of all routes of head."""
    for _, facts in _files(view, _DECLARING):
        yield from (route.name for route in _routes(facts))


def _brings_others(view: View) -> bool:
    """Whether a file here includes routes of what is installed: `include("allauth.urls")`."""
    for _, facts in _files(view, ("include",)):
        calls = (part for _, _, whole in expressions(facts) for part in walk(whole) if type(part) is Call)
        for call in (each for each in calls if last_name(each.function) == "include" and each.arguments):
            said = call.arguments[0].value
            if type(said) is Text and not _is_here(view, said.value):
                return True
    return False


def _is_here(view: View, module: str) -> bool:
    ending = module.replace(".", "/")
    paths = (f"{ending}.py", f"{ending}/__init__.py")
    return any(
        path in paths or path.endswith(tuple(f"/{each}" for each in paths)) for path in view.landscape.tree.blobs
    )


def _files(view: View, names: Iterable[str]) -> Iterator[tuple[RepoPath, FileFacts]]:
    """The files of Python that mention any of some names."""
    paths = dict.fromkeys(path for name in names for path in view.landscape.files_with(f"m:{name}"))
    for path in islice((each for each in paths if each.endswith(".py")), _MOST_FILES):
        facts = view.landscape.facts(path)
        if facts is not None:
            yield path, facts


def _users(view: View, lost: Mapping[str, object]) -> dict[str, list[Place]]:
    """The places that ask for a route by each of these names, as their file is after the change."""
    found: dict[str, list[Place]] = {}
    for path, facts in _files(view, _ASKING):
        for name, line in _asked(facts) if not is_test(path) else ():
            found.setdefault(name, []).append(Place(path=path, line=line, end_line=line))
    templates = (path for path in view.landscape.tree.blobs if path.endswith(_TEMPLATES) and not is_test(path))
    for path, data in view.landscape.bytes_of_each(islice(templates, _MOST_FILES), _MOST_BYTES):
        for tag in _TAG.finditer(data):
            if not _KEPT.search(tag[3].rstrip()):
                line = data.count(b"\n", 0, tag.start()) + 1
                name = (tag[1] or tag[2]).decode("utf-8", "replace")
                found.setdefault(name, []).append(Place(path=path, line=line, end_line=line))
    return {name: found[name] for name in lost if name in found}


def _asked(facts: FileFacts) -> Iterator[tuple[str, int]]:
    for _, line, whole in expressions(facts):
        for part in walk(whole):
            keyword = _ASKING.get(last_name(part.function)) if type(part) is Call else None
            if keyword is not None and type(part) is Call:
                first = next((given.value for given in part.arguments if given.name in ("", keyword)), None)
                if type(first) is Text and not first.parts:
                    yield first.value, part.line or line
