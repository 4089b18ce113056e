"""What holds of any two descriptions, made up and bent."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.api_descriptions import PATH, TODAY, breaks

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.description_breaks import DescriptionBreaks
from weighbridge.landscape.contracts.descriptions import description_of, is_description
from weighbridge.landscape.contracts.library import Library, Spot

Tree = dict[str, Any]

NAMES = st.sampled_from(["id", "name", "kind", "owner", "tags", "description"])
SIMPLE = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "boolean"])},
        optional={"nullable": st.booleans(), "default": st.sampled_from(["a", "b"])},
    ),
    st.fixed_dictionaries(
        {"type": st.just("string"), "enum": st.lists(st.sampled_from("abcd"), min_size=1, unique=True)}
    ),
    st.fixed_dictionaries({"type": st.just("integer"), "maximum": st.integers(0, 9), "minimum": st.integers(0, 9)}),
    st.sampled_from([{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]),
)


def _content(schema: Tree) -> Tree:
    return {"content": {"application/json": {"schema": schema}}}


def _object(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=4)},
        optional={"required": st.lists(NAMES, unique=True, max_size=3), "additionalProperties": st.booleans()},
    )


SCHEMAS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        _object(inner),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=6,
)
PARAMETERS = st.fixed_dictionaries(
    {"name": NAMES, "in": st.sampled_from(["query", "header"]), "schema": SIMPLE}, optional={"required": st.booleans()}
)
OPERATIONS = st.fixed_dictionaries(
    {"responses": st.dictionaries(st.sampled_from(["200", "201", "404", "4XX", "default"]), SCHEMAS.map(_content))},
    optional={
        "parameters": st.lists(PARAMETERS, max_size=3, unique_by=lambda p: (p["in"], p["name"])),
        "requestBody": SCHEMAS.map(_content),
        "security": st.lists(st.dictionaries(st.sampled_from(["key", "login"]), st.just([])), max_size=2),
        "deprecated": st.booleans(),
    },
)  # fmt: skip
DESCRIPTIONS = st.fixed_dictionaries(
    {
        "openapi": st.sampled_from(["3.0.3", "3.1.0"]),
        "paths": st.dictionaries(
            st.sampled_from(["/a", "/b/{id}", "/c"]),
            st.dictionaries(st.sampled_from(["get", "post", "put"]), OPERATIONS, min_size=1, max_size=2),
            min_size=1,
        ),
        "components": st.fixed_dictionaries({"schemas": st.fixed_dictionaries({"A": SCHEMAS, "B": SCHEMAS})}),
    }
)


def _told(base: Tree, head: Tree) -> list[tuple[str, Level]]:
    return [(each.kind, each.level) for each in breaks(json.dumps(base, indent=1), json.dumps(head, indent=1))]


def _first_operation(tree: Tree) -> Tree:
    item = next(iter(tree["paths"].values()))
    found: Tree = next(iter(item.values()))
    return found


@given(DESCRIPTIONS)
def test_a_description_breaks_nothing_of_itself(tree: Tree) -> None:
    assert _told(tree, tree) == []


@given(DESCRIPTIONS)
def test_the_order_of_keys_means_nothing(tree: Tree) -> None:
    turned = json.loads(json.dumps(tree), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    assert _told(tree, turned) == []


@given(DESCRIPTIONS, OPERATIONS)
def test_what_comes_breaks_nothing_and_is_missed_when_it_goes(tree: Tree, operation: Tree) -> None:
    more = copy.deepcopy(tree)
    more["paths"]["/new"] = {"get": operation}

    assert _told(tree, more) == []
    assert [kind for kind, _ in _told(more, tree)] == ["operation-removed"]


@given(DESCRIPTIONS, SIMPLE)
def test_a_parameter_that_may_be_left_out_breaks_nothing(tree: Tree, schema: Tree) -> None:
    more = copy.deepcopy(tree)
    listed = _first_operation(more).setdefault("parameters", [])
    listed.append({"name": "new", "in": "query", "schema": schema})

    assert _told(tree, more) == []
    assert [kind for kind, _ in _told(more, tree)] == ["parameter-removed"]


@given(DESCRIPTIONS)
def test_a_field_of_answers_that_comes_breaks_nothing(tree: Tree) -> None:
    known = copy.deepcopy(tree)
    _first_operation(known)["responses"]["200"] = _content({"type": "object", "properties": {"a": {"type": "string"}}})
    more = copy.deepcopy(known)
    answer = _first_operation(more)["responses"]["200"]["content"]["application/json"]["schema"]
    answer["properties"]["new"] = {"type": "string"}

    assert _told(known, more) == []
    assert [kind for kind, _ in _told(more, known)] == ["response-field-removed"]


@given(DESCRIPTIONS, DESCRIPTIONS)
@settings(max_examples=50)
def test_any_two_can_be_compared(base: Tree, head: Tree) -> None:
    for each in breaks(json.dumps(base, indent=1), json.dumps(head, indent=1)):
        assert each.operations
        assert each.words
        assert each.place.line >= 1


BENT = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just({"$ref": "#/paths"}), st.just({"$ref": "x"})),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip


@given(DESCRIPTIONS, st.data())
@settings(max_examples=100)
def test_nothing_raises_whatever_stands_where(tree: Tree, data: st.DataObject) -> None:
    bent = copy.deepcopy(tree)
    here: Any = bent
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else list(range(len(here)))))
        if isinstance(here[key], dict | list) and here[key] and data.draw(st.booleans()):
            here = here[key]
            continue
        here[key] = data.draw(BENT)
        break

    for base, head in ((tree, bent), (bent, tree)):
        sides = []
        for each in (base, head):
            library = Library({PATH: json.dumps(each).encode()}.get)
            root = library.document(PATH)
            assert isinstance(root, Spot)
            sides.append(description_of(root, library) if is_description(root) else None)
        old, new = sides
        if old and new and not isinstance(old, CouldNotLook) and not isinstance(new, CouldNotLook):
            DescriptionBreaks(old, new, today=TODAY, elsewhere=frozenset()).all()


def test_two_paths_that_differ_in_names_of_parameters_are_each_compared_with_itself() -> None:
    kinds = (("pets/{id}", "string"), ("pets/{name}", "integer"))
    paths = "".join(
        f"  /{path}:\n    get: {{responses: {{'200': {{description: a, content: {{a/b: {{schema: {{type: {kind}}}}}}}}}}}}}\n"
        for path, kind in kinds
    )

    assert breaks(f"openapi: 3.0.3\npaths:\n{paths}", f"openapi: 3.0.3\npaths:\n{paths}") == []
