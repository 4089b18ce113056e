"""Go's declarations: imports, functions and methods, types, constants and variables."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._go_statements import bind_all, values_for
from weighbridge.facts.languages._go_types import base_name, parameters, result, type_of
from weighbridge.facts.languages._scribe import Draft, Scribe
from weighbridge.facts.model import OPAQUE, Expr, Import, Name
from weighbridge.facts.names import dotted

_VERSION: Final = re.compile(r"v(?:[2-9]|[1-9]\d+)$")
"""The ending of a module's second or later major version; the first has none, so `api/v1` is a package of that name."""
_DEEPEST_VERSION: Final = 3
"""Where the ending of `github.com/urfave/cli/v2` stands: deeper down, a `v2` is a package like any other."""
_SUFFIX: Final = re.compile(r"(?:\.v\d+|[.-]go)$")


def declaration(scribe: Scribe, node: Node) -> bool:
    """Writes down the declaration at `node`; False when it is none."""
    write = _DECLARATIONS.get(node.type)
    if write is None:
        return False
    write(scribe, node)
    return True


def local_name(module: str) -> str:
    """The name by which a package is known that is imported without one: guessed, as only the package itself says.

    `net/http` is `http`; a version (`cli/v2`, `yaml.v3`) and the habits `go-redis` and `nats.go` are left out.
    """
    parts = module.split("/")
    if 1 < len(parts) <= _DEEPEST_VERSION + 1 and _VERSION.match(parts[-1]):
        parts.pop()
    return _SUFFIX.sub("", parts[-1]).removeprefix("go-").replace("-", "_")


def _import(scribe: Scribe, node: Node) -> None:
    path = node.child_by_field_name("path")
    written = node.child_by_field_name("name")
    if path is None:
        return
    module = scribe.text(path)[1:-1]
    alias, name = local_name(module), ""
    if written is not None:
        alias = {"dot": "", "blank_identifier": ""}.get(written.type, scribe.text(written))
        name = "*" if written.type == "dot" else ""
    scribe.imports.append(Import(scribe.scope, module, name, alias, node.start_point[0] + 1))


