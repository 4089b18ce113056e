"""`weighbridge ledger`: the signed record of what was decided, by whom, and what proves it."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.adapters.ledger.folder import FolderFiles, write_folder
from weighbridge.app.erase_personal import erase_entries, erase_stray
from weighbridge.app.export_ledger import export_ledger, import_ledger, keys_to_verify
from weighbridge.app.read_anchors import anchor_ledger
from weighbridge.app.rotate_writer import rotate_key
from weighbridge.app.share_ledger import share_ledger
from weighbridge.app.verify_ledger import prove_entry, show_entries, verify_ledger
from weighbridge.app.witness_ledger import witness_ledger
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import open_ledger
from weighbridge.assembly.witnessing import witnessing
from weighbridge.assembly.writers import own_writer, writer_to_come
from weighbridge.entrypoints.cli.exits import ExitCode
from weighbridge.entrypoints.cli.ledger_words import (
    entries_as_json,
    entry_blocks,
    verified_as_json,
    verified_blocks,
    witnesses_said,
)
from weighbridge.entrypoints.cli.options import json_option, repository_option
from weighbridge.entrypoints.cli.output import emit
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import ask
from weighbridge.entrypoints.cli.telling import write_folded
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.ledger.settings_file import AnchorKind, AnchorPlace
from weighbridge.ledger.testimony import signature_check
from weighbridge.ledger.trusted_ledger import NoticeKind
from weighbridge.review.sentences import count
from weighbridge.review.visible import inert, one_line

SECTION: Final = Section.RECORD
_MOST_SHOWN: Final = 20

target_option: Callable[..., Callable[..., object]] = click.option(
    "--target", default="", metavar="BRANCH", help="The protected branch whose ledger.yaml is trusted."
)


@click.group(short_help="Verify, show and share the signed record of decisions.")
def command() -> None:
    """The ledger: an append-only, signed record of decisions and approvals, kept in refs/weighbridge/ledger.

    WEIGHBRIDGE_LEDGER names a database to keep it in instead; WEIGHBRIDGE_WRITER which key signs: a file, `agent` or
    `agent:SHA256:…` for one of the SSH agent, `pkcs11:…?module-path=…` for one in a hardware module.
    """


@command.command("verify")
@repository_option
@target_option
@json_option
@click.option("--every", is_flag=True, help="Check every signature, also where its writer's own word covers it.")
def verify_(folder: Path, target: str, *, json_: str, every: bool) -> int:
    """Verify every entry, who wrote it, the texts beside it, and that what anchors it still holds.

    Exits with 0 verified, 1 not to be believed, 3 when something could not be looked at, or a text is no entry's here.
    """
    with open_ledger(folder, target=target) as opened:
        check = signature_check(opened.people)
        found = verify_ledger(opened.files, opened.reading, anchors=opened.anchors, check=check, every=every)
        if json_:
            emit(json_, verified_as_json(found))
        if json_ != "-":
            read_out(verified_blocks(found))
    if not found.is_sound:
        return ExitCode.GATE
    return ExitCode.PASS if found.is_whole else ExitCode.COULD_NOT_LOOK


@command.command("show")
@repository_option
@target_option
@json_option
@click.option("--last", default=100, show_default=True, metavar="N", help="Only the newest N entries; 0 for all.")
def show_(folder: Path, target: str, *, json_: str, last: int) -> None:
    """Show who said what, when, and about what; what was erased of people is said to be erased."""
    with open_ledger(folder, target=target) as opened:
        shown = show_entries(opened.files, opened.reading, last=max(0, last) or None, people=opened.people)
        if json_:
            emit(json_, entries_as_json(shown))
        else:
            read_out(entry_blocks(list(shown)), pager=True)


@command.command("export")
@click.argument("place", metavar="FOLDER", type=click.Path(path_type=Path))
@repository_option
@target_option
@click.option("--without-people", is_flag=True, help="Leave out names, addresses and reasons; the proofs hold without.")
def export_(place: Path, folder: Path, *, target: str, without_people: bool) -> None:
    """Write the whole ledger into a new FOLDER that docs/verify_ledger.py verifies with no Weighbridge at hand."""
    with open_ledger(folder, target=target) as opened:
        files = export_ledger(opened.files, opened.reading, with_people=not without_people)
        _say(f"{count(write_folder(place, files), 'file')} in {place}; docs/verify_ledger.py verifies it with")
        for needed in keys_to_verify(opened.files, opened.reading):
            _say(f"--key {needed.key}  # {needed.why}")


@command.command("import")
@click.argument("place", metavar="FOLDER", type=click.Path(path_type=Path, exists=True))
@repository_option
@target_option
def import_(place: Path, folder: Path, *, target: str) -> None:
    """Take in an exported FOLDER: where there is no ledger here, or where the export is further on."""
    with open_ledger(folder, target=target) as opened:
        done = import_ledger(opened.files, FolderFiles(place), reading=opened.reading)
        _say(f"{done.checkpoint.words}; {done.received:,} of them new, in {opened.files.place}")


@command.command("prove")
@click.argument("index", type=click.IntRange(min=0))
@repository_option
@target_option
@click.option("--output", "-o", default="-", metavar="FILE", help="Where to write it; usually <name>.tlog-proof.")
def prove_(index: int, folder: Path, *, target: str, output: str) -> None:
    """Write the proof that entry INDEX is in the ledger: the entry, its path, and the signed checkpoint, in one file."""
    with open_ledger(folder, target=target) as opened:
        emit(output, prove_entry(opened.files, opened.reading, index=index).decode())


@command.command("erase")
@click.argument("indexes", metavar="[INDEX...]", type=click.IntRange(min=0), nargs=-1)
@repository_option
@target_option
@click.option("--stray", is_flag=True, help="What lies beside the ledger and is no entry's that is here.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is erased comes back from nowhere.")
def erase_(indexes: tuple[int, ...], folder: Path, *, target: str, stray: bool, yes: bool) -> None:
    """Erase the names, reasons and texts of entries INDEX..., as `weighbridge ledger show` numbers them.

    The statements, their signatures and every proof stand. Whose name is erased is enrolled without one: their rejections
    stand, and nothing of theirs counts that takes knowing who they are. `weighbridge ledger sync` erases it in the remote.
    """
    meant = tuple(dict.fromkeys(indexes))
    if bool(meant) == stray:
        raise click.UsageError("say what: entries by their numbers, or --stray")
    if not yes:
        what = "whatever is no entry's here (sync first)" if stray else f"what is said of people in {_row(meant)}"
        ask(f"Erase {what}, for good? Write yes: ", "yes", otherwise="nothing was erased")
    erased: Sequence[object]
    with open_ledger(folder, target=target) as opened:
        if stray:
            erased, others = erase_stray(opened.files, opened.reading)
            _say(f"{count(len(erased), 'text')} of no entry {'is' if len(erased) == 1 else 'are'} erased")
            for place in others[:_MOST_SHOWN]:
                _say(f"{place} is no text of Weighbridge's: take it away with git, where it was put there")
        else:
            erased = erase_entries(opened.files, opened.reading, indexes=meant)
    for index in meant:
        what = "what it said of people is erased" if index in erased else "nothing stands beside it"
        _say(f"entry {index}: {what}")
    if erased:
        _say(
            "copies elsewhere are for whoever keeps them: clones until they sync, exports, and git's own until it prunes"
        )


@command.command("anchor")
@click.option(
    "--ref", default="", metavar="REF", help="On a branch here that nobody may force, as refs/heads/ledger-anchor."
)
@click.option("--repository", "elsewhere", default="", metavar="PATH", help="In another repository.")
@click.option("--file", default="", metavar="FILE", help="In a file, to be taken elsewhere.")
@click.option("-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Where the repository is.")
@target_option
def anchor_(ref: str, elsewhere: str, *, file: str, folder: Path, target: str) -> None:
    """Keep the signed checkpoint of today where whoever could rewrite the ledger cannot reach it.

    `anchors` in .weighbridge/ledger.yaml tells readers where to look; until then an anchor binds nobody.
    """
    chosen = {AnchorKind.REF: ref, AnchorKind.REPOSITORY: elsewhere, AnchorKind.FILE: file}
    places = [AnchorPlace(kind=kind, name=name) for kind, name in chosen.items() if name]
    if len(places) != 1:
        raise click.UsageError("say where: --ref, --repository or --file, one of them")
    (place,) = places
    with open_ledger(folder, target=target) as opened:
        done = anchor_ledger(
            opened.files, opened.reading, store=opened.store, place=place, named=opened.settings.anchors
        )
    _say(f"{done.checkpoint.words}, anchored in {done.where}")
    if place.kind is AnchorKind.REF:
        _say(f"weighbridge ledger sync, then git push origin {place.name}, takes it where it is protected")
    if not done.is_named:
        _say(
            f"nobody looks there yet: name it in .weighbridge/ledger.yaml, `anchors: [{{{place.kind}: {place.name}}}]`"
        )


@command.command("witness")
@click.argument("remote", default="origin")
@repository_option
@target_option
def witness_(remote: str, folder: Path, *, target: str) -> int:
    """Have the witnesses of .weighbridge/ledger.yaml sign the ledger that REMOTE holds, and share what they signed.

    It is brought together with REMOTE first, for a witness never takes back what it signed; where no remote is, or a database
    keeps it, it is shown as it is. Run it after each `ledger sync` that has sent something, with a key that the witnesses know.

    Exits with 0 when as many signed the newest checkpoint as `quorum` asks for, 3 when fewer did, and 1 when a witness signed
    what this ledger does not hold; then nothing is kept.
    """
    with open_ledger(folder, target=target) as opened:
        done = witness_ledger(opened.files, opened.reading, terms=witnessing(opened, remote))
    for words in done.refused:
        write_folded(inert(f"weighbridge: {one_line(words)}\n"), sys.stderr)
    _say(f"{done.checkpoint.words}: {witnesses_said(done)}")
    return ExitCode.PASS if done.is_enough else ExitCode.COULD_NOT_LOOK


@command.command("sync")
@click.argument("remote", default="origin")
@repository_option
@target_option
def sync_(remote: str, folder: Path, *, target: str) -> None:
    """Bring the ledger here and the one in REMOTE together, and push it; nothing is ever forced.

    What only this clone has is appended anew after what is there. A remote that was rewound, emptied or replaced is an
    error, for everybody who ever looked. Kept packages of commits travel along, where the other side has none of that head;
    also where there is no ledger yet, so that the first package reaches those whose statement begins one. What was erased of
    people on either side is erased on both, and counted.
    """
    with open_ledger(folder, target=target) as opened:
        place = opened.remote(remote)
        if not opened.travels:
            whole = f"{opened.files.place} is shared by whoever reaches that database: there is nothing to sync of it"
            _say(f"{whole}{_packages_with(place)}")
            return
        done = share_ledger(place, opened.reading, writer=own_writer)
        if done is None:  # packages are all there is to share: that they cannot be is no aside
            packages = _told_of(*place.share_packages())
            _say(f"no ledger is here yet and none in {remote}: the first statement begins one{packages}")
            return
        packages = _packages_with(place)
    for notice in done.notices:
        if notice.kind is NoticeKind.REMEMBERED:
            write_folded(inert(f"weighbridge: the ledger is {one_line(notice.words)}\n"), sys.stderr)
    moved = f", {done.moved:,} of ours appended anew" if done.moved else ""
    anew = ", the newest checkpoint signed anew" if done.signed_anew else ""
    also = f"{_told_of(*done.erased, what='erasure')}{packages}"
    _say(f"{done.checkpoint.words}: {done.received:,} received{moved}{anew}, {done.sent:,} sent to {remote}{also}")


def _packages_with(place: LedgerRemote) -> str:
    """What came of the packages, in words; that they cannot be shared keeps nothing from the ledger, and is said."""
    try:
        return _told_of(*place.share_packages())
    except LedgerFilesError as problem:
        write_folded(inert(f"weighbridge: kept packages could not be shared: {one_line(str(problem))}\n"), sys.stderr)
        return ""


def _told_of(received: int, sent: int, *, what: str = "package") -> str:
    """How many of them came and went, in words that others stand before."""
    told = ((received, "received"), (sent, "sent"))
    return "".join(f"; {count(number, what)} {done}" for number, done in told if number)


@command.command("key")
@repository_option
@target_option
@click.option("--rotate", is_flag=True, help="Let a new key take the old one's place: both say so in the ledger.")
def key_(folder: Path, target: str, *, rotate: bool) -> None:
    """Print this machine's verifier key, for `writers` in .weighbridge/ledger.yaml; made when there is none.

    A machine belongs there whose own word decides, as CI's does; what people sign names the machine that they sign on.
    """
    if rotate:
        new, put_in_place = writer_to_come()  # first: what cannot be rotated is told before a token asks for its PIN
        old = own_writer()
        with open_ledger(folder, target=target) as opened:
            rotate_key(opened.files, opened.reading, old=old, new=new, clock=SystemClock(), put_in_place=put_in_place)
    sys.stdout.write(f"{own_writer().verifier}\n")


def _say(words: str) -> None:
    write_folded(one_line(words) + "\n", sys.stdout)


def _row(indexes: Sequence[int]) -> str:
    return ", ".join(map(str, indexes))
