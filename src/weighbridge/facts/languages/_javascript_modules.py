"""What a module brings in and hands out: ES modules, CommonJS, and TypeScript's own forms."""

from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import Draft, Sketch, children, line_of, only_child
from weighbridge.facts.languages._javascript_expressions import named_value
from weighbridge.facts.languages._javascript_patterns import bind
from weighbridge.facts.model import OPAQUE, WHOLE, Attribute, Collection, Export, Expr, Function, Import, Name

_COMMONJS: Final = ("exports.", "module.exports.")


def import_statement(draft: Draft, node: Node) -> None:
    """`import …` in all its forms."""
    line = line_of(node)
    is_type_only = _has_word(node, "type")
    source = node.child_by_field_name("source")
    clause = next((c for c in node.named_children if c.type in ("import_clause", "import_require_clause")), None)
    if clause is not None and clause.type == "import_require_clause":
        required, alias = clause.child_by_field_name("source"), only_child(clause)
        if required is not None and alias is not None:
            draft.imports.append(Import(draft.scope, _module(draft, required), "", draft.text(alias), line))
        return
    if source is None:
        return
    module = _module(draft, source)
    if clause is None:
        draft.imports.append(Import(draft.scope, module, "", "", line))
        return
    for child in children(clause):
        match child.type:
            case "identifier":
                draft.imports.append(Import(draft.scope, module, "default", draft.text(child), line, is_type_only))
            case "namespace_import":
                alias = only_child(child)
                name = draft.text(alias) if alias is not None else ""
                draft.imports.append(Import(draft.scope, module, "", name, line, is_type_only))
            case "named_imports":
                _named_imports(draft, child, module=module, is_type_only=is_type_only)


def _named_imports(draft: Draft, node: Node, *, module: str, is_type_only: bool) -> None:
    for specifier in children(node):
        name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
        if name is not None:
            of_type = is_type_only or _has_word(specifier, "type")
            member = draft.text(name).strip("'\"")
            local = draft.text(alias) if alias is not None else member
            draft.imports.append(Import(draft.scope, module, member, local, line_of(specifier), of_type))


def import_alias(draft: Draft, node: Node) -> None:
    """`import Local = Outer.Inner`: a name for a member of a namespace."""
    parts = children(node)
    if len(parts) == 2:
        value: Expr = OPAQUE
        for place, word in enumerate(draft.text(parts[1]).split(".")):
            value = Attribute(value, word.strip()) if place else Name(word.strip())
        draft.step("bind", line_of(node), value=value, target=draft.name(parts[0]))


def export_clause(draft: Draft, node: Node) -> None:
    """`export {…}`, `export * from`, `export … from`, `export =`: everything but exported declarations and values."""
    source = node.child_by_field_name("source")
    module = _module(draft, source) if source is not None else ""
    is_type_only = _has_word(node, "type") or draft.text(node).startswith("export type")
    shapes = {child.type: child for child in node.children}
    if "export_clause" in shapes:
        for specifier in children(shapes["export_clause"]):
            _specifier(draft, specifier, module=module, is_type_only=is_type_only)
    elif "namespace_export" in shapes:
        name = only_child(shapes["namespace_export"])
        _hand_out(draft, draft.text(name) if name is not None else "*", inner="", module=module, node=node)
    elif "*" in shapes:
        _hand_out(draft, "*", inner="*", module=module, node=node, is_type_only=is_type_only)
    elif "=" in shapes:
        value = only_child(node)
        if value is not None:
            export_value(draft, node, value=value, name="")


def _specifier(draft: Draft, node: Node, *, module: str, is_type_only: bool) -> None:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is not None:
        outer = draft.text(alias if alias is not None else name).strip("'\"")
        of_type = is_type_only or _has_word(node, "type")
        _hand_out(draft, outer, inner=draft.text(name).strip("'\""), module=module, node=node, is_type_only=of_type)


def _hand_out(draft: Draft, outer: str, *, inner: str, module: str, node: Node, is_type_only: bool = False) -> None:
    """Note an export by name; from another module it is an import as well, one that binds nothing here."""
    draft.exports.append(Export(outer, Name(inner), line_of(node), module))
    if module:
        draft.imports.append(Import(draft.scope, module, inner, "", line_of(node), is_type_only))


