"""GraphQL schemas before and after, beyond what the rules' pages show."""

from typing import Final

import pytest
from tests.samples.growing_texts import cut_off

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.graphql.compare import compare_graphql, graphql_breaks

SHOP: Final = 'type Query { pets(first: Int): [Pet!]! }\ntype Pet @key(fields: "id") { id: ID! kind: Kind size: Size }\nenum Kind { CAT DOG }\n'
PATH, OTHER = RepoPath("shop.graphql"), RepoPath("users.graphql")


def told(base: dict[RepoPath, str], head: dict[RepoPath, str]) -> list[str]:
    found = graphql_breaks(base, head)
    assert not isinstance(found, CouldNotLook), found
    return [each.words for each in found]


def test_a_schema_breaks_nothing_of_itself() -> None:
    assert told({PATH: SHOP}, {PATH: SHOP}) == []


def test_a_type_that_is_defined_elsewhere_stands_for_itself() -> None:
    head = SHOP.replace("size: Size", "size: Int")

    assert ["changed type from Size to Int" in words for words in told({PATH: SHOP}, {PATH: head})] == [True]


def test_two_schemas_in_one_change_are_compared_one_by_one() -> None:
    users = "type Query { users: [ID] }\n"

    found = told({PATH: SHOP, OTHER: users}, {PATH: SHOP, OTHER: users.replace("users", "people")})

    assert ["Query.users was removed" in words for words in found] == [True]


def test_a_file_that_is_gone_takes_its_types_with_it() -> None:
    assert len(told({PATH: SHOP}, {})) == 3


def test_half_a_schema_is_told_with_its_line() -> None:
    found = graphql_breaks({PATH: SHOP}, {PATH: "type Query {\n  pets(\n"})

    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.UNPARSED
    assert "shop.graphql:3" in found.detail


def test_nothing_raises_wherever_a_schema_ends() -> None:
    for text in cut_off(SHOP):
        found = graphql_breaks({PATH: SHOP}, {PATH: text})

        assert isinstance(found, CouldNotLook) or all(isinstance(each, Break) for each in found)


ROOTED: Final = "type Query { pets: Int old: Int }\ntype Mutation { buy: Int }\n"


def test_queries_that_begin_at_another_type_lack_what_it_does_not_hold() -> None:
    head = ROOTED + "type Other { pets: Int }\nschema { query: Other mutation: Mutation }\n"

    assert ["Query.old was removed" in words for words in told({PATH: ROOTED}, {PATH: head})] == [True]


def test_a_root_that_is_only_called_otherwise_breaks_nothing() -> None:
    head = ROOTED.replace("type Query", "type Root") + "schema { query: Root mutation: Mutation }\n"

    assert told({PATH: ROOTED}, {PATH: head}) == []


def test_a_kind_of_operation_that_begins_nowhere_is_gone() -> None:
    head = ROOTED + "schema { query: Query }\n"

    assert ["Mutation is no longer where each mutation begins" in w for w in told({PATH: ROOTED}, {PATH: head})] == [
        True
    ]


def test_types_that_hang_on_what_is_gone_are_told_with_it() -> None:
    base = "type Query { a: Int old(by: By): Old @deprecated }\ntype Old { more: More }\ntype More { b: Int }\ninput By { c: Int }\n"

    found = told({PATH: base}, {PATH: "type Query { a: Int }\n"})

    assert ["Query.old was removed, as was announced" in words for words in found] == [True]


def test_what_an_input_holds_where_nothing_is_given_is_otherwise() -> None:
    shop = 'type Query { pets(of: Filter): [ID] }\ninput Filter { first: Int! = 10 kinds: [String] = ["cat"] }\n'

    found = told({PATH: shop}, {PATH: shop.replace("= 10", "= 20")})

    assert found == [
        "Filter.first has changed defaultValue from 10 to 20: clients that know only what there was may fail"
    ]
    assert told({PATH: shop}, {PATH: shop.replace('["cat"]', '"cat"')}) == []


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_compared() -> None:
    users = "type User { name: String }\ntype Group { users: [User] }\n"
    head = {PATH: SHOP.replace("kind: Kind ", ""), OTHER: users + "type {{{\n"}

    found = compare_graphql({PATH: SHOP, OTHER: users}, head)

    assert not isinstance(found, CouldNotLook)
    assert [each.check for each in found.breaks] == ["FIELD_REMOVED"]
    assert [each.detail.partition(" ")[0] for each in found.missing if each.detail] == ["users.graphql:3:"]


def test_a_type_that_may_have_gone_where_nobody_can_look_is_not_told_as_gone() -> None:
    kind = "enum Kind { CAT DOG }\n"
    base, head = {PATH: SHOP, OTHER: "scalar Size\n"}, {PATH: SHOP.replace(kind, ""), OTHER: kind + "scalar {{{\n"}

    found = compare_graphql(base, head)

    assert isinstance(found, CouldNotLook) or found.breaks == []


