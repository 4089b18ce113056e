"""What a document must be about is what the change touches; its documents are found wherever the change brings them."""

from typing import Final

from msgspec.structs import replace
from tests.unit.landscape.linked import sight
from tests.unit.policy.documents.samples import GOOD_NOTE, NOTE

from weighbridge.app.document_context import changed_texts, document_context, documents_of_change
from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RepoPath
from weighbridge.policy.documents.context import DocumentContext

FILED = NOTE.configured(paths=("docs/changes/**",))
BASE: Final = {
    "shop/cart.py": "def total(cart):\n    return sum(cart)\n\n\ndef other():\n    return 1\n",
    "shop/pyproject.toml": '[project]\nname = "shop"\n',
    "tests/test_cart.py": "def test_total():\n    pass\n",
    "README.md": "# Shop\n",
}
HEAD: Final = {
    **BASE,
    "shop/cart.py": "def total(cart, rate):\n    return sum(cart) * rate\n\n\ndef other():\n    # as before\n    return 1\n",
    "tests/test_cart.py": "def test_total():\n    assert True\n",
    "README.md": "# The shop\n",
    "docs/changes/one.md": GOOD_NOTE,
    "infra/main.tf": 'resource "a" "b" {}\n',
}


def about(seen: Sight) -> DocumentContext:
    return document_context(seen, ())


def test_components_are_those_whose_code_or_settings_changed() -> None:
    parts = about(sight(BASE, HEAD)).components

    assert isinstance(parts, tuple)
    shop = next(part for part in parts if part.name == "shop")
    assert {"shop", "shop/cart.py", "cart.py", "cart", "total"} <= set(shop.aliases)
    assert "other" not in shop.aliases, "nothing but its comment changed"
    assert [part.name for part in parts if part.name not in ("shop", "infra")] == []
    assert all(all(part.aliases) for part in parts)


def test_added_lines_are_those_that_a_text_could_say_again() -> None:
    added = about(sight(BASE, HEAD)).added

    assert added[RepoPath("shop/cart.py")].startswith("def total(cart, rate):\n")
    assert "return 1" not in added[RepoPath("shop/cart.py")]
    assert RepoPath("infra/main.tf") not in added


def test_a_document_is_found_in_a_file_that_the_change_brings() -> None:
    seen = sight(BASE, HEAD)

    (found,) = documents_of_change(seen, [FILED], about=about(seen))

    assert found.where == "docs/changes/one.md, “Design note”"


def test_a_file_that_the_change_leaves_alone_or_deletes_is_none() -> None:
    assert changed_texts(
        sight({**BASE, "docs/changes/old.md": GOOD_NOTE}, {**HEAD, "docs/changes/old.md": GOOD_NOTE}), [FILED]
    ).keys() == {"docs/changes/one.md"}
    assert changed_texts(sight(HEAD, BASE), [FILED]) == {}


def test_what_the_description_says_is_said_once() -> None:
    seen = sight(BASE, HEAD)
    one = seen.change.commits[0]
    commits = (
        replace(one, message="Let rates be given\n\nBecause.\n"),
        replace(one, message="Mend it\n\nIt was wrong.\n"),
    )
    told = replace(seen, change=replace(seen.change, description="Because.", commits=commits))

    assert about(told).description == "Because.\n\nLet rates be given\n\nMend it\n\nIt was wrong."
