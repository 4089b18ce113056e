"""What the benchmark of documents draws and makes up is what it says."""

from random import Random

from benchmarks.documents import (
    NAMELESS,
    NOTE,
    Told,
    empty,
    parts_of,
    read_patch,
    restated,
    under_headings,
)

from weighbridge.domain.ids import RepoPath
from weighbridge.policy.documents.check import check_document
from weighbridge.policy.documents.context import ChangedPart

PATCH = """diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -3,0 +4,2 @@ def total(cart):
+def settle(cart):
+    return total(cart)
diff --git a/gone.py b/gone.py
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x = 1
"""


def test_a_patch_is_taken_apart_by_file() -> None:
    added, symbols = read_patch(PATCH)

    assert added == {RepoPath("shop/cart.py"): "def settle(cart):\n    return total(cart)"}
    assert symbols == {RepoPath("shop/cart.py"): ("total",)}


def test_every_way_to_say_nothing_has_the_headings_and_is_about_the_change() -> None:
    added, symbols = read_patch(PATCH)
    told = Told(
        subject="Settle carts", body="Carts were never settled. Now they are. Ask Ada.", added=added, symbols=symbols
    )
    made = [(way, text) for way, text, _ in restated(told, Random(1))]

    assert len(made) == 5
    assert all(f"## {part.title}\n" in text for _, text in made for part in NOTE.parts)
    assert told.change.components == (
        ChangedPart(name="shop", aliases=("shop/cart.py", "cart.py", "cart", "shop", "settle", "total")),
    )


def test_headings_keep_what_stands_under_them() -> None:
    assert [title for title, _ in parts_of("# a\n\n## b\n\nc\n\n## d\n\ne f\n")] == ["b", "d"]
    assert len(list(empty(Told(subject="", body="", added={}, symbols={}).change))) > 50


def test_a_note_without_names_is_asked_for_none() -> None:
    assert check_document(
        NAMELESS, under_headings(["n/a"]), about=Told(subject="", body="", added={}, symbols={}).change
    )
