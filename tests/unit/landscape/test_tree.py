"""A tree that a change makes of another is the tree that would be made from nothing."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.change import Blob, FileChange, FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.tree import Tree

NAMES = ("a.py", "b/a.py", "b/c.ts", "b/d/e.go", "b/notes.md", "f/a.py", "g", "package.json", "b/tsconfig.app.json")
PATHS = st.sampled_from([RepoPath(name) for name in NAMES])
CONTENTS = st.sampled_from([ObjectId(letter * 40) for letter in "1234"])
FILES = st.dictionaries(PATHS, CONTENTS)


def tree(files: dict[RepoPath, ObjectId]) -> Tree:
    return Tree.of(blob(path, oid) for path, oid in files.items())


def blob(path: RepoPath, oid: ObjectId) -> Blob:
    return Blob(path=path, mode=Mode.REGULAR, oid=oid)


def changes(before: dict[RepoPath, ObjectId], after: dict[RepoPath, ObjectId]) -> list[FileChange]:
    found = []
    for path in sorted(before.keys() | after.keys()):
        base = blob(path, before[path]) if path in before else None
        head = blob(path, after[path]) if path in after else None
        status = FileStatus.MODIFIED if base and head else FileStatus.ADDED if head else FileStatus.DELETED
        if base != head:
            found.append(FileChange(status=status, base=base, head=head))
    return found


def grouped(groups: object) -> dict[object, list[RepoPath]]:
    assert hasattr(groups, "items")
    return {key: sorted(paths) for key, paths in groups.items()}


@given(FILES, FILES)
def test_a_changed_tree_equals_one_built_from_nothing(
    before: dict[RepoPath, ObjectId], after: dict[RepoPath, ObjectId]
) -> None:
    base, built = tree(before), tree(after)
    changed = base.after(changes(before, after))

    assert dict(changed.blobs.items()) == dict(built.blobs.items())
    assert len(changed.blobs) == len(built.blobs)
    assert sorted(changed.code_paths) == sorted(built.code_paths)
    assert sorted(changed.manifests) == sorted(built.manifests)
    assert grouped(changed.code_folders) == grouped(built.code_folders)
    assert grouped(changed.code_by_name) == grouped(built.code_by_name)
    assert grouped(changed.code_by_oid) == grouped(built.code_by_oid)


@given(FILES, FILES, FILES)
def test_so_does_one_that_was_changed_twice(
    first: dict[RepoPath, ObjectId], second: dict[RepoPath, ObjectId], third: dict[RepoPath, ObjectId]
) -> None:
    changed = tree(first).after(changes(first, second)).after(changes(second, third))
    built = tree(third)

    assert dict(changed.blobs.items()) == dict(built.blobs.items())
    assert grouped(changed.code_folders) == grouped(built.code_folders)
    assert grouped(changed.code_by_oid) == grouped(built.code_by_oid)


def test_a_renamed_file_stands_at_its_new_path_alone() -> None:
    base = tree({RepoPath("a.py"): ObjectId("1" * 40)})
    renamed = FileChange(
        status=FileStatus.RENAMED,
        base=blob(RepoPath("a.py"), ObjectId("1" * 40)),
        head=blob(RepoPath("b/a.py"), ObjectId("1" * 40)),
    )

    assert list(base.after([renamed]).blobs) == ["b/a.py"]


def test_a_copied_file_stands_at_both() -> None:
    base = tree({RepoPath("a.py"): ObjectId("1" * 40)})
    copied = FileChange(
        status=FileStatus.COPIED,
        base=blob(RepoPath("a.py"), ObjectId("1" * 40)),
        head=blob(RepoPath("b/a.py"), ObjectId("1" * 40)),
    )

    assert sorted(base.after([copied]).blobs) == ["a.py", "b/a.py"]


@given(FILES, FILES)
def test_so_does_one_whose_code_alone_was_known(
    before: dict[RepoPath, ObjectId], after: dict[RepoPath, ObjectId]
) -> None:
    code = {path: blob(path, before[path]) for path in sorted(before) if path.endswith((".py", ".ts", ".go"))}
    manifests = {path: blob(path, before[path]) for path in before if path.endswith(".json")}
    known, built = Tree.with_code(code, lambda: tree(before).blobs, manifests=manifests), tree(after)
    changed = known.after(changes(before, after))

    assert dict(changed.blobs.items()) == dict(built.blobs.items())
    assert len(changed.blobs) == len(built.blobs)
    assert sorted(changed.code_paths) == sorted(built.code_paths)
    assert sorted(changed.manifests) == sorted(built.manifests)
    assert grouped(changed.code_by_oid) == grouped(built.code_by_oid)


def test_a_tree_whose_code_is_known_is_listed_only_when_other_files_are_asked_for() -> None:
    listed: list[str] = []
    here, there = blob(RepoPath("a.py"), ObjectId("1" * 40)), blob(RepoPath("notes.md"), ObjectId("2" * 40))

    def listing() -> dict[RepoPath, Blob]:
        listed.append("once")
        return {each.path: each for each in (here, there)}

    manifest = blob(RepoPath("package.json"), ObjectId("4" * 40))
    known = Tree.with_code({here.path: here}, listing, manifests={manifest.path: manifest})
    head = known.after([FileChange(status=FileStatus.MODIFIED, base=here, head=blob(here.path, ObjectId("3" * 40)))])

    assert here.path in known
    assert RepoPath("b/other.py") not in head
    assert head.blobs[here.path].oid == "3" * 40
    assert head.code_paths == (here.path,)
    assert head.manifests == (manifest.path,)
    assert head.blobs[manifest.path] == manifest
    assert RepoPath("tsconfig.json") not in head
    assert listed == []
    assert there.path in head
    assert list(known.blobs) == [here.path, there.path]
    assert listed == ["once"]


def test_a_tree_that_is_asked_for_single_files_is_listed_only_when_somebody_wants_all() -> None:
    whole = tree({RepoPath("a.py"): ObjectId("1" * 40), RepoPath("b/c.ts"): ObjectId("2" * 40)})
    listed: list[str] = []

    def listing() -> Mapping[RepoPath, Blob]:
        listed.append("once")
        return whole.blobs

    asked = Tree.asked(whole.blobs.get, listing)

    assert asked.blobs[RepoPath("a.py")] == whole.blobs[RepoPath("a.py")]
    assert RepoPath("gone.py") not in asked.blobs
    assert listed == []
    assert dict(asked.blobs) == dict(whole.blobs)
    assert RepoPath("gone.py") not in asked.blobs
    assert len(asked.blobs) == 2
    assert listed == ["once"]
