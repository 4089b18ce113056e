"""Java's declarations: imports, classes and their kin, fields, methods and constructors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from tree_sitter import Node

from weighbridge.facts.languages._java_expressions import (
    CONSTRUCTOR,
    annotation_of,
    anonymous_class,
    arguments_of,
)
from weighbridge.facts.languages._java_statements import declared
from weighbridge.facts.languages._java_types import declared_type, is_type, parameters, type_of
from weighbridge.facts.languages._scribe import Draft, Scribe
from weighbridge.facts.model import OPAQUE, Call, DefinitionKind, Expr, Import, Name

_CLASSES: Final[Mapping[str, DefinitionKind]] = {
    "class_declaration": "class",
    "enum_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "interface",
}


def declaration(scribe: Scribe, node: Node) -> bool:
    """Writes down the declaration at `node`; False when it is none."""
    write = _DECLARATIONS.get(node.type)
    if write is None:
        return False
    write(scribe, node)
    return True


def _import(scribe: Scribe, node: Node) -> None:
    """`import a.b.C` brings the member `C` of `a.b`; a static one the member of a class."""
    parts = [part for part in node.named_children if part.type in ("scoped_identifier", "identifier")]
    if not parts:
        return
    written = "".join(scribe.text(parts[0]).split())
    line = node.start_point[0] + 1
    if any(part.type == "asterisk" for part in node.named_children):
        scribe.imports.append(Import(scribe.scope, written, "*", "", line))
        return
    module, _, name = written.rpartition(".")
    scribe.imports.append(Import(scribe.scope, module, name, name, line))


def _class(scribe: Scribe, node: Node) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or scribe.is_too_deep():
        scribe.all_later(node.named_children)
        return
    draft = scribe.draft(
        _CLASSES[node.type], scribe.text(name), node=node, head_end=body.start_byte if body else node.end_byte
    )
    words = _modifiers(scribe, node, draft=draft)
    draft.is_abstract = "abstract" in words or draft.kind == "interface"
    draft.bases = tuple(_bases(scribe, node))
    components = node.child_by_field_name("parameters")
    draft.parameters = parameters(scribe, components)
    index = scribe.add(draft)
    if components is not None:
        _components(scribe, components, owner=index)
    _bounds(scribe, node, owner=index)
    if body is not None:
        scribe.all_later(body.named_children, index)


def _modifiers(scribe: Scribe, node: Node, *, draft: Draft) -> frozenset[str]:
    """The modifiers' words; annotations become decorators and `private` hides the definition."""
    first = node.named_children[0] if node.named_children else None
    if first is None or first.type != "modifiers":
        return frozenset()
    draft.decorators = tuple(annotation_of(scribe, part) for part in first.named_children if "annotation" in part.type)
    words = frozenset(part.type for part in first.children if not part.is_named)
    draft.is_exported = "private" not in words
    return words


def _bases(scribe: Scribe, node: Node) -> list[Expr]:
    """What a class extends, then what it implements."""
    found: list[Expr] = []
    for part in node.named_children:
        if part.type in ("superclass", "super_interfaces", "extends_interfaces"):
            listed = [inner for inner in part.named_children if inner.type == "type_list"]
            types = listed[0].named_children if listed else part.named_children
            found.extend(type_of(scribe, each) for each in types if is_type(each.type))
    return found


def _components(scribe: Scribe, node: Node, *, owner: int) -> None:
    """A record's components are fields with a reader of the same name."""
    outer, scribe.scope = scribe.scope, owner
    for part in node.named_children:
        name = part.child_by_field_name("name")
        if name is not None:
            scribe.add(scribe.draft("variable", scribe.text(name), node=part, head_end=part.end_byte))
            scribe.step(
                "bind", part, OPAQUE, Name(scribe.text(name)), declared_type(scribe, part.child_by_field_name("type"))
            )
    scribe.scope = outer


def _bounds(scribe: Scribe, node: Node, *, owner: int) -> None:
    """What type parameters are held to is used by the definition."""
    declared_here = node.child_by_field_name("type_parameters")
    outer, scribe.scope = scribe.scope, owner
    for parameter in declared_here.named_children if declared_here else ():
        for part in parameter.named_children:
            if part.type == "type_bound":
                scribe.use(part, type_of(scribe, part))
    scribe.scope = outer


