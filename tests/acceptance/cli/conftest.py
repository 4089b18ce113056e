"""What the acceptance tests of the command line start from."""

from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program, shop
from tests.integration.git.scratch import Scratch


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@pytest.fixture
def repository(tmp_path: Path) -> Scratch:
    return shop(tmp_path / "store")
