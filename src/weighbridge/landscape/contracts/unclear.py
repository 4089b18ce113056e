"""What is left to compare of two schemas of which one says in places what nobody can tell."""

from typing import Final

from msgspec.structs import replace

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_forms import WHOLE
from weighbridge.landscape.contracts.schemas import Schema
from weighbridge.landscape.documents.nodes import Mark, Scalar

_UNFOLLOWED: Final = frozenset({"$dynamicRef", "$recursiveRef"})
_UNKNOWN: Final = "whether it is what it was is not known"


def known_of(
    old: Schema, new: Schema, *, sameness: Sameness, libraries: tuple[Library, Library]
) -> tuple[Schema, Schema] | None:
    """Both without the keywords that one of them misuses, each of which the new tree's library says is unclear; None where
    nothing else is left.
    """
    library = libraries[1]
    if old.is_lost != new.is_lost:
        is_said = new.lost in library.lost and new.lost not in libraries[0].lost
        if not is_said:
            library.unclear(_spot(new), f"`{new.name or 'the body'}` is described {_where(old)}: {_UNKNOWN}")
        return None
    keys = old.misused.keys() | new.misused.keys()
    differing = [key for key in sorted(keys) if not _are_alike(old, new, key=key, sameness=sameness)]
    for key in differing:
        spot = new.misused.get(key) or old.misused[key]
        reason = Reason.UNSUPPORTED if key in _UNFOLLOWED else Reason.UNPARSED
        library.unclear(spot, _words(key, is_new=key in new.misused), reason=reason)
    if not WHOLE.isdisjoint(differing):
        return None
    return _without(old, keys), _without(new, keys)


def _where(old: Schema) -> str:
    return "here, and before where it cannot be read" if old.is_lost else "where it cannot be read from here"


def _spot(schema: Schema) -> Spot:
    """Where a schema stands; what stands there is not asked."""
    return Spot(node=Scalar("", Mark(line=schema.line, column=1), is_plain=True), path=schema.path, line=schema.line)


def _are_alike(old: Schema, new: Schema, *, key: str, sameness: Sameness) -> bool:
    one, other = old.misused.get(key), new.misused.get(key)
    return one is not None and other is not None and sameness.alike(one, other)


def _words(key: str, *, is_new: bool) -> str:
    what = f"`{key}`" if key else "what stands where a schema must"
    holds = "is not followed here" if key in _UNFOLLOWED else "has no form that can be compared"
    when = "" if is_new else " as it stood before"
    return f"{what}{when} {holds}: {_UNKNOWN}"


def _without(schema: Schema, keys: set[str]) -> Schema:
    """A schema as if it said nothing by some keywords."""
    if not keys:
        return schema
    return replace(
        schema,
        types=None if "type" in keys else schema.types,
        values=None if keys & {"enum", "const"} else schema.values,
        required={} if "required" in keys else schema.required,
        properties={} if "properties" in keys else schema.properties,
        items=() if "items" in keys else schema.items,
        is_closed=schema.is_closed and "additionalProperties" not in keys,
        is_open=schema.is_open and "additionalProperties" not in keys,
        additional=() if "additionalProperties" in keys else schema.additional,
        limits={key: said for key, said in schema.limits.items() if key not in keys},
        conditions={key: spot for key, spot in schema.conditions.items() if key not in keys},
    )
