"""What a column of Django's models is in a database."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.calls.forms import (
    NOTHING,
    Arguments,
    Call,
    Form,
    Listed,
    Name,
    Number,
    Text,
    called,
    dotted,
)
from weighbridge.facts.sql.acts import Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.bound_names import Names

_TYPES: Final = {
    "TextField": "text",
    "BooleanField": "boolean",
    "NullBooleanField": "boolean",
    "IntegerField": "integer",
    "PositiveIntegerField": "integer",
    "SmallIntegerField": "smallint",
    "PositiveSmallIntegerField": "smallint",
    "BigIntegerField": "bigint",
    "PositiveBigIntegerField": "bigint",
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "smallint",
    "FloatField": "double precision",
    "DateField": "date",
    "TimeField": "time",
    "DateTimeField": "timestamp with time zone",
    "DurationField": "interval",
    "UUIDField": "uuid",
    "JSONField": "jsonb",
    "BinaryField": "bytea",
    "GenericIPAddressField": "inet",
    "IPAddressField": "inet",
    "HStoreField": "hstore",
    "SearchVectorField": "tsvector",
    "CITextField": "citext",
    "CICharField": "citext",
    "CIEmailField": "citext",
    "CommaSeparatedIntegerField": "varchar",
    "IntegerRangeField": "int4range",
    "BigIntegerRangeField": "int8range",
    "DecimalRangeField": "numrange",
    "DateTimeRangeField": "tstzrange",
    "DateRangeField": "daterange",
    "XMLField": "text",
}
_LENGTHS: Final = {
    "CharField": "",
    "EmailField": "254",
    "URLField": "200",
    "SlugField": "50",
    "FileField": "100",
    "ImageField": "100",
    "FilePathField": "100",
}
_TO_ONE: Final = ("ForeignKey", "OneToOneField")
_TO_MANY: Final = ("ManyToManyField", "GenericRelation")
_COUNTED: Final = ("AutoField", "BigAutoField", "SmallAutoField")
_STARTS_EMPTY: Final = (*_LENGTHS, "TextField", "CITextField", "CICharField", "CIEmailField", "BinaryField")
_NO_COLUMN: Final = (*_TO_MANY, "GenericForeignKey", "CompositePrimaryKey")
_NO_COLUMN_ENDINGS: Final = ("Manager", "ManyToManyField", "GenericRelation")
_DOES_NOT_MATTER: Final = (
    "verbose_name", "help_text", "choices", "validators", "blank", "editable", "upload_to", "storage", "on_delete", "related_name",
    "related_query_name", "limit_choices_to", "error_messages", "serialize", "auto_created", "parent_link", "swappable", "encoder",
    "decoder", "auto_now", "auto_now_add", "default", "db_comment", "unique_for_date", "unique_for_month", "unique_for_year", "path",
    "match", "recursive", "allow_files", "allow_folders", "width_field", "height_field", "unpack_ipv4", "db_tablespace",
)  # fmt: skip
_VOLATILE: Final = {"RandomUUID": "gen_random_uuid", "Random": "random", "UUID4": "gen_random_uuid", "UUID7": "uuidv7"}


class Field(Struct, frozen=True, kw_only=True):
    """A field as a migration states it."""

    name: str
    kind: str
    """Its class, without the module."""
    call: Call
    column: str
    type: Type
    is_null: bool
    is_unique: bool
    is_indexed: bool
    is_primary: bool
    is_known: bool
    """Whether its class is one of Django's."""
    to: str = ""
    """What a key points at, `app.Model` or `Model`."""
    is_constrained: bool = True
    full: str = ""
    """Its class with the module, where it is none of Django's."""

    @property
    def is_column(self) -> bool:
        """Whether the model's table has a column for it."""
        return self.kind not in _NO_COLUMN and not self.kind.endswith(_NO_COLUMN_ENDINGS)

    @property
    def is_to_many(self) -> bool:
        """Whether a table of its own holds it."""
        return self.kind == "ManyToManyField"

    @property
    def stated(self) -> dict[str, Form]:
        """What its class is given that may matter to the database, by name."""
        named = Arguments(self.call).named
        return {name: value for name, value in named.items() if name not in _DOES_NOT_MATTER}


def read_field(name: str, form: Form | None, *, names: Names) -> Field | None:
    """A field as stated; None where it is not a call."""
    call = names.of(form)
    if not isinstance(call, Call):
        return None
    kind, given = call.name, Arguments(call)
    is_to_one = kind in _TO_ONE or (kind.endswith("ForeignKey") and kind != "GenericForeignKey")
    is_unique = given.is_true("unique") or kind == "OneToOneField"
    is_primary = given.is_true("primary_key")
    own = names.of(given.get("db_column"))
    return Field(
        name=name,
        kind=kind,
        call=call,
        column=own.value.lower() if isinstance(own, Text) else f"{name}_id" if is_to_one else name,
        type=_type(kind, given, names=names, is_to_one=is_to_one),
        is_null=given.is_true("null") or kind == "NullBooleanField",
        is_unique=is_unique,
        is_indexed=given.is_true("db_index", default=is_to_one or kind == "SlugField")
        and not is_unique
        and not is_primary,
        is_primary=is_primary,
        is_known=kind in KNOWN,
        full=""
        if kind in KNOWN
        else f"{names.root(call.of)}.{kind}"
        if call.of is not None
        else names.root(Name(kind)),
        to=_to(given, names) if is_to_one or kind in _TO_MANY else "",
        is_constrained=given.is_true("db_constraint", default=True),
    )


