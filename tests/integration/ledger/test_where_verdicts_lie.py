"""What is remembered of signatures counts by a secret that lies where no cache is restored, or nothing is remembered."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.assembly.ledgers import open_ledger
from weighbridge.ledger.verdicts import UNREMEMBERED


@pytest.mark.parametrize(("cache", "state"), [("c", "c"), ("c", "c/state"), ("c", "link/s")])
def test_nothing_is_remembered_where_the_secret_lies_in_the_cache(tmp_path: Path, cache: str, state: str) -> None:
    assert not remembers(tmp_path, cache=cache, state=state)


@pytest.mark.parametrize(("cache", "state"), [("c", "s"), ("c/weighbridge", "c")])
def test_it_is_remembered_where_the_secret_lies_elsewhere(tmp_path: Path, cache: str, state: str) -> None:
    assert remembers(tmp_path, cache=cache, state=state)


def remembers(tmp_path: Path, *, cache: str, state: str) -> bool:
    repository = Scratch.make(tmp_path / "r")
    repository.commit(a="1")
    (tmp_path / "c").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "c")
    places = {"WEIGHBRIDGE_CACHE": str(tmp_path / cache), "WEIGHBRIDGE_STATE": str(tmp_path / state)}

    with open_ledger(repository.folder, environment=places) as opened:
        return opened.verdicts is not UNREMEMBERED
