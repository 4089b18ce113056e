"""What is remembered of signatures counts by a secret that lies where no cache is restored, or nothing is remembered."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.assembly.ledgers import open_ledger
from weighbridge.ledger.verdicts import UNREMEMBERED


@pytest.mark.parametrize(
    ("cache", "state", "is_remembered"),
    [
        ("c", "s", True),
        ("c/weighbridge", "c", True),
        ("c", "c", False),
        ("c", "c/state", False),
        ("c", "link/s", False),
    ],
)
def test_nothing_is_remembered_where_the_secret_lies_in_the_cache(
    tmp_path: Path, cache: str, state: str, is_remembered: bool
) -> None:
    repository = Scratch.make(tmp_path / "r")
    repository.commit(a="1")
    (tmp_path / "c").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "c")
    places = {"WEIGHBRIDGE_CACHE": str(tmp_path / cache), "WEIGHBRIDGE_STATE": str(tmp_path / state)}

    with open_ledger(repository.folder, environment=places) as opened:
        return opened.verdicts is not UNREMEMBERED
