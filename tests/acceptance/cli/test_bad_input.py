"""Whatever is wrong with the input: a clear message with the way out, the documented exit code, nothing half done."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.acceptance.cli.program import EVIL, Program, Ran
from tests.integration.git.scratch import Scratch

SYSTEM = ".weighbridge/system.yaml"


def assert_clear(ran: Ran, status: int, *words: str) -> None:
    """A message of ours, with these words, and no trace of a defect."""
    assert ran.status == status, ran.err
    assert ran.err.startswith("weighbridge: ")
    assert "Traceback" not in ran.err
    assert "defect" not in ran.err
    assert [word for word in words if word not in ran.err] == []


@pytest.mark.parametrize(
    "command", [["review"], ["check"], ["impact", "x.py"], ["baseline"], ["init"], ["packages", "list"]]
)
def test_a_folder_that_is_no_repository(program: Program, tmp_path: Path, command: list[str]) -> None:
    assert_clear(program.run(tmp_path, *command), 2, "no git repository", "--repository")


def test_a_folder_that_is_not_there(program: Program, tmp_path: Path) -> None:
    assert_clear(program.run(tmp_path, "check", "-C", "nowhere"), 2, "nowhere", "no such folder")


def test_the_doctor_says_that_there_is_no_repository_and_still_looks_at_the_machine(
    program: Program, tmp_path: Path
) -> None:
    ran = program.run(tmp_path, "doctor")

    assert ran.status == 3
    assert "git version" in ran.out


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("revew", "No such command 'revew'. Did you mean 'review'?"),
        ("break_glas", "Did you mean 'break-glass'?"),
        ("ledgre", "Did you mean 'ledger'?"),
    ],
)
def test_a_mistyped_command_is_told_with_the_one_it_is_like(
    program: Program, tmp_path: Path, typed: str, told: str
) -> None:
    ran = program.run(tmp_path, typed, "main")

    assert (ran.status, told in ran.err) == (2, True), ran


@pytest.mark.parametrize("typed", ["xyzzy", "--revew"])
def test_a_command_that_is_like_none_is_told_without_a_guess(program: Program, tmp_path: Path, typed: str) -> None:
    ran = program.run(tmp_path, typed)

    assert (ran.status, "Did you mean" in ran.err) == (2, False), ran
    assert f"'{typed}'" in ran.err


@pytest.mark.parametrize("name", ["nonsense", "main..nonsense", "--nonsense", "mian"])
def test_a_revision_that_leads_nowhere(program: Program, repository: Scratch, name: str) -> None:
    ran = program.run(repository.folder, "review", "--", name)

    assert_clear(ran, 2)
    assert "nonsense" in ran.err or "main" in ran.err


@pytest.mark.parametrize(
    "arguments", [("review", ""), ("review", "HEAD", "--json", ""), ("review", "--target="), ("check", "--sarif", "")]
)
def test_an_argument_that_is_empty_is_not_taken_for_none(
    program: Program, repository: Scratch, arguments: tuple[str, ...]
) -> None:
    ran = program.run(repository.folder, *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert "an argument is empty" in ran.err


def test_two_sides_without_a_merge_base(program: Program, repository: Scratch) -> None:
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit("Begin again")

    assert_clear(program.run(repository.folder, "review", "main...other"), 2, "share no history", "main..other")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\ncomponents: [", (f"{SYSTEM}:",)),
        ("version: 1\ncomponenst: {}\n", (f"{SYSTEM}:2", "components")),
        ("version: 1\ncomponents:\n  a:\n    tier: 9\n    kind: servise\n", (f"{SYSTEM}:4", f"{SYSTEM}:5", "service")),
        ("a: &a [*a]\n", (SYSTEM,)),
        ("\x00", (SYSTEM,)),
        ("version: 1\n" + "components: " + "[" * 5000, (SYSTEM,)),
    ],
    ids=["malformed", "unknown-key", "two-problems", "cyclic", "binary", "nested"],
)
def test_a_trusted_description_that_is_wrong_is_shown_with_every_place(
    program: Program, repository: Scratch, text: str, words: tuple[str, ...]
) -> None:
    repository.commit("Describe it", **{SYSTEM: text})
    repository.commit("Change it", **{"shop/more.py": "x = 1\n"})

    for command in (["review"], ["check"]):
        assert_clear(program.run(repository.folder, *command), 2, *words)


def test_a_trusted_baseline_that_is_none(program: Program, repository: Scratch) -> None:
    repository.commit("Add it", **{".weighbridge/baseline.json": "[1, 2"})
    repository.write("shop/roles.py", EVIL)
    repository.git("add", "-A")

    assert_clear(program.run(repository.folder, "check"), 2, "baseline.json", "weighbridge baseline")


def test_a_package_that_is_none(program: Program, repository: Scratch, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")

    assert_clear(program.run(repository.folder, "diff", str(tmp_path / "a.json"), "-", given=b""), 2, "a.json")


def test_a_cache_made_by_a_newer_version_is_left_alone(program: Program, repository: Scratch) -> None:
    program.cache.mkdir(parents=True)
    newer = program.cache / "facts-999.sqlite"
    newer.write_bytes(b"what a later version keeps")

    assert program.run(repository.folder, "review", "-q").status in (0, 1)
    assert newer.read_bytes() == b"what a later version keeps"


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_cache_that_is_damaged_is_begun_anew(program: Program, repository: Scratch, damage: bytes) -> None:
    first = program.run(repository.folder, "review", "--json", "-")
    for file in program.cache.glob("*.sqlite*"):
        file.write_bytes(damage)

    again = program.run(repository.folder, "review", "--json", "-")

    assert json.loads(again.out)["digest"] == json.loads(first.out)["digest"]
    assert again.err == ""


def test_a_cache_folder_that_cannot_be_made_costs_only_time(program: Program, repository: Scratch) -> None:
    program.cache.parent.mkdir()
    program.cache.write_text("a file stands here")

    ran = program.run(repository.folder, "review", "--json", "-")

    assert ran.status in (0, 1), ran.err
    assert json.loads(ran.out)["decision"]["impact"]["changed"]


@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null/nowhere"])
def test_a_cache_folder_that_nobody_can_write_costs_only_time(
    program: Program, repository: Scratch, place: str
) -> None:
    elsewhere = Program(program.home, {"WEIGHBRIDGE_CACHE": place})

    assert elsewhere.run(repository.folder, "review", "-q").status in (0, 1)
    doctor = elsewhere.run(repository.folder, "doctor")
    assert doctor.status == 3
    assert place in doctor.out


def test_a_full_disk_leaves_what_stood_there(program: Program, repository: Scratch, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("before")
    limited = ["bash", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "-"]
    command = [*limited, *program.command("review", "-q", "--json", str(target))]

    done = subprocess.run(
        command, cwd=repository.folder, env=program.environment(), capture_output=True, check=False, timeout=120
    )

    assert done.returncode == 2, done.stderr
    assert b"out.json" in done.stderr
    assert b"Traceback" not in done.stderr
    assert target.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "out.json", "store"]


def test_an_output_that_takes_nothing_more(program: Program, repository: Scratch) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program.command("review", "--json", "-"),
            cwd=repository.folder,
            env=program.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
        )

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr


def test_a_reader_that_goes_away_is_no_trouble_and_no_pass(program: Program, repository: Scratch) -> None:
    line = " ".join(f"'{part}'" for part in program.command("review", "--json", "-"))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} | true"],
        cwd=repository.folder,
        env=program.environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (141, b"")


def test_a_link_that_leads_to_itself(program: Program, repository: Scratch) -> None:
    (repository.folder / "loop").symlink_to("loop")
    (repository.folder / "shop/up").symlink_to("..")
    (repository.folder / "shop/self.py").symlink_to("self.py")
    repository.git("add", "-A")

    assert program.run(repository.folder, "check", "-q").status in (0, 1)
    assert program.run(repository.folder, "review", "--worktree", "-q").status in (0, 1)
    assert program.run(repository.folder, "impact", "shop/cart.py").status == 0


def test_a_generated_file_of_fifty_megabytes_is_said_not_to_be_read(program: Program, repository: Scratch) -> None:
    repository.write("shop/generated.py", "ROWS = [\n" + "    (1, 'a', 'b'),\n" * 2_750_000 + "]\n")
    repository.git("add", "-A")

    ran = program.run(repository.folder, "check")

    assert ran.status == 3
    assert "shop/generated.py" in ran.out


@pytest.mark.parametrize("delay", [0.0, 0.15, 1.0])
def test_an_interrupt_ends_it_at_any_time_and_leaves_nothing_behind(
    program: Program, tmp_path: Path, delay: float
) -> None:
    repository = Scratch.make(tmp_path / "large")
    body = "".join(f"def f{n}(x):\n    return f{n - 1}(x) + {n}\n\n\n" for n in range(1, 60))
    repository.write_all({f"package/m{n}.py": f"SEED = {n}\n{body}" for n in range(250)})
    repository.commit("Start")
    target = tmp_path / "out.json"
    process = subprocess.Popen(
        program.command("review", "-q", "--json", str(target)),
        cwd=repository.folder,
        env=program.environment(),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 30  # before, on a busy machine, it is Python that starts, and answers in its own way
    while not program.cache.exists() and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)

    assert process.returncode in (0, 1, 130, -signal.SIGINT)
    assert b"Traceback" not in errors
    assert target.exists() == (process.returncode in (0, 1))
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    assert started_from(repository.folder) == []
    assert program.run(repository.folder, "review", "-q").status in (0, 1)


def started_from(folder: Path) -> list[str]:
    """The processes that still know of `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode("utf-8", "replace")
            environment = (process / "environ").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder.parent) in command or str(folder.parent) in environment:
            found.append(command)
    return found


def test_code_whose_names_have_no_end_is_told_and_is_no_pass(program: Program, repository: Scratch) -> None:
    chain = "".join(f"article = article.part{n}\n" for n in range(300))
    maker = "class Article:\n    def sell(self):\n        return {}\n"
    user = f"from shop.article import Article\narticle = Article()\n{chain}article.sell()\n"
    repository.write_all({"shop/article.py": maker.format(1), "shop/endless.py": user})
    repository.git("add", ".")
    repository.commit("Sell articles")
    repository.write_all({"shop/article.py": maker.format(2)})
    repository.git("add", ".")
    repository.commit("Sell articles for two")

    ran = program.run(repository.folder, "review", "HEAD~1..HEAD")

    assert ran.status == 3, ran.out + ran.err
    assert "shop/endless.py" in ran.out
    assert "limit" in ran.out


@pytest.fixture
def partial(repository: Scratch, tmp_path: Path) -> Scratch:
    """A clone that holds `shop/prices.py` and not who uses it."""
    price = "def price(article, currency):\n    return article.cents\n\n\ndef unused():\n    return 1\n"
    repository.commit("Ask for the currency", **{"shop/prices.py": price})
    repository.git("config", "uploadpack.allowFilter", "true")
    arguments = (
        "clone",
        "-q",
        "--filter=blob:none",
        "--no-checkout",
        repository.folder.as_uri(),
        str(tmp_path / "part"),
    )
    repository.git(*arguments)
    clone = Scratch(tmp_path / "part")
    for commit in ("HEAD", "HEAD~1"):
        clone.git("cat-file", "-p", f"{commit}:shop/prices.py")
    return clone


def test_a_clone_without_the_code_that_would_notice_is_not_passed(
    program: Program, repository: Scratch, partial: Scratch
) -> None:
    ran = program.run(partial.folder, "review", "HEAD")

    assert ran.status == 3
    assert "could not be read" in ran.out
    assert "shop/cart.py" in ran.out
    assert program.run(repository.folder, "review", "HEAD").status == 1


def test_what_a_partial_clone_lacks_does_not_matter_to_a_change_of_no_code(program: Program, partial: Scratch) -> None:
    for path in ("README.md",):
        partial.git("cat-file", "-p", f"HEAD:{path}")
    partial.git("checkout", "-q", "HEAD", "--", "README.md", "shop/prices.py")
    partial.git("read-tree", "HEAD")
    partial.write("README.md", "# Another shop\n")
    partial.git("add", "README.md")

    assert program.run(partial.folder, "review", "--staged").out.startswith("✓")


def test_a_check_in_a_partial_clone_says_what_it_lacks_and_stops_nothing(program: Program, partial: Scratch) -> None:
    partial.git("read-tree", "HEAD")
    partial.write("shop/prices.py", "def price(article):\n    return article.cents\n\n\ndef unused():\n    return 1\n")
    partial.git("add", "shop/prices.py")

    ran = program.run(partial.folder, "check")

    assert ran.status == 0
    assert "not looked at (no-history)" in ran.out


def test_a_merge_that_leaves_behind_what_it_merges_is_not_nothing(program: Program, repository: Scratch) -> None:
    repository.git("checkout", "-q", "-b", "fix")
    repository.commit("Fix it", **{"shop/prices.py": "def price(article):\n    return max(0, article.cents)\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "Merge the fix", "fix")

    ran = program.run(repository.folder, "review", "HEAD")

    assert ran.status == 1
    assert "integrity/merge-drops-change" in ran.out
    assert "Nothing changed" not in ran.out


def test_a_repository_without_a_protected_branch_is_told_that_nothing_of_it_decides(
    program: Program, repository: Scratch
) -> None:
    repository.git("branch", "-q", "-m", "main", "trunk")
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit("Change it", **{"shop/prices.py": "def price(article):\n    return 1\n"})

    untold = program.run(repository.folder, "review", "trunk..topic")
    told = program.run(repository.folder, "review", "trunk..topic", "--target", "trunk")

    assert "not-configured: trust/target, nothing here is trusted" in untold.out
    assert "trust/target" not in told.out
