"""A change of what a module lists in `__all__` reaches those that import all it lists, and nobody else."""

import pytest
from tests.unit.landscape.linked import dependents, impact

FILES = {
    "shop/core.py": "def one(): pass\ndef two(): pass\n",
    "shop/__init__.py": "from shop.core import one, two\n__all__ = ['one', 'two']\n",
    "named.py": "from shop import one\ndef f():\n    one()\n",
    "whole.py": "import shop\ndef f():\n    shop.two()\n",
    "star.py": "from shop import *\ndef f():\n    two()\ndef g():\n    other()\n",
    "farther.py": "from star import *\ndef f():\n    two()\n",
}


def reached(after: str, before: str = FILES["shop/__init__.py"]) -> set[str]:
    found = impact({**FILES, "shop/__init__.py": before}, {**FILES, "shop/__init__.py": after})
    return set(dependents(found)) - {"shop/__init__.py#"}


@pytest.mark.parametrize(
    "after",
    [
        "from shop.core import one, two\n__all__ = ['one']\n",
        "from shop.core import one, two\n__all__ = ['one', 'two']\n__all__.extend(['three'])\n",
        "from shop.core import one, two\n__all__ = ['one', 'two']\n__all__ += ['three']\n",
    ],
)
def test_star_importers_notice_and_so_does_what_uses_the_names_there(after: str) -> None:
    assert reached(after) == {"star.py#", "star.py#f", "farther.py#", "farther.py#f"}


def test_who_names_what_they_import_does_not_notice() -> None:
    assert not reached("from shop.core import one, two\n__all__ = ['one']\n") & {
        "named.py#",
        "named.py#f",
        "whole.py#",
        "whole.py#f",
    }


def test_a_list_that_is_only_laid_out_anew_reaches_nobody() -> None:
    assert reached("from shop.core import one, two\n__all__ = [\n    'one',\n    'two',\n]\n") == set()


def test_a_statement_beside_the_list_still_reaches_every_importer() -> None:
    after = "from shop.core import one, two\n__all__ = ['one', 'two']\nprint(one)\n"

    assert reached(after) >= {"named.py#", "whole.py#", "star.py#"}
