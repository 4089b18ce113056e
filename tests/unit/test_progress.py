"""Progress: on a terminal only, one line, and every new kind of work is shown at once."""

import io
import shutil

from weighbridge.entrypoints.cli.progress import TerminalProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_new_kind_of_work_is_shown_although_another_was_shown_just_now() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream, patience=0)

    progress.step("reading the tree")
    progress.step("reading files", 0, 1000)
    progress.step("reading files", 1, 1000)

    assert stream.getvalue() == "\r\x1b[Kreading the tree …\r\x1b[Kreading files 0 of 1,000 …"


def test_nothing_is_shown_before_patience_ends_where_nobody_looks_or_to_those_who_want_none() -> None:
    eager, file, quiet = Terminal(), io.StringIO(), Terminal()

    TerminalProgress(eager).step("reading the tree")
    TerminalProgress(file, patience=0).step("reading the tree")
    TerminalProgress(quiet, quiet=True, patience=0).step("reading the tree")

    assert eager.getvalue() + file.getvalue() + quiet.getvalue() == ""


def test_what_holds_things_up_is_named_in_the_room_there_is_and_cannot_move_the_cursor() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream, patience=0)

    progress.step("reading files", 12, 13, at="big\x1b[2J.go")
    progress.step("reading more", 12, 13, at="deep/" * 100 + "big.go")

    first, second = stream.getvalue().split("\r\x1b[K")[1:]
    assert first == "reading files 12 of 13: big\\x1b[2J.go …"
    assert second.startswith("reading more 12 of 13: …")
    assert second.endswith("deep/big.go …")
    assert len(second) < shutil.get_terminal_size().columns


def test_the_line_is_taken_away() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream, patience=0)

    progress.step("reading the tree")
    progress.clear()
    progress.clear()

    assert stream.getvalue().endswith("…\r\x1b[K")
