"""Go: a file's syntax tree as facts.

A method's `parent` is the file and its `receiver` the type's name; inside, the receiver is a variable with a type.
Fields of a struct are `bind` steps in the type's scope, an embedded one under the name of its type and also a base.
What a type stands for (`type A = B`, `type F func()`) is its only base. `*T` is `T` everywhere.
"""

import re
from typing import Final

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from weighbridge.facts.embedded import EMBEDDED
from weighbridge.facts.extractor import Extractor
from weighbridge.facts.languages._conditionals import with_courses
from weighbridge.facts.languages._go_declarations import declaration
from weighbridge.facts.languages._go_statements import statement
from weighbridge.facts.languages._lexis import GO
from weighbridge.facts.languages._scribe import Scribe, line_count
from weighbridge.facts.languages._source import unread_lines
from weighbridge.facts.model import Argument, Call, FileFacts, Name, Step, Text

_LANGUAGE: Final = Language(tree_sitter_go.language())
_GENERATED: Final = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
_BUILD: Final = re.compile(rb"^//go:build [^\r\n]+", re.MULTILINE)
_EMBED: Final = re.compile(rb"^[ \t]*//go:embed[ \t]+([^\r\n]+)", re.MULTILINE)
_PATTERN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)')
_PACKAGE: Final = re.compile(rb"^[ \t]*package[ \t]+([\w\x80-\xff]+)", re.MULTILINE)


def _extract(data: bytes, _role: str, *, in_detail: bool) -> FileFacts:
    root = Parser(_LANGUAGE).parse(data).root_node
    scribe = Scribe(data, GO)
    scribe.walk(root, _visit)
    _embed(scribe, data)
    clause = _PACKAGE.search(data)
    header = data[: clause.start()] if clause else b""
    package = clause[1].decode("utf-8", "replace") if clause else ""
    build = _BUILD.search(header)
    scribe.drafts[0].signature = f"package {package}" + (f" {build[0].decode('utf-8', 'replace')}" if build else "")
    facts = FileFacts(
        language="go",
        definitions=scribe.definitions(in_detail=in_detail),
        steps=tuple(scribe.steps),
        imports=tuple(scribe.imports),
        errors=unread_lines(root, data),
        package=package,
        lines=line_count(data),
        is_generated=bool(_GENERATED.search(header)),
    )
    return with_courses(facts, root, family="go") if in_detail else facts


def _embed(scribe: Scribe, data: bytes) -> None:
    """Writes down what the file takes into the program."""
    for found in _EMBED.finditer(data):
        patterns = ["".join(parts) for parts in _PATTERN.findall(found[1].decode("utf-8", "replace"))]
        line = data.count(b"\n", 0, found.start()) + 1
        call = Call(Name(EMBEDDED), tuple(Argument("", Text(pattern)) for pattern in patterns), line)
        scribe.steps.append(Step(0, line, "use", call))


def _visit(scribe: Scribe, node: Node) -> None:
    if node.type != "package_clause" and not declaration(scribe, node):
        statement(scribe, node)


EXTRACTOR: Final = Extractor(roles=("go",), version=6, extract=_extract)