KNOWN: Final = frozenset({*_TYPES, *_LENGTHS, *_TO_ONE, *_NO_COLUMN, "DecimalField", "ArrayField", "GeneratedField"})
"""Django's own classes of fields."""


def _type(kind: str, given: Arguments, *, names: Names, is_to_one: bool) -> Type:
    if is_to_one:
        return Type("bigint")
    if kind in _LENGTHS:
        length = names.of(given.named.get("max_length"))
        said = length.value if isinstance(length, Number) else _LENGTHS[kind] if "max_length" not in given.named else ""
        return Type("varchar", (said,) if said else ())
    if kind == "DecimalField":
        parts = [names.of(given.named.get(each)) for each in ("max_digits", "decimal_places")]
        return Type("numeric", tuple(each.value for each in parts if isinstance(each, Number)))
    if kind == "ArrayField":
        inner = read_field("", given.get("base_field", 0), names=names)
        return replace(inner.type, is_array=True) if inner else Type("", is_array=True)
    if kind == "GeneratedField":
        inner = read_field("", given.get("output_field"), names=names)
        return inner.type if inner else Type("")
    return Type(_TYPES.get(kind, ""))


def _to(given: Arguments, names: Names) -> str:
    to = names.of(given.get("to", 0))
    if isinstance(to, Text):
        return to.value.lower()
    if isinstance(to, Call):  # migrations.swappable_dependency and the like
        return ""
    return (
        ""
        if to is None
        else "user"
        if dotted(to).endswith("AUTH_USER_MODEL")
        else dotted(to).rpartition(".")[2].lower()
    )


def default_of(field: Field, names: Names) -> Value | None:
    """What rows that are there get: Django computes it once, before it says so; None where there is nothing."""
    given = Arguments(field.call)
    if "db_default" in given.named:
        return db_default(given.named["db_default"], names)
    if "default" in given.named:
        value = given.named["default"]
        return None if isinstance(value, Name) and value.id in NOTHING else _constant(names.of(value))
    if given.is_true("auto_now") or given.is_true("auto_now_add"):
        return Value("now()", ("now",))
    if not field.is_null and given.is_true("blank") and field.kind in _STARTS_EMPTY:
        return Value("''", is_constant=True)
    return None


def _constant(form: Form | None) -> Value:
    match form:
        case Text(value=value):
            return Value(f"'{value}'", is_constant=True)
        case Number(value=value):
            return Value(value, is_constant=True)
        case Name(id=("True" | "False") as word):
            return Value(word.lower(), is_constant=True)
        case _:
            return Value("'…'", is_constant=True)


def db_default(form: Form, names: Names) -> Value:
    """A default that the database computes for itself."""
    value = names.of(form)
    if not isinstance(value, Call):
        return _constant(value)
    if value.name in _VOLATILE:
        return Value(f"{_VOLATILE[value.name]}()", (_VOLATILE[value.name],))
    if value.name == "Value":
        return _constant(names.of(Arguments(value).get("value", 0)))
    if value.name == "Func":
        function = names.of(Arguments(value).named.get("function"))
        if isinstance(function, Text):
            return Value(f"{function.value.lower()}()", (function.value.lower(),))
    return Value(f"{called(value)}()", ("now",) if value.name == "Now" else (value.name.lower(),))


def column_of(field: Field, names: Names, *, table_of: "dict[str, str] | None" = None) -> Column:
    """The column that a field gets, with what keeps its values."""
    given = Arguments(field.call)
    constraints: list[Constraint] = []
    if field.is_primary:
        constraints.append(Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=(field.column,)))
    elif field.is_unique:
        constraints.append(Constraint(kind=ConstraintKind.UNIQUE, columns=(field.column,)))
    if field.to and field.is_constrained:
        table = (table_of or {}).get(field.to, field.to.replace(".", "_"))
        reference = Reference(table, ("id",))
        constraints.append(Constraint(kind=ConstraintKind.FOREIGN_KEY, columns=(field.column,), reference=reference))
    if field.kind.startswith("Positive"):
        check = Value(f"{field.column} >= 0")
        constraints.append(Constraint(kind=ConstraintKind.CHECK, columns=(field.column,), value=check))
    generated = ""
    if field.kind == "GeneratedField":
        generated = "stored" if given.is_true("db_persist") else "virtual"
    elif field.kind in _COUNTED:
        generated = "identity"
    return Column(
        name=field.column,
        type=field.type,
        line=field.call.line,
        is_not_null=not field.is_null and not generated,
        default=None if generated else default_of(field, names),
        generated=generated,
        constraints=tuple(constraints),
    )


def texts_of(form: Form | None, names: Names) -> tuple[str, ...] | None:
    """The strings of a list; None where it is none, or holds something else."""
    value = names.of(form)
    if isinstance(value, Call) and value.name in ("set", "list", "tuple", "frozenset"):
        value = names.of(Arguments(value).get("", 0)) if value.arguments else Listed(())
    if not isinstance(value, Listed):
        return None
    found = [names.of(each) for each in value.items]
    return (
        tuple(each.value for each in found if isinstance(each, Text))
        if all(isinstance(e, Text) for e in found)
        else None
    )