def export_value(draft: Draft, node: Node, *, value: Node, name: str) -> None:
    """`export default …` (name `default`) or `export = …` (name empty): a value handed out."""
    given = named_value(draft, value, name="default", extent=node)
    if isinstance(given, Function):
        sketch = draft.sketches[given.definition]
        sketch.is_exported = True
        if sketch.kind == "class" and (named := value.child_by_field_name("name")) is not None:
            sketch.name = draft.text(named)
    else:
        draft.use(line_of(node), given)
    draft.exports.append(Export(name, given, line_of(node)))


def commonjs_exports(draft: Draft, node: Node, *, local: str = "") -> Expr | None:
    """Reads `exports.x = module.exports.y = …` and `module.exports = …`, the value; None when it is none.

    Where the same value also gets a name here (`const local = module.exports = …`), that is what is handed out.
    """
    targets: list[Node] = []
    current: Node | None = node
    while current is not None and current.type == "assignment_expression":
        targets += current.children_by_field_name("left")
        current = current.child_by_field_name("right")
    members = [_exported_member(draft, target) for target in targets]
    name = next((member for member in members if member is not None), None)
    if name is None or current is None:
        return None
    value = named_value(draft, current, name=f"exports.{name}" if name else WHOLE, extent=node)
    given: Expr = Name(local) if local else value
    for target, member in zip(reversed(targets), reversed(members), strict=True):
        bind(draft, target, value=given)
        if member is not None:
            _export_member(draft, member, value=given, line=line_of(node))
        if not local:
            given = (draft.steps[-1].target if draft.steps else None) or OPAQUE
    return value


def _exported_member(draft: Draft, target: Node) -> str | None:
    """What an assignment's target hands out: a member's name, empty for the module itself, None for nothing."""
    if target.type != "member_expression":
        return None
    path = draft.text(target)
    if path == WHOLE:
        return ""
    member = next((path.removeprefix(prefix) for prefix in _COMMONJS if path.startswith(prefix)), "")
    return member if member.isidentifier() else None


def _export_member(draft: Draft, member: str, *, value: Expr, line: int) -> None:
    """Note an export; a module that is an object hands out its members."""
    draft.exports.append(Export(member, value, line))
    if member:
        return
    draft.exports.append(Export("default", value, line))
    if isinstance(value, Collection):
        draft.exports += [Export(each.key, each.value, line) for each in value.elements if each.key not in ("", "*")]


def bind_import(draft: Draft, value: Expr, *, target: Node) -> bool:
    """Turns `const x = require("m")` and its like into an import of that name; False when the value is no module."""
    match value:
        case Name(id=text) | Attribute(of=Name(id=text)) if text in draft.inline_modules:
            member = value.name if isinstance(value, Attribute) else ""
        case _:
            return False
    names = _local_names(draft, target, member=member)
    if names is None:
        return False
    if draft.imports and draft.imports[-1].alias == text:
        draft.imports.pop()
    module, line = draft.inline_modules[text], line_of(target)
    draft.imports += [Import(draft.scope, module, name, local, line) for name, local in names]
    return True


def _local_names(draft: Draft, target: Node, *, member: str) -> list[tuple[str, str]] | None:
    """(member of the module, local name) of a target; None when it is taken apart in another way than by names."""
    if target.type == "identifier":
        return [(member, draft.text(target))]
    if target.type != "object_pattern" or member:
        return None
    names: list[tuple[str, str]] = []
    for child in children(target):
        if child.type == "shorthand_property_identifier_pattern":
            names.append((draft.text(child), draft.text(child)))
            continue
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key is None or value is None or value.type != "identifier":
            return None
        names.append((draft.text(key).strip("'\""), draft.text(value)))
    return names


def mark_exported(sketches: list[Sketch], exports: list[Export], *, imports: list[Import]) -> None:
    """Mark what is handed out by name; a file that neither imports nor exports shares its top level with all others."""
    names = {each.value.id for each in exports if isinstance(each.value, Name) and not each.module}
    indexes = {each.value.definition for each in exports if isinstance(each.value, Function)}
    is_script = not exports and not imports and not any(each.is_exported for each in sketches[1:])
    for index, sketch in enumerate(sketches):
        is_named = sketch.parent == 0 and sketch.kind != "lambda" and (is_script or sketch.name in names)
        if is_named or index in indexes or index == 0:
            sketch.is_exported = True


def _module(draft: Draft, source: Node) -> str:
    return draft.text(source)[1:-1][:500]


def _has_word(node: Node, word: str) -> bool:
    return any(child.type == word for child in node.children)
