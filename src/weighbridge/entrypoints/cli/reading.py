"""Blocks shown to a reader: laid out for the terminal, in a pager when they fill more than a screen of one."""

import shutil
import sys
from collections.abc import Iterable, Iterator

import click

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.output import screen
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.review.render.text.blocks import Block, Look, Paragraph, lay_out
from weighbridge.review.visible import one_line


def look_of_output() -> Look:
    """What the standard output can show."""
    can = screen(sys.stdout)
    return Look(width=can.width, colour=can.colour, unicode=can.unicode)


def read_out(blocks: Iterable[Block], *, pager: bool = False) -> None:
    """Print the blocks; `pager` where they may be long."""
    look = look_of_output()
    text = lay_out(blocks, look)
    screenful = shutil.get_terminal_size((80, 24)).lines
    if pager and sys.stdout.isatty() and sys.stdin.isatty() and text.count("\n") >= screenful:
        click.echo_via_pager(text, color=None if look.colour else False)  # None: as far as the pager shows colours
    else:
        sys.stdout.write(text)


def remark_blocks(remark: str) -> Iterator[Block]:
    """What a reader should know before the rest; none where there is nothing."""
    if remark:
        yield Paragraph(text=remark, style="warn")


def say_remark(remark: str) -> None:
    """The same on the error stream, where the output is another program's."""
    if remark:
        write_folded(f"weighbridge: {one_line(remark)}\n", sys.stderr)


def say_missing(missing: CouldNotLook) -> ExitCode:
    """Why there is nothing to show, on the error stream."""
    remedy = f"\n  {one_line(missing.remedy)}" if missing.remedy else ""
    write_folded(f"weighbridge: could not look ({missing.reason}): {one_line(missing.detail)}{remedy}\n", sys.stderr)
    return ExitCode.COULD_NOT_LOOK
