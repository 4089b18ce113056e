"""What must be given in GraphQL because its default is gone: what may not be null and has none."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_required_argument,
    is_required_input_field,
)

_WITH_FIELDS: Final = (GraphQLObjectType, GraphQLInterfaceType)


def defaults_gone(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[str]:
    """The fields of inputs, `Input.field`, and arguments, `Type.field arg name`, of which both have one of the same type."""
    for name, before in old.type_map.items():
        after = new.type_map.get(name)
        if isinstance(before, GraphQLInputObjectType) and isinstance(after, GraphQLInputObjectType):
            for key, field in before.fields.items():
                now = after.fields.get(key)
                if now and is_required_input_field(now) and not is_required_input_field(field):
                    yield from (f"{name}.{key}",) if str(now.type) == str(field.type) else ()
        elif isinstance(before, _WITH_FIELDS) and isinstance(after, _WITH_FIELDS):
            for key, given in before.fields.items():
                arguments = after.fields[key].args if key in after.fields else {}
                for called, argument in given.args.items():
                    asked = arguments.get(called)
                    if asked and is_required_argument(asked) and not is_required_argument(argument):
                        yield from (f"{name}.{key} arg {called}",) if str(asked.type) == str(argument.type) else ()