def _function(scribe: Scribe, node: Node) -> None:
    """A function or a method; a method's receiver is a variable of it that has the type."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        scribe.all_later(node.named_children)
        return
    draft = _callable(scribe, node, name=name, head_end=body.start_byte if body else node.end_byte)
    receiver = node.child_by_field_name("receiver")
    taken = parameters(scribe, receiver)[:1] if receiver else ()
    if node.type == "method_declaration":
        draft.kind = "method"
        draft.receiver = base_name(taken[0].annotation) if taken else ""
    index = scribe.add(draft)
    if body is not None:
        scribe.later(body, index)
    outer, scribe.scope = scribe.scope, index
    for each in taken:
        if each.name not in ("", "_"):
            scribe.step("bind", node, OPAQUE, Name(each.name), each.annotation)
    _named_results(scribe, node)
    _constraints(scribe, node)
    scribe.scope = outer


def _callable(scribe: Scribe, node: Node, *, name: Node, head_end: int) -> Draft:
    text = scribe.text(name)
    draft = scribe.draft("function", text, node=node, head_end=head_end)
    taken = node.child_by_field_name("parameters")
    draft.parameters = parameters(scribe, taken) if taken else ()
    draft.returns = result(scribe, node.child_by_field_name("result"))
    draft.is_exported = text[:1].isupper()
    return draft


def _named_results(scribe: Scribe, node: Node) -> None:
    given = node.child_by_field_name("result")
    if given is None or given.type != "parameter_list":
        return
    for each in parameters(scribe, given):
        if each.name not in ("", "_"):
            scribe.step("bind", given, OPAQUE, Name(each.name), each.annotation)


def _constraints(scribe: Scribe, node: Node) -> None:
    """What type parameters are held to is used by the definition."""
    declared = node.child_by_field_name("type_parameters")
    for parameter in declared.named_children if declared else ():
        bound = parameter.child_by_field_name("type")
        if bound is not None:
            scribe.use(bound, type_of(scribe, bound))


def _type(scribe: Scribe, node: Node) -> None:
    name, of = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is None or of is None:
        scribe.all_later(node.named_children)
        return
    text = scribe.text(name)
    body = of.named_children[0] if of.type == "struct_type" and of.named_children else None
    is_interface = of.type == "interface_type"
    head_end = of.end_byte
    if body is not None or is_interface:
        head_end = _opening(of)
    draft = scribe.draft("type", text, node=node, head_end=head_end)
    draft.is_exported = text[:1].isupper()
    index = scribe.add(draft)
    outer, scribe.scope = scribe.scope, index
    _constraints(scribe, node)
    if of.type == "struct_type":
        draft.kind = "class"
        draft.bases = _fields(scribe, body)
    elif is_interface:
        draft.kind = "interface"
        draft.bases = _elements(scribe, of)
    else:
        draft.bases = (type_of(scribe, of),)
    scribe.scope = outer
    if draft.kind != "type":
        draft.signature = f"type {draft.signature}"
        if draft.bases:
            draft.signature += " { " + "; ".join(dotted(base, {}) or base_name(base) for base in draft.bases) + " }"
    else:
        draft.signature = f"type {draft.signature}"


def _opening(of: Node) -> int:
    """Where the braces of a struct or interface open."""
    start = of.end_byte
    for part in of.children:
        if part.type in ("{", "field_declaration_list"):
            start = part.start_byte
            break
    return start


def _fields(scribe: Scribe, body: Node | None) -> tuple[Expr, ...]:
    """Writes down the fields of a struct; the embedded ones are given back."""
    embedded: list[Expr] = []
    for field in body.named_children if body else ():
        written = field.child_by_field_name("type")
        if field.type != "field_declaration" or written is None:
            continue
        annotation = type_of(scribe, written)
        names = [part for part in field.named_children if part.type == "field_identifier"]
        for name in names:
            scribe.step("bind", name, OPAQUE, Name(scribe.text(name)), annotation)
        if not names:
            embedded.append(annotation)
            scribe.step("bind", field, OPAQUE, Name(base_name(annotation)), annotation)
    return tuple(embedded)


def _elements(scribe: Scribe, of: Node) -> tuple[Expr, ...]:
    """Writes down an interface's methods; the interfaces it takes in are given back."""
    embedded: list[Expr] = []
    for part in of.named_children:
        name = part.child_by_field_name("name")
        if part.type == "method_elem" and name is not None:
            draft = _callable(scribe, part, name=name, head_end=part.end_byte)
            draft.kind = "method"
            draft.is_abstract = True
            scribe.add(draft)
        elif part.type == "type_elem":
            annotation = type_of(scribe, part)
            if len(part.named_children) == 1 and part.named_children[0].type != "negated_type":
                embedded.append(annotation)
            else:
                scribe.use(part, annotation)
    return tuple(embedded)


def _variables(scribe: Scribe, node: Node) -> None:
    """One `const` or `var` line; at the top of the file its names are definitions."""
    names = [part for part in node.children_by_field_name("name") if part.is_named]
    written, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    annotation = type_of(scribe, written) if written else None
    if scribe.scope == 0:
        keyword = "const" if node.type == "const_spec" else "var"
        of = f" {scribe.text(written)}" if written else ""
        for name in names:
            text = scribe.text(name)
            draft = scribe.draft("variable", text, node=node, head_end=node.start_byte)
            draft.signature = f"{keyword} {text}{of}"
            draft.is_exported = text[:1].isupper()
            if text != "_":
                scribe.add(draft)
    values = values_for(scribe, value, targets=len(names))
    if values or annotation is not None:
        bind_all(scribe, names, values=values, annotation=annotation)


_DECLARATIONS: Final[Mapping[str, Callable[[Scribe, Node], None]]] = {
    "import_spec": _import,
    "function_declaration": _function,
    "method_declaration": _function,
    "type_spec": _type,
    "type_alias": _type,
    "const_spec": _variables,
    "var_spec": _variables,
}
