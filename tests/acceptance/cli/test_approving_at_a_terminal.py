"""A person approves at a terminal: what they must have seen, what they are asked, and every way out that signs nothing."""

import subprocess
from pathlib import Path

import pytest
from tests.acceptance.cli.at_terminal import INTERRUPT, talk
from tests.acceptance.cli.parlour import COL, DEV, SUE, Parlour
from tests.conftest import RequireTool

READ = "You have read it, and what could go wrong? Write yes: "
WORDS = "The policy wants you to write: I ran it"
SIGN = "Sign it? Write yes: "
ALL = ((READ, "yes"), (WORDS, "I ran it"), (SIGN, "yes"))


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path)


def test_the_page_the_words_and_the_digest_come_before_the_signature(parlour: Parlour) -> None:
    done = parlour.talks(COL, "approve", "fix", answers=ALL)

    assert done.status == 0, done.shown
    order = ["not satisfied", READ, WORDS, "Statement  sha256:", SIGN, "On record  entry 0"]
    places = [done.shown.find(words) for words in order]
    assert places == sorted(places), done.shown
    assert -1 not in places
    assert parlour.weigh().status == 0


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(((READ, "no"),), id="not read"),
        pytest.param(((READ, ""),), id="an empty line"),
        pytest.param(((READ, INTERRUPT),), id="Ctrl-C at the page"),
        pytest.param(((READ, "yes"), (WORDS, "I did not run it")), id="other words"),
        pytest.param(((READ, "yes"), (WORDS, INTERRUPT)), id="Ctrl-C at the words"),
        pytest.param((*ALL[:2], (SIGN, "y")), id="not quite yes"),
        pytest.param((*ALL[:2], (SIGN, INTERRUPT)), id="Ctrl-C at the signature"),
        pytest.param(((READ, "\x04"),), id="the end of the input"),
    ],
)
def test_whatever_is_not_yes_signs_nothing(parlour: Parlour, answers: tuple[tuple[str, str], ...]) -> None:
    done = parlour.talks(COL, "approve", "fix", answers=answers)

    assert (done.status, parlour.entries) == (130, 0), done.shown
    assert "On record" not in done.shown
    assert "Traceback" not in done.shown
    _, given = answers[-1]
    is_answer = given not in (INTERRUPT, "\x04")
    assert ("interrupted" in done.shown) is not is_answer
    assert ("weighbridge: nothing was signed: the answer was not " in done.shown) is is_answer


def test_a_key_that_cannot_be_read_is_told_before_the_page_is(parlour: Parlour) -> None:
    key = parlour.key(COL)
    key.write_text("no key\n")
    key.with_name(f"{key.name}.pub").unlink()

    done = parlour.talks(COL, "approve", "fix", answers=())

    assert done.status == 2, done.shown
    assert "nothing was signed with" in done.shown
    assert READ not in done.shown


def test_whoever_could_not_count_is_told_so_before_they_are_asked_to_sign(parlour: Parlour) -> None:
    done = parlour.talks(DEV, "approve", "fix", answers=((READ, "yes"), (WORDS, INTERRUPT)))

    assert "would not count as things are now:\n  dev@example.org: is an author" in done.shown
    assert parlour.entries == 0


def test_a_narrow_terminal_without_colour_shows_it_all_the_same(parlour: Parlour) -> None:
    done = parlour.talks(COL, "approve", "fix", answers=ALL, columns=30, NO_COLOR="1")

    assert (done.status, parlour.entries) == (0, 1), done.shown
    assert "\x1b[" not in done.shown


def test_a_terminal_with_colour_is_given_none_of_it_in_the_digest(parlour: Parlour) -> None:
    done = parlour.talks(COL, "approve", "fix", answers=ALL)

    assert "\x1b[" in done.shown
    (line,) = (line for line in done.shown.splitlines() if line.startswith("Statement"))
    assert len(line) == len("Statement  sha256:") + 64


def test_without_a_terminal_nobody_is_asked_and_nothing_is_signed(parlour: Parlour) -> None:
    done = parlour.run("approve", "fix", "--target", "main", "--key", str(parlour.key(COL)))

    assert (done.status, parlour.entries) == (2, 0)
    assert "nobody is there to be asked: run it at a terminal, or say --yes if a person decided it" in done.err


def test_a_passphrase_is_asked_for_at_the_terminal_and_a_wrong_one_signs_nothing(parlour: Parlour) -> None:
    change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret words", "-f", str(parlour.key(COL))]
    subprocess.run(change, check=True, stdout=subprocess.DEVNULL)
    asked = "Enter passphrase"

    wrong = parlour.talks(COL, "approve", "fix", answers=(*ALL, (asked, "guess")))
    assert (wrong.status, parlour.entries) == (2, 0), wrong.shown
    assert "nothing was signed with" in wrong.shown
    assert "the passphrase was wrong" in " ".join(wrong.shown.split())

    right = parlour.talks(COL, "approve", "fix", answers=(*ALL, (asked, "secret words")))
    assert (right.status, parlour.entries) == (0, 1), right.shown


def test_an_agent_that_is_locked_signs_nothing_and_it_says_so(
    parlour: Parlour, tmp_path: Path, require_tool: RequireTool
) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen([require_tool("ssh-agent"), "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        environment = {**parlour.program.environment(), "SSH_AUTH_SOCK": str(socket)}
        subprocess.run(["ssh-add", "-q", str(parlour.key(COL))], check=True, env=environment)
        parlour.key(COL).unlink()
        public = str(parlour.key(COL).with_suffix(".pub"))  # the private half is in the agent alone
        approve = parlour.program.command("approve", "fix", "--target", "main", "--key", public)
        folder = parlour.scratch.folder
        lock = (("Enter lock password", "once"), ("Again", "once"))
        talk([str(require_tool("ssh-add")), "-x"], folder=tmp_path, environment=environment, answers=lock)
        locked = talk(approve, folder=folder, environment=environment, answers=ALL)
        talk([str(require_tool("ssh-add")), "-X"], folder=tmp_path, environment=environment, answers=lock[:1])
        before = parlour.entries
        unlocked = talk(approve, folder=folder, environment=environment, answers=ALL)
    finally:
        agent.terminate()
        agent.wait()

    assert (locked.status, before) == (2, 0), locked.shown
    assert "nothing was signed with" in locked.shown
    assert (unlocked.status, parlour.entries) == (0, 1), unlocked.shown


def test_an_exception_is_shown_whole_and_asked_for_before_it_is_signed(parlour: Parlour) -> None:
    what = ("override", "fix", "--rule", "second-person", "--until", "1d", "--reason", "a demo")

    left = parlour.talks(SUE, *what, answers=((SIGN, INTERRUPT),))
    done = parlour.talks(SUE, *what, answers=((SIGN, "yes"),))

    assert (left.status, done.status, parlour.entries) == (130, 0, 1), done.shown
    for words in ("Override      second-person:", "Until         ", "Because       a demo", "Statement  sha256:"):
        assert words in done.shown
