"""What is read and compared of GraphQL, held against graphql-core, which does the same by other means."""

from typing import Final

import pytest
from benchmarks.contract_cases import GRAPHQL, Pair
from graphql import GraphQLError, build_schema, parse
from graphql.utilities import find_breaking_changes, find_dangerous_changes
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.growing_texts import cut_off

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.graphql.differences import differences
from weighbridge.landscape.contracts.graphql.queries import selected
from weighbridge.landscape.contracts.graphql.schemas import Schema
from weighbridge.landscape.contracts.graphql.tokens import GraphqlError

PATH: Final = RepoPath("a.graphql")
REST: Final = "\ntype Query { a: A }\ninput In { b: Float c: [Int] s: String }\nenum Kind { CAT DOG }\ntype B { a: A }\ninterface Has { a: A }\n"

Told = set[tuple[str, str, bool]]


def ours(base: str, head: str) -> Told:
    found = differences(Schema({PATH: base}), Schema({PATH: head}))
    return {(each.check, each.words, each.is_breaking) for each in found}


def theirs(base: str, head: str) -> Told:
    old, new = (build_schema(text, assume_valid=True, assume_valid_sdl=True) for text in (base, head))
    breaking = {(each.type.name, each.description.rstrip("."), True) for each in find_breaking_changes(old, new)}
    dangerous = {(each.type.name, each.description.rstrip("."), False) for each in find_dangerous_changes(old, new)}
    return {each for each in breaking | dangerous if not each[1].startswith("Standard scalar")}


@pytest.mark.parametrize("case", GRAPHQL, ids=lambda each: each.name)
def test_the_same_is_otherwise_for_both_and_in_the_same_words(case: Pair) -> None:
    assert ours(case.base, case.head) == theirs(case.base, case.head)
    assert ours(case.head, case.base) == theirs(case.head, case.base)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("type A { f(x: Int = 1): Int }", "type A { f(x: Int = 1, y: [Int!]! = [1]): Int }"),
        ("type A { f(x: Float = 1.0): Int }", "type A { f(x: Float = 1): Int }"),
        ("type A { f(x: Float = 1.5e3): Int }", "type A { f(x: Float = 1500): Int }"),
        ("type A { f(x: [Int] = 1): Int }", "type A { f(x: [Int] = [1]): Int }"),
        ("type A { f(x: [Int] = 1): Int }", "type A { f(x: [Int] = [1, 2]): Int }"),
        ("type A { f(x: In = {b: 1, s: \"y\"}): Int }", "type A { f(x: In = {s: \"y\", b: 1}): Int }"),
        ("type A { f(x: String = \"a\"): Int }", 'type A { f(x: String = """a"""): Int }'),
        ("type A { f(x: Int = null): Int }", "type A { f(x: Int): Int }"),
        ("type A { f(x: Kind = CAT): Int }", "type A { f(x: Kind = DOG): Int }"),
        ("type A { f: Int }", "type A { f: Int } extend type A { g: Int }"),
        ("type A { f: Int } extend type A { g: Int }", "type A { f: Int }"),
        ("type A { f: Int } extend union U = B union U = A", "type A { f: Int } union U = A"),
        ("type A implements Has { a: A }", "type A { a: A }"),
        ("directive @d(a: Int) repeatable on FIELD | QUERY type A { f: Int }", "directive @d(b: Int!) on FIELD type A { f: Int }"),
        ("type A { f: Int } interface C { f: Int }", "type A { f: Int } union C = A"),
        ("type A { f: Int } scalar C @specifiedBy(url: \"u\")", "type A { f: Int } enum C { D }"),
        ('"a { b" type A { "c" f("""d } """ x: Int): Int # }\n}', "type A { f: Int }"),
    ],
)  # fmt: skip
def test_whatever_a_schema_is_written_with_both_read_it_alike(base: str, head: str) -> None:
    assert ours(base + REST, head + REST) == theirs(base + REST, head + REST)
    assert ours(head + REST, base + REST) == theirs(head + REST, base + REST)


def _never_null(kind: str) -> str:
    return kind if kind.endswith("!") else kind + "!"


TYPES = st.recursive(
    st.sampled_from(["Int", "Kind"]), lambda inner: inner.map(lambda each: f"[{each}]") | inner.map(_never_null)
)


@given(TYPES, TYPES)
def test_both_hold_the_same_types_for_safe(old: str, new: str) -> None:
    base, head = (f"type A {{ f(x: {kind}): {kind} }} input I {{ f: {kind} }}" + REST for kind in (old, new))

    assert ours(base, head) == theirs(base, head)


def test_what_one_cannot_read_the_other_cannot_either() -> None:
    text = 'type A @k(f: "a") { "b" f(x: [In!]! = [{b: 1.5}] @d): [Kind] } union U @d = | A | B extend input In @d { e: ID }\n'
    for part in cut_off(text):
        try:
            schema = Schema({PATH: part})
            list(map(schema.get, schema.chunks))
            is_read = True
        except GraphqlError:
            is_read = False
        try:
            is_read_there = bool(parse(part).definitions) or not part.strip()
        except GraphQLError:
            is_read_there = not part.strip()

        assert is_read is is_read_there, part


def test_what_queries_select_is_named_with_its_line() -> None:
    schema = Schema(
        {
            PATH: "type Query { a(in: In, k: Kind): A b: U } type A { c: Int } union U = A"
            + REST.replace("type Query { a: A }", "")
        }
    )
    query = 'query Q($i: In = {b: 1}, $k: Kind!) @d(e: 1) {\n  x: a(in: {s: "}"}, k: CAT) { ...F }\n  b {\n    ... on A { c }\n    ...{ __typename } } }\nfragment F on A { c @skip(if: true) }'

    found = dict.fromkeys(selected(query, schema))

    assert ("In", 1) in found
    assert ("In.b", 1) in found
    assert ("Query.a", 2) in found
    assert ("Query.a(in)", 2) in found
    assert ("In.s", 2) in found
    assert ("Kind.CAT", 2) in found
    assert ("A.c", 4) in found
    assert ("A", 6) in found
    assert ("U.__typename", 5) in found


def test_half_a_query_selects_nothing() -> None:
    schema = Schema({PATH: "type Query { a: Int }"})

    assert [list(selected(text, schema)) for text in ("query { a", "{ a }}", "}{")] == [[], [], []]
