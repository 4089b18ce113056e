"""The tools that run migrations which are written as code, found by their place: one module each, and nothing to edit elsewhere.

A module's name begins with the kind of file it reads (`python_django` reads `.py`), so that a change pays for the readers of its
own files only; its `TOOL` says which files are the tool's, and renders one to what it does to a database.
"""

import importlib
import pkgutil
from functools import cache
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.rendered import Tool
from weighbridge.landscape.sql.written import KINDS, MARK, may_be_change_log, may_migrate


def tool_of(path: RepoPath, text: str) -> Tool | None:
    """The tool whose migration a file is; None where it is none's."""
    kind = KINDS.get(path[path.rfind(".") :].lower())
    if kind is None or not (may_migrate(path) or (may_be_change_log(path) and MARK in text)):
        return None
    return next((tool for tool in _tools(kind) if tool.claims(path, text)), None)


def dump_tool(path: RepoPath) -> Tool | None:
    """The tool that keeps in a file what all its migrations came to; None where it is no such file. It is no migration."""
    return _tools("ruby")[0] if path.endswith(_DUMP) else None


_DUMP: Final = ("/schema.rb", "_schema.rb")


@cache
def _tools(kind: str) -> tuple[Tool, ...]:
    names = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name.startswith(f"{kind}_"))
    found = []
    for name in names:
        tool = importlib.import_module(f"{__name__}.{name}").TOOL
        if not isinstance(tool, Tool):
            raise TypeError(f"landscape/sql/tools/{name}.py must expose a TOOL")
        found.append(tool)
    return tuple(found)
