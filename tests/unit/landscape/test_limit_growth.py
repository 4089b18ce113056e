"""What has no limit is looked for in time that grows with a file, however many places of a kind it has."""

from collections.abc import Callable, Iterable
from itertools import chain

import pytest
from tests.unit.growing import MOST, growth

from weighbridge.facts.extract import extract
from weighbridge.landscape.resources.limits.blocking import blocking_calls
from weighbridge.landscape.resources.limits.caches import memos, stores
from weighbridge.landscape.resources.limits.growth import both
from weighbridge.landscape.resources.limits.loops import endless_loops
from weighbridge.landscape.resources.limits.queues import crowds, pools, queues
from weighbridge.landscape.resources.limits.reading import Reading
from weighbridge.landscape.resources.limits.recursion import recursions
from weighbridge.landscape.resources.limits.retries import retries
from weighbridge.landscape.resources.limits.seen import Spot
from weighbridge.landscape.resources.limits.sizes import sizes
from weighbridge.landscape.resources.limits.tasks import tasks
from weighbridge.landscape.resources.limits.timeouts import waits

FINDERS: tuple[Callable[[Reading], Iterable[Spot]], ...] = (
    blocking_calls,
    both,
    crowds,
    memos,
    pools,
    queues,
    recursions,
    retries,
    sizes,
    stores,
    tasks,
    waits,
)

FILES: dict[str, tuple[str, Callable[[int], str]]] = {
    "retries": (
        "python",
        lambda n: (
            "import requests\n"
            + "".join(
                f"def f{i}(a):\n    while True:\n        try:\n            return requests.get(a)\n"
                "        except OSError:\n            continue\n"
                for i in range(n // 4)
            )
        ),
    ),
    "stores": (
        "python",
        lambda n: (
            "".join(f"C{i} = {{}}\n" for i in range(n))
            + "def f(a):\n"
            + "".join(f"    if a not in C{i}:\n        C{i}[a] = g(a)\n" for i in range(n))
        ),
    ),
    "lists within loops": (
        "python",
        lambda n: "def f(a: list, b: list):\n" + "".join(f"    for x{i} in a:\n        x{i} in b\n" for i in range(n)),
    ),
    "calls of itself": ("python", lambda n: "def f(a):\n" + "    f(a)\n" * n),
    "channels": (
        "go",
        lambda n: (
            "package a\nfunc f() {\n"
            + "".join(f"c{i} := make(chan int)\ngo func() {{\nc{i} <- 1\n}}()\n" for i in range(n))
            + "}\n"
        ),
    ),
    "loops within loops": (
        "go",
        lambda n: "package a\nfunc f() {\n" + "for {\n" * (n // 10) + "}\n" * (n // 10) + "}\n",
    ),
    "maps and promises": (
        "typescript",
        lambda n: (
            "const m = new Map();\n"
            + "".join(
                f"export async function f{i}(a: string, b: string[]) {{ m.set(a, 1); return Promise.all(b.map((x) => fetch(x))); }}\n"
                for i in range(n // 2)
            )
        ),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_many_such_places_takes_time_that_grows_with_it(name: str) -> None:
    role, text = FILES[name]
    read: dict[int, Reading] = {}

    def find(count: int) -> None:
        if count not in read:
            read[count] = Reading(extract(text(count).encode(), role), text(count))
        fresh = Reading(read[count].facts, read[count].text)
        for _ in chain.from_iterable(finder(fresh) for finder in FINDERS):
            pass

    find(200)
    find(8 * 200)

    assert growth(find, 200) < MOST


@pytest.mark.parametrize("text", ['"' * 200_000 + "\nwhile True:\n    pass\n", "#" * 200_000, "'''" * 50_001])
def test_texts_that_do_not_end_hide_what_stands_in_them_and_take_no_longer(text: str) -> None:
    reading = Reading(extract(b"x = 1\n", "python"), text)

    assert len(list(endless_loops(reading))) <= 1


def test_a_comment_that_does_not_end_holds_no_loop() -> None:
    reading = Reading(extract(b"let x = 1;\n", "typescript"), "/*" + "*" * 200_000 + "\nwhile (true) { f(); }")

    assert list(endless_loops(reading)) == []
