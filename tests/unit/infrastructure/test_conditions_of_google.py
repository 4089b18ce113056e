"""Conditions of Google Cloud are compared by the parts that they join."""

import pytest

from weighbridge.landscape.infrastructure.iam.expressions import asks_as_much, asks_less, tells_one

ONE = "assertion.repository == 'acme/shop'"
MAIN = "assertion.ref == 'refs/heads/main'"


@pytest.mark.parametrize(
    ("now", "was"),
    [
        (f"{ONE} && {MAIN}", ONE),
        (f"{MAIN} && {ONE}", f"{ONE} && {MAIN}"),
        (f"({MAIN}) && ({ONE})", f"{ONE} &&\n{MAIN.replace(chr(39), chr(34))}"),
        (f"(({ONE}))", ONE),
        ("a == 'x && y' && b == ')'", "b == ')'"),
    ],
)
def test_what_has_all_parts_of_the_former_asks_as_much(now: str, was: str) -> None:
    assert asks_as_much(now, was)
    assert not asks_less(now, was)


@pytest.mark.parametrize(
    ("now", "was"),
    [(ONE, f"{ONE} && {MAIN}"), (f"{ONE} || {MAIN}", ONE), (MAIN, ONE), ("a == 'x'", "a == 'x && y'")],
)
def test_what_lacks_a_part_of_the_former_does_not(now: str, was: str) -> None:
    assert not asks_as_much(now, was)


@pytest.mark.parametrize(("now", "was", "is_less"), [(ONE, f"{ONE} && {MAIN}", True), (MAIN, ONE, False)])
def test_only_what_leaves_something_out_asks_less(now: str, was: str, *, is_less: bool) -> None:
    assert asks_less(now, was) is is_less


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        (ONE, True),
        (f"{ONE} && {MAIN}", True),
        (f"{ONE} || assertion.repository == 'acme/site'", True),
        ("attribute.repository in ['acme/shop', 'acme/site']", True),
        ("assertion.sub == 'repo:acme/shop:environment:production'", True),
        ("assertion.repository_owner == 'acme'", False),
        ("assertion.repository.startsWith('acme/')", False),
        (f"{ONE} || assertion.repository_owner == 'acme'", False),
        (MAIN, False),
        ("", False),
    ],
)
def test_what_names_single_repositories_is_told_from_what_names_an_owner(condition: str, *, is_one: bool) -> None:
    assert tells_one(condition) is is_one


@pytest.mark.parametrize("text", ["(", "')", "a && ", "&&&&", "((a)", "a)) && ((b", "'" * 5])
def test_what_is_no_expression_breaks_nothing(text: str) -> None:
    assert asks_as_much(text, text)
    tells_one(text)
