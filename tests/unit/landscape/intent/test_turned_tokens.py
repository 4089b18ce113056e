"""Which changed lines mean something else, and which only read otherwise."""

from difflib import SequenceMatcher

import pytest

from weighbridge.domain.change import LineRange
from weighbridge.landscape.intent.turned_tokens import Changed, in_words, is_wording, turns


def changed(base: str, head: str, *, hashes: bool = True) -> Changed:
    before, after = base.split("\n"), head.split("\n")
    codes = [each for each in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if each[0] != "equal"]
    return Changed(
        removed=[LineRange(start=first + 1, end=last) for _, first, last, _, _ in codes],
        added=[LineRange(start=start + 1, end=end) for _, _, _, start, end in codes],
        base=base,
        head=head,
        hashes=hashes,
    )


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        ("x = f(a, 3)", "x = f(a, 30)", ["`3` becomes `30`"]),
        ("if a < b:", "if a <= b:", ["`<` becomes `<=`"]),
        ("if a and b:", "if a or b:", ["`and` becomes `or`"]),
        ("f(a, strict=True)", "f(a, strict=False)", ["`True` becomes `False`"]),
        ("if ready(a):", "if not ready(a):", ["a condition gets a `not`"]),
        ("x = 1_000", "x = 1000", []),
        ("x = 0x10", "x = 16", []),
        ("x = f(a)  # 3", "x = f(a)  # 30", []),
        ("x = 'version 3'", "x = 'version 30'", []),
    ],
)
def test_a_token_that_is_another_of_its_kind_is_told(base: str, head: str, words: list[str]) -> None:
    assert [in_words(each) for each in turns(changed(base, head))] == words


def test_what_may_make_up_for_each_other_is_not_told_of_refactoring() -> None:
    assert not list(turns(changed("if not a and b == c:", "if a or b != c:"), is_strict=True))


def test_a_loose_equality_made_strict_is_a_matter_of_style() -> None:
    assert not list(turns(changed("if (a == b) {", "if (a === b) {", hashes=False)))


@pytest.mark.parametrize(
    ("base", "head", "is_so"),
    [
        ("raise E('it is to full')", "raise E('it is too full')", True),
        ("f(f'{a} is wrogn')", "f(f'{a} is wrong')", True),
        ("f(f'{a} is wrong')", "f(f'{b} is wrong')", False),
        ("run('delete from a where b')", "run('delete from a')", False),
        ("x = 'key'", "x = 'keys'", False),
        ("x = 1", "x = 2", False),
    ],
)
def test_wording_is_what_only_people_read(base: str, head: str, *, is_so: bool) -> None:
    assert is_wording(changed(base, head)) is is_so


def test_ten_thousand_changed_lines_are_not_compared() -> None:
    base, head = ("\n".join(f"x = {i + more}" for i in range(10_000)) for more in (0, 1))
    assert not list(turns(changed(base[:1], base[:1])))
    every = (LineRange(start=1, end=10_000),)
    assert not list(turns(Changed(removed=every, added=every, base=base, head=head, hashes=True)))
