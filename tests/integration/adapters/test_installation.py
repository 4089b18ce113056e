"""What another machine would have to install, told from what the installer recorded."""

import json

import pytest

from weighbridge.adapters.installation import requirement_of
from weighbridge.app.set_up import setup_text

COMMIT = "c0ffee" * 6 + "c0ff"


def recorded(url: str, **more: object) -> str:
    return json.dumps({"url": url, **more})


def test_what_came_from_an_index_is_known_by_its_version() -> None:
    assert requirement_of(None, "1.2") == "weighbridge==1.2"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            recorded("https://git.example/acme/weighbridge", vcs_info={"vcs": "git", "commit_id": COMMIT}),
            f"weighbridge @ git+https://git.example/acme/weighbridge@{COMMIT}",
        ),
        (
            recorded("https://files.example/weighbridge-1.2-py3-none-any.whl", archive_info={}),
            "weighbridge @ https://files.example/weighbridge-1.2-py3-none-any.whl",
        ),
    ],
)
def test_what_came_from_an_address_is_known_by_it(record: str, expected: str) -> None:
    assert requirement_of(record, "1.2") == expected


@pytest.mark.parametrize(
    "record",
    [
        recorded("file:///home/me/weighbridge", dir_info={"editable": True}),
        recorded("http://files.example/weighbridge.whl"),
        recorded("https://me:secret@git.example/w", vcs_info={"vcs": "git", "commit_id": COMMIT}),
        recorded("https://token@git.example/w", vcs_info={"vcs": "git", "commit_id": COMMIT}),
        recorded("https://files.example/w.whl'; rm -rf /"),
        recorded("https://files.example/w", vcs_info={"vcs": "git"}),
        "[]",
        "{",
    ],
)
def test_what_cannot_or_must_not_be_passed_on_is_unknown(record: str) -> None:
    assert requirement_of(record, "1.2") == ""


@pytest.mark.parametrize("name", ["workflow.yml", "gitlab.yml"])
@pytest.mark.parametrize("package", ["", "weighbridge==1.2"])
def test_every_mark_of_the_written_files_is_filled_in(name: str, package: str) -> None:
    text = setup_text(name, package=package)

    assert not [mark for mark in ("@PACKAGE@", "@OR_PACKAGE@", "@UNNAMED@", "@VERSION@") if mark in text]
    assert ("weighbridge==1.2" in text) is bool(package)
