"""One repository for all lessons; each proposes a branch of its own."""

import pytest
from tests.rivals.repository import Parcels, build


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Parcels:
    return build(tmp_path_factory.mktemp("rivals") / "parcels")
