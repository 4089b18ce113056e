"""Contracts in JSON that is none, though YAML takes it."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.library import Library, Spot


def _read(path: str, text: str) -> Spot | CouldNotLook | None:
    return Library(lambda _: text.encode()).document(RepoPath(path))


@pytest.mark.parametrize("path", ["api/openapi.json", "events/issued.avsc", "schemas/invoice.schema.JSON"])
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{\n  "type": "record",\n  "default": }', "3:14"),
        ('{"type": "object",\n}', "2:1"),
        ('{title: "Invoice"}', "1:2"),
        ("{'title': 'Invoice'}", "1:2"),
    ],
)
def test_what_only_yaml_reads_is_not_compared_as_json(path: str, text: str, where: str) -> None:
    found = _read(path, text)
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.UNPARSED
    assert f"{path}:{where}: it is no JSON" in found.detail


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("api/openapi.json", '\ufeff{"openapi": "3.0.3",\t"paths": {"/\\ud83d\\ude00": {}}}'),
        ("api/openapi.yaml", "{title: Invoice}"),
        ("api/openapi.yaml", '{"title": "Invoice",}'),
    ],
)
def test_json_and_whatever_yaml_is_are_read(path: str, text: str) -> None:
    assert isinstance(_read(path, text), Spot)
