"""A file whose code runs as the user is one that nobody else could put there."""

import stat
from pathlib import Path

import pytest

from weighbridge.adapters.keys.whose import Held, why_not_own, why_others_could_change

ME, MINE, OTHER, STAFF = 1000, 1000, 1001, 50
FOLDER, FILE, LINK = stat.S_IFDIR, stat.S_IFREG, stat.S_IFLNK


def why(mode: int, owner: int = ME, *, group: int = STAFF) -> str:
    held = Held(place=Path("/opt/lib"), mode=mode, owner=owner, group=group)
    return why_not_own(held, me=ME, is_mine_alone=lambda number: number == MINE)


@pytest.mark.parametrize("owner", [0, ME])
@pytest.mark.parametrize("mode", [FILE | 0o755, FILE | 0o600, FOLDER | 0o755, FOLDER | 0o1777, LINK | 0o777])
def test_what_only_root_or_the_user_can_change_is_taken(mode: int, owner: int) -> None:
    assert why(mode, owner) == ""


@pytest.mark.parametrize("mode", [FILE | 0o755, FOLDER | 0o755, FOLDER | 0o1777, LINK | 0o777])
def test_what_belongs_to_another_user_is_not(mode: int) -> None:
    assert why(mode, OTHER) == "/opt/lib belongs to another user (number 1001)"


@pytest.mark.parametrize("mode", [FILE | 0o757, FOLDER | 0o777, FILE | 0o1757])
def test_what_anybody_may_change_is_not(mode: int) -> None:
    assert why(mode, 0) == "anybody may change /opt/lib: chmod o-w it"


@pytest.mark.parametrize("mode", [FILE | 0o775, FOLDER | 0o2775])
def test_what_a_group_of_several_may_change_is_not(mode: int) -> None:
    assert why(mode, 0, group=987_654) == "the group number 987654 may change /opt/lib: chmod g-w it"
    assert why(mode, 0, group=MINE) == ""


def module_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    module = folder / "module.so"
    module.write_bytes(b"code")
    module.chmod(0o644)
    return module


def test_each_folder_up_to_the_root_counts(tmp_path: Path) -> None:
    module = module_in(tmp_path / "a/b")
    assert why_others_could_change(module) == ""

    (tmp_path / "a").chmod(0o777)

    assert why_others_could_change(module) == f"anybody may change {tmp_path / 'a'}: chmod o-w it"


@pytest.mark.parametrize("is_absolute", [True, False])
def test_what_a_link_on_the_way_leads_through_counts(tmp_path: Path, *, is_absolute: bool) -> None:
    module = module_in(tmp_path / "a/b")
    (tmp_path / "open").mkdir()
    (tmp_path / "open/on").symlink_to(module if is_absolute else Path("../a/b/module.so"))
    (tmp_path / "link.so").symlink_to(tmp_path / "open/on")
    assert why_others_could_change(tmp_path / "link.so") == ""

    (tmp_path / "open").chmod(0o777)

    assert why_others_could_change(module) == ""
    assert why_others_could_change(tmp_path / "link.so") == f"anybody may change {tmp_path / 'open'}: chmod o-w it"


def test_links_in_a_circle_and_nothing_at_all_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    for name in ("a", "missing"):
        with pytest.raises(OSError, match=r"too many links|No such file"):
            why_others_could_change(tmp_path / name)