def _method(scribe: Scribe, node: Node) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or scribe.is_too_deep():
        scribe.all_later(node.named_children)
        return
    is_constructor = "constructor" in node.type
    draft = scribe.draft(
        "method",
        CONSTRUCTOR if is_constructor else scribe.text(name),
        node=node,
        head_end=body.start_byte if body else node.end_byte,
    )
    draft.signature = draft.signature.rstrip("; ")
    words = _modifiers(scribe, node, draft=draft)
    draft.is_abstract = body is None and "native" not in words
    draft.parameters = parameters(scribe, node.child_by_field_name("parameters"))
    if node.type == "compact_constructor_declaration":
        draft.parameters = scribe.drafts[scribe.scope].parameters
    draft.returns = declared_type(
        scribe, node.child_by_field_name("type"), dimensions=node.child_by_field_name("dimensions")
    )
    index = scribe.add(draft)
    _thrown(scribe, node, owner=index)
    if body is not None:
        scribe.later(body, index)


def _thrown(scribe: Scribe, node: Node, *, owner: int) -> None:
    """The types a method says it throws, and those its type parameters are held to, are used by it."""
    _bounds(scribe, node, owner=owner)
    outer, scribe.scope = scribe.scope, owner
    for part in node.named_children:
        if part.type == "throws":
            for each in part.named_children:
                scribe.use(each, type_of(scribe, each))
    scribe.scope = outer


def _field(scribe: Scribe, node: Node) -> None:
    """Each field is a definition; its value is given in the class's scope.

    What all fields of a declaration share is read once: a thousand names may stand behind one type.
    """
    written = node.child_by_field_name("type")
    shared = scribe.draft("variable", "", node=node, head_end=written.end_byte if written else node.start_byte)
    _modifiers(scribe, node, draft=shared)
    for declarator in node.children_by_field_name("declarator"):
        name = declarator.child_by_field_name("name")
        if name is None:
            continue
        if not scribe.is_too_deep():
            text = scribe.text(name)
            scribe.add(replace(shared, name=text, signature=f"{shared.signature} {text}".strip()))
        declared(scribe, declarator, written=written)


def _constant(scribe: Scribe, node: Node) -> None:
    """A constant of an enum: a variable that holds what its class's constructor makes."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        return
    draft = scribe.draft("variable", scribe.text(name), node=node, head_end=name.end_byte)
    _modifiers(scribe, node, draft=draft)
    if not scribe.is_too_deep():
        scribe.add(draft)
    of: Expr = Name(scribe.drafts[scribe.scope].name)
    arguments = arguments_of(scribe, node.child_by_field_name("arguments"))
    if body is not None:
        of = anonymous_class(scribe, node, body=body, of=of)
    scribe.step("bind", node, Call(of, arguments, node.start_point[0] + 1), Name(draft.name))


def _element(scribe: Scribe, node: Node) -> None:
    """An element of an annotation type is a method without a body."""
    name = node.child_by_field_name("name")
    if name is None:
        return
    draft = scribe.draft("method", scribe.text(name), node=node, head_end=node.end_byte)
    draft.signature = draft.signature.rstrip("; ")
    draft.is_abstract = True
    draft.returns = declared_type(scribe, node.child_by_field_name("type"))
    scribe.add(draft)


def _nothing(_scribe: Scribe, _node: Node) -> None:
    return


def declared_package(scribe: Scribe, nodes: Sequence[Node]) -> str:
    """The package that one of a file's top nodes declares; empty for none."""
    for node in nodes:
        if node.type == "package_declaration":
            names = [part for part in node.named_children if part.type in ("scoped_identifier", "identifier")]
            return "".join(scribe.text(names[0]).split()) if names else ""
    return ""


_DECLARATIONS: Final[Mapping[str, Callable[[Scribe, Node], None]]] = {
    **dict.fromkeys(_CLASSES, _class),
    "import_declaration": _import,
    "package_declaration": _nothing,
    "module_declaration": _nothing,
    "method_declaration": _method,
    "constructor_declaration": _method,
    "compact_constructor_declaration": _method,
    "field_declaration": _field,
    "constant_declaration": _field,
    "enum_constant": _constant,
    "annotation_type_element_declaration": _element,
}