def test_an_input_of_which_one_field_may_be_given_and_a_directive_that_takes_something_else_are_told() -> None:
    shop = "directive @live(every: Int) on FIELD\ntype Query { pets(of: Filter): [ID] }\ninput Filter { id: ID name: String }\n"

    assert told({PATH: shop}, {PATH: shop.replace("input Filter {", "input Filter @oneOf {")}) == [
        "Filter takes exactly one of its fields: queries that send or read it as it was are refused, or misread it"
    ]
    assert [
        "live arg every has changed type" in words
        for words in told({PATH: shop}, {PATH: shop.replace("Int", "String")})
    ] == [True]
    assert told({PATH: shop.replace("Filter {", "Filter @oneOf {")}, {PATH: shop}) == []


@pytest.mark.parametrize(
    ("description", "level"),
    [
        ('"""\n  [Internal] What we sort by.\n  """', Level.WARNING),
        ('"""[ALPHA] What we sort by."""', Level.WARNING),
        ('"Internal use only"', Level.WARNING),
        ('"""\n  Experimental: may go.\n  """', Level.WARNING),
        ('"""\n  Internal-combustion cars are sorted by it.\n  """', Level.ERROR),
        ('"""\n  Private pets have one.\n  """', Level.ERROR),
        ("# [Internal]", Level.ERROR),
    ],
)
def test_what_its_description_calls_internal_is_no_promise(description: str, level: Level) -> None:
    base = f"type Query {{ pet: Pet }}\ntype Pet {{\n  id: ID!\n  {description}\n  weight: Int\n}}\n"
    found = graphql_breaks({PATH: base}, {PATH: base.replace(f"  {description}\n  weight: Int\n", "")})

    assert not isinstance(found, CouldNotLook)
    assert [each.level for each in found] == [level]


def test_what_a_type_calls_itself_holds_for_its_fields() -> None:
    base = 'type Query { pet: Pet }\n"""\n[Internal] For our own pages.\n"""\ntype Pet {\n  id: ID!\n  weight: Int\n}\n'

    assert told({PATH: base}, {PATH: base.replace("  weight: Int\n", "")}) == [
        "Pet.weight was removed, and the description of Pet says that it is no promise: queries that name it are refused"
    ]


@pytest.mark.parametrize(
    ("used", "level"),
    [
        ("type Query { kind: Kind }", Level.WARNING),
        ("type Query { pets(kind: Kind): Int }", Level.ERROR),
        ("type Query { pets(by: By): Int }\ninput By { kind: [Kind!] }", Level.ERROR),
    ],
)
def test_a_value_that_answers_alone_gave_is_named_by_no_query(used: str, level: Level) -> None:
    base = f"{used}\nenum Kind {{ CAT DOG }}\n"
    found = graphql_breaks({PATH: base}, {PATH: base.replace(" DOG", "")})

    assert not isinstance(found, CouldNotLook)
    assert [each.level for each in found] == [level]


WAYS = """type Query {
  shop: Shop
  "[ALPHA] What an assistant was asked."
  chats(of: Filter): [Chat!]!
  %s
}
type Shop { name: String %s }
interface Talk { tools: Answer! }
type Chat implements Talk { tools: Answer! }
union Answer = Tool | Shop
type Tool { name: String session: ID }
input Filter { session: ID }
"""


@pytest.mark.parametrize(
    ("query", "shop", "gone", "level"),
    [
        ("", "", "name: String session: ID", Level.WARNING),
        ("", "", "{ session: ID }", Level.WARNING),
        ("tool: Tool", "", "name: String session: ID", Level.ERROR),
        ("", "answers: [Answer]", "name: String session: ID", Level.ERROR),
        ("talks: [Talk]", "", "name: String session: ID", Level.ERROR),
        ("find(by: Filter): ID", "", "{ session: ID }", Level.ERROR),
    ],
)
def test_a_type_is_promised_where_any_way_to_it_is(query: str, shop: str, *, gone: str, level: Level) -> None:
    base = WAYS % (query, shop)
    head = base.replace(gone, gone.replace("session", "other") if "{" in gone else "name: String")
    assert head != base

    found = graphql_breaks({PATH: base}, {PATH: head})

    assert not isinstance(found, CouldNotLook)
    assert [each.level for each in found if each.kind == "graphql-removed"] == [level]


def test_that_not_all_ways_to_a_type_are_seen_promises_it() -> None:
    base = WAYS % ("", "")
    head = base.replace("name: String session: ID", "name: String")
    more = "extend type Shop { tool: Tool }\n"

    found = graphql_breaks({PATH: base, OTHER: more}, {PATH: head, OTHER: more + "# more\n"})

    assert not isinstance(found, CouldNotLook)
    assert [each.level for each in found] == [Level.ERROR]
