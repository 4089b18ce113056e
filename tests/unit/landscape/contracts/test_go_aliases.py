"""Signatures of Go without other names of types, however many names there are for names."""

import time

from tests.rules.sql.judging import sight_of

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.code.go_aliases import GoAliases
from weighbridge.landscape.landscapes import Landscapes


def written_out(text: str, types: str) -> str:
    landscapes = sight_of({"shop/types.go": f"package shop\n\n{types}"}).landscapes
    assert isinstance(landscapes, Landscapes)
    return GoAliases(landscapes.head).written_out(text, RepoPath("shop"))


def test_what_a_name_stands_for_takes_its_place() -> None:
    assert written_out("F(a Prices) Cents", "type Cents = int\ntype Prices = []Cents\n") == "F(a []int) int"


def test_names_of_other_packages_and_of_calls_stay() -> None:
    assert written_out("Cents(a money.Cents)", "type Cents = int\n") == "Cents(a money.Cents)"


def test_names_of_many_names_fill_no_memory() -> None:
    types = [f"type A{number} = func({', '.join([f'A{number + 1}'] * 100)})" for number in range(6)]

    assert len(written_out("F(a A0)", "\n".join([*types, "type A6 = int\n"]))) < 5_000


def test_many_names_are_looked_for_at_once() -> None:
    types = "".join(f"type Name{number} = int\n" for number in range(4_000))
    text = f"F({', '.join(f'a{number} other' for number in range(300))})"
    landscapes = sight_of({"shop/types.go": f"package shop\n\n{types}"}).landscapes
    assert isinstance(landscapes, Landscapes)
    aliases = GoAliases(landscapes.head)
    aliases.written_out("", RepoPath("shop"))
    started = time.process_time()

    for _ in range(200):
        aliases.written_out(text, RepoPath("shop"))

    assert time.process_time() - started < 3
