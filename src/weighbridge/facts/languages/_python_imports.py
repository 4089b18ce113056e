"""Python's import statements."""

from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_draft import Draft, children, cut_parentheses, line_of
from weighbridge.facts.languages._python_grammar import ALIAS, MODULE_NAME, NAME
from weighbridge.facts.model import Import


def _import(draft: Draft, node: Node) -> None:
    for child in node.children_by_field_id(NAME):
        name, alias = _renamed(draft, child)
        root, _, _rest = name.partition(".")
        if alias and alias == root and alias != name:
            module, _, member = name.rpartition(".")
            _add(draft, child, module=module, name=member, alias=alias)
        else:
            _add(draft, child, module=name, alias=alias or root)


def _import_from(draft: Draft, node: Node) -> None:
    module = node.child_by_field_id(MODULE_NAME)
    source = "__future__" if module is None else _compact(draft, module)
    _cut_import_parentheses(draft, node)
    names = node.children_by_field_id(NAME)
    for child in names:
        name, alias = _renamed(draft, child)
        _add(draft, child, module=source, name=name, alias=alias or name)
    if not names and any(child.type == "wildcard_import" for child in children(node)):
        _add(draft, node, module=source, name="*")


def _add(draft: Draft, node: Node, *, module: str, name: str = "", alias: str = "") -> None:
    draft.imports.append(Import(draft.scope, module, name, alias, line_of(node), draft.is_type_only, draft.take_turn()))


def _renamed(draft: Draft, node: Node) -> tuple[str, str]:
    """The name as written, and what it is called here when that is said."""
    if node.type != "aliased_import":
        return _compact(draft, node), ""
    name, alias = node.child_by_field_id(NAME), node.child_by_field_id(ALIAS)
    return (_compact(draft, name) if name else ""), (draft.text(alias) if alias else "")


def _compact(draft: Draft, node: Node) -> str:
    text = draft.text(node)
    return text if text.isidentifier() else "".join(text.replace("\\", "").split())


def _cut_import_parentheses(draft: Draft, node: Node) -> None:
    if node.children[-1].type == ")":
        opening = next((child for child in node.children if child.type == "("), None)
        if opening is not None:
            cut_parentheses(draft, node, opening=opening)


IMPORTS: Final[dict[str, Callable[[Draft, Node], None]]] = {
    "future_import_statement": _import_from,
    "import_from_statement": _import_from,
    "import_statement": _import,
}
"""How each kind of import statement is read."""
