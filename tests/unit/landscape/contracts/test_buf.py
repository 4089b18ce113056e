"""What buf adds to our own findings about Protocol Buffers."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.protobuf.compare import protobuf_breaks
from weighbridge.landscape.contracts.protobuf.peer import Said, besides, closure

PATH: Final = RepoPath("proto/shop/pets.proto")
PATHS: Final = {"shop/pets.proto": PATH}
BASE: Final = 'syntax = "proto3";\npackage shop;\nmessage Pet {\n  string name = 1;\n  int32 age = 2;\n}\n'
OURS: Final = protobuf_breaks({PATH: BASE}, {PATH: BASE.replace("  int32 age = 2;\n", "")})


def said(check: str, words: str, *, line: int = 3) -> Said:
    return Said(name="shop/pets.proto", line=line, check=check, words=words)


def test_what_we_say_ourselves_is_not_told_twice() -> None:
    theirs = said("FIELD_NO_DELETE", 'Previously present field "2" with name "age" on message "Pet" was deleted.')

    assert list(besides(OURS, [theirs], paths=PATHS)) == []


def test_what_we_do_not_say_is_told_with_its_rule() -> None:
    theirs = said("FIELD_SAME_UTF8_VALIDATION", 'Field "1" with name "name" on message "Pet" changed.', line=4)

    (found,) = besides(OURS, [theirs], paths=PATHS)

    assert "`FIELD_SAME_UTF8_VALIDATION` of buf" in found.words
    assert (found.place.path, found.place.line) == (PATH, 4)


def test_the_same_of_another_field_is_told() -> None:
    theirs = said("FIELD_NO_DELETE", 'Previously present field "1" with name "name" on message "Owner" was deleted.')

    assert len(list(besides(OURS, [theirs], paths=PATHS))) == 1


def test_what_is_imported_is_found_from_the_folder_that_imports_begin_at() -> None:
    files = {
        PATH: b'import "shop/owner.proto";\n',
        RepoPath("proto/shop/owner.proto"): b'import public "base/id.proto";\n',
        RepoPath("proto/base/id.proto"): b"",
        RepoPath("other/base/id.proto"): b"",
    }

    assert set(closure([PATH], files, read=files.get)) == {"shop/pets.proto", "shop/owner.proto", "base/id.proto"}


def test_files_that_import_one_another_in_a_circle_come_to_an_end() -> None:
    files = {RepoPath("a.proto"): b'import "b.proto";\n', RepoPath("b.proto"): b'import "a.proto";\n'}

    assert set(closure([RepoPath("a.proto")], files, read=files.get)) == {"a.proto", "b.proto"}
