"""What knex and TypeORM have in common: defaults, options in objects, functions by name."""

import re
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import NOTHING, Block, Call, Form, Keyed, Listed, Name, Number, Statement, Text
from weighbridge.facts.sql.acts import Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._alembic_operations import sql_value
from weighbridge.landscape.sql.tools._texts import text_of


def options_of(form: Form | None, names: Names) -> dict[str, Form]:
    """What an object holds, by name."""
    value = names.of(form)
    if isinstance(value, Call) and value.arguments:  # new TableColumn({…})
        value = names.of(value.arguments[0].value)
    if not isinstance(value, Keyed):
        return {}
    return {key.value: names.of(item) for key, item in value.pairs if isinstance(key, Text)}


def word(form: Form | None, names: Names, *, what: str = "a name") -> str:
    """A name that must be written there.

    Raises:
        NotWrittenError: it is not.
    """
    value = names.of(form)
    if isinstance(value, Call) and value.name in ("Table", "View"):
        value = options_of(value, names).get("name")
    if not isinstance(value, Text) or value.has_holes:
        raise NotWrittenError(f"{what} is not written here")
    return value.value


def words(form: Form | None, names: Names) -> tuple[str, ...]:
    """Names that must be written there, one or several."""
    value = names.of(form)
    if isinstance(value, Listed):
        return tuple(word(each, names) for each in value.items)
    return (word(value, names),)


def is_true(form: Form | None) -> bool:
    """Whether a value says yes."""
    return isinstance(form, Name) and form.id == "true"


def with_identifiers(text: Text, given: Form, *, names: Names) -> Text:
    """A statement of knex's with the names put in that `??` and `:name:` stand for; what is no name stays a value of its own."""
    if "??" not in text.value and _NAMED.search(text.value) is None:
        return text
    bound = names.of(given)
    listed = list(bound.items) if isinstance(bound, Listed) else [given] if not isinstance(bound, Keyed) else []
    keyed = {key.value: each for key, each in bound.pairs if isinstance(key, Text)} if isinstance(bound, Keyed) else {}
    is_whole = True

    def put(sign: re.Match[str]) -> str:
        nonlocal is_whole
        if sign[0] == "?":
            listed[:1] = []
            return "?"
        said = text_of(keyed.get(sign["name"]) if sign["name"] else listed.pop(0) if listed else None, names)
        is_whole = is_whole and said is not None and not said.has_holes
        return said.value if said is not None else "{}"

    value = _SIGNS.sub(put, text.value)
    return replace(text, value=value, has_holes=text.has_holes or not is_whole, holes=())


_NAMED: Final = LatePattern(r":\w+:")
_SIGNS: Final = LatePattern(r"\?\??|(?<!:):(?P<name>\w+):(?!:)")


def constant(form: Form | None, names: Names) -> Value | None:
    """A default that is a value of the program's."""
    value = names.of(form)
    if value is None or (isinstance(value, Name) and value.id in NOTHING):
        return None
    if isinstance(value, Call) and value.name == "now":
        return Value("now()", ("now",))
    if isinstance(value, Block) or (isinstance(value, Call) and value.name == "raw"):
        text = text_of(value, names)
        return sql_value(text.value) if text is not None else Value("…", ("…",))
    return Value(_said(value), is_constant=True)


def _said(value: Form) -> str:
    if isinstance(value, Text):
        return f"'{value.value}'"
    if isinstance(value, Number):
        return value.value
    return value.id if isinstance(value, Name) and value.id in ("true", "false") else "'…'"


def function_named(statements: tuple[Statement, ...], name: str, *, names: Names) -> Block | None:
    """What `exports.up = …`, `export const up = …`, `module.exports = {up}` or `function up` does."""
    for each in statements:
        if each.kind == "def" and each.name == name:
            return Block(each.takes, each.body)
        value: Form | None = None
        if each.kind == "bind" and each.name.rpartition(".")[2] == name:
            value = each.value
        elif (
            each.kind == "bind"
            and each.name in ("module.exports", "exports", "default")
            and isinstance(each.value, Keyed)
        ):
            value = next((v for key, v in each.value.pairs if isinstance(key, Text) and key.value == name), None)
        if isinstance(value, Name):
            found = names.function(value.id)
            value = found[0] if found is not None else None
        if isinstance(value, Block):
            return value
    return None
