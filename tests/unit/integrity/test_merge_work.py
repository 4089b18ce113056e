"""Merges made to be slow to look into are not."""

import time

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.merge import Merge, MergedFile
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.integrity.merges import merge_work


def merge_of(base: bytes, ours: bytes, *, theirs: bytes, merged: bytes) -> tuple[Merge, dict[ObjectId, bytes]]:
    texts = {ObjectId(str(number) * 40): text for number, text in enumerate((base, ours, theirs, merged))}
    blobs = [Blob(path=RepoPath("a.txt"), mode=Mode.REGULAR, oid=oid) for oid in texts]
    file = MergedFile(path=RepoPath("a.txt"), bases=(blobs[0],), sides=(blobs[1], blobs[2]), merged=blobs[3])
    return Merge(commit=ObjectId("f" * 40), sides=(ObjectId("a" * 40), ObjectId("b" * 40)), files=(file,)), texts


def test_a_hundred_thousand_lines_that_are_nearly_alike_take_seconds() -> None:
    def lines(word: str) -> bytes:
        return b"".join(f"{word} number {n} of the very many {n * 7}\n".encode() for n in range(50_000))

    merge, texts = merge_of(b"x\n", lines("our"), theirs=lines("their"), merged=lines("merged"))
    started = time.process_time()

    work = merge_work([merge], lambda oid, _: texts[oid])

    assert time.process_time() - started < 10
    assert len(work.merges[0].files[0].lost) == 2


def test_lines_of_a_megabyte_take_no_time() -> None:
    merge, texts = merge_of(b"x\n", b"ab" * 500_000, theirs=b"ba" * 500_000, merged=b"cab" * 300_000)
    started = time.process_time()

    work = merge_work([merge], lambda oid, _: texts[oid])

    assert time.process_time() - started < 5
    assert work.missing is None


def test_very_many_files_are_said_not_to_be_looked_into() -> None:
    merge, texts = merge_of(b"a\n", b"b\n", theirs=b"c\n", merged=b"d\n")
    many = Merge(commit=merge.commit, sides=merge.sides, files=merge.files * 501)

    missing = merge_work([many], lambda oid, _: texts[oid]).missing

    assert isinstance(missing, CouldNotLook)
    assert "501 files" in missing.detail
