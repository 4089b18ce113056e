"""The trusted allowed-signers document enrols named people, and says of every other line why it enrols nobody."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ssh_keys import ed25519, security_key
from tests.samples.voices import ADA, BOB, MACHINES, roster

from weighbridge.app.build_trust import read_allowed_signers as enrolled_lines
from weighbridge.ledger.allowed_signers import AllowedSigner, read_allowed_signers
from weighbridge.ledger.principals import Machines, folded, problem_of, skeleton
from weighbridge.provenance.mailmap import read_mailmap

KEY = ed25519(seed=bytes(32))
"""The same in every process: the tests are named by lines that hold it."""


def read(text: str) -> tuple[AllowedSigner, ...]:
    found = read_allowed_signers(text.encode(), "allowed_signers")
    assert found.refused == ()
    return found.signers


def refused(text: str) -> str:
    found = read_allowed_signers(text.encode(), "allowed_signers")
    assert found.signers == ()
    assert len(found.refused) == 1
    return found.refused[0]


@pytest.mark.parametrize(
    "line",
    [
        f"{ADA} {KEY.line}",
        f"  {ADA}\t{KEY.line} a comment of several words",
        f'"{ADA}" {KEY.line}',
        f'{ADA} namespaces="git,weighbridge" {KEY.line}',
        f"{ADA} namespaces=weighbridge {KEY.line}",
        f'{ADA} namespaces="*" {KEY.line}',
        f'{ADA} namespaces="weigh?ridge,!git" {KEY.line}',
        f'{ADA} NAMESPACES="weighbridge" {KEY.line}',
    ],
)
def test_a_named_person_is_enrolled(line: str) -> None:
    signer = read(f"# people\n\n{line}\n")[0]

    assert (signer.principals, signer.key, signer.line) == ((ADA,), KEY.blob, 3)
    assert signer.keyid == KEY.keyid


def test_several_names_on_a_line_are_one_persons() -> None:
    assert read(f"{ADA},ada@work.example {KEY.line}")[0].principals == (ADA, "ada@work.example")


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("valid-after=20260102", datetime(2026, 1, 2, tzinfo=UTC), None),
        ('valid-before="202601020304"', None, datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        (
            'valid-after="20260102030405Z",valid-before=20270102Z',
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            datetime(2027, 1, 2, tzinfo=UTC),
        ),
    ],
)
def test_times_are_read_as_utc(text: str, after: datetime | None, before: datetime | None) -> None:
    signer = read(f"{ADA} {text} {KEY.line}")[0]

    assert (signer.valid_after, signer.valid_before) == (after, before)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{ADA} cert-authority {KEY.line}", "an authority's key (cert-authority) would enrol whoever it certifies"),
        (f'{ADA} cert-authority,namespaces="weighbridge" {KEY.line}', "cert-authority"),
        (f'{ADA} namespaces="git" {KEY.line}', "its key is for git only; add `weighbridge`"),
        (f'{ADA} namespaces="*,!weighbridge" {KEY.line}', "add `weighbridge`"),
        (f'{ADA} namespaces="" {KEY.line}', "its key is for nothing only"),
        (f'{ADA} namespaces="[vw]eighbridge" {KEY.line}', "add `weighbridge`"),
        (f"{ADA} verify-required {KEY.line}", "the option verify-required is not known"),
        (f"{ADA} valid-after=20260101,valid-after=20250101 {KEY.line}", "stands there twice"),
        (f"{ADA} valid-before=tomorrow {KEY.line}", "is no time"),
        (f"{ADA} valid-before=20261301 {KEY.line}", "is no time"),
        (f"{ADA} valid-before {KEY.line}", "is no time"),
        (f"{ADA} =x {KEY.line}", "its options cannot be read"),
        (f"*@example.org {KEY.line}", "a pattern"),
        (f"{ADA},!{BOB} {KEY.line}", "a pattern"),
        (f"{ADA}, {KEY.line}", "has 1 to"),
        (f'"ada lovelace" {KEY.line}', "spaces"),
        (f"{ADA}", "it is not `principals [options] key`"),
        (f"{ADA} ssh-ed25519 AAAA", "holds no key"),
        (f"{ADA} ssh-ed25519 A", "holds no key"),
        (f"{ADA} ssh-rsa {KEY.line.split()[1]}", "holds no key"),
        (f"{ADA} {KEY.line}{'A' * 21_000}", "longer than"),
        ('"' + "a" * 15_000, "it is not `principals"),
        ('a="' * 5_000, "it is not `principals"),
        (ADA + " " + "x=" * 9_000, "it is not `principals"),
    ],
)
def test_every_other_line_says_why_it_enrols_nobody(line: str, words: str) -> None:
    said = refused(line)

    assert said.startswith("allowed_signers:1: enrols nobody: ")
    assert words in said


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_what_hides_in_a_comment_enrols_nobody(end: str) -> None:
    data = f"{ADA} {KEY.line} ada's laptop{end}{BOB} {KEY.line}\n# a note{end}{BOB} {KEY.line}\n".encode()

    found = read_allowed_signers(data, "allowed_signers")

    assert [each.principals for each in found.signers] == [(ADA,)]
    assert list(enrolled_lines(data)) == [ADA]
    assert not read_mailmap(f"# a note{end}Ada <{ADA}> <{BOB}>\n".encode()).entries


@pytest.mark.parametrize("name", ["copilot", "@copilot", "Copilot", "@COPILOT"])
def test_a_bots_handle_is_a_bots_with_and_without_its_sign(name: str) -> None:
    assert MACHINES.why(name)
    assert Machines(logins=frozenset({"@helper"})).why("@Helper")


def test_one_bad_line_spoils_no_other() -> None:
    found = read_allowed_signers(f"*@x {KEY.line}\n{ADA} {KEY.line}\n".encode(), "allowed_signers")

    assert (len(found.signers), len(found.refused)) == (1, 1)


@given(st.text(max_size=200), st.binary(max_size=200))
def test_no_document_raises(text: str, data: bytes) -> None:
    read_allowed_signers(data, "x")
    read_allowed_signers(f"{text} {text} {KEY.line}\n{ADA} {text} {KEY.line}".encode("utf-8", "replace"), "x")


@pytest.mark.parametrize("name", ["Ada@Example.ORG", " ada@example.org ", "\uff41da@example.org"])
def test_spellings_of_a_name_are_one_name(name: str) -> None:
    assert folded(name) == ADA


@pytest.mark.parametrize(
    "name",
    [
        ADA,
        "josé@example.org",
        "ада@пример.рф",
        "ada@пример.рф",
        "王小明@example.org",
        "o'brien+x@sub-domain.example.org",
        "ada",
    ],
)
def test_names_of_any_one_script_are_names(name: str) -> None:
    assert problem_of(name) == ""


@pytest.mark.parametrize(
    "name", ["\u0430da@example.org", "ada@ex\u0430mple.org", "\u03b1da@example.org", "ada@example.\u043erg"]
)
def test_a_part_of_two_scripts_is_refused(name: str) -> None:
    assert "which look alike" in problem_of(name)


@pytest.mark.parametrize("name", ["\u0430\u0501\u0430@example.org", "adá@example.org", "a\u200dda@example.org"])
def test_what_looks_alike_has_one_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton(ADA)
    assert folded(name) != ADA


@pytest.mark.parametrize("end", ["@shop.example", "[bot]@shop.example"])
def test_a_name_too_long_to_be_anybody_s_is_left_as_it_is(end: str) -> None:
    marks = "\u0316\u0301" * 200_000  # to put so many in order takes minutes
    name = f"A{marks}{end}"

    assert folded(f" {name} ") == skeleton(name) == name
    assert problem_of(name) == "a name has 1 to 254 characters"
    assert bool(MACHINES.why(name)) is end.startswith("[bot]")
    assert folded(f"  {'A' * 254} ") == "a" * 254


def test_a_line_that_looks_like_an_earlier_one_enrols_nobody() -> None:
    other = ed25519()

    who = roster(f"{ADA} {KEY.line}", f"adá@example.org {other.line}")

    assert "looks like ada@example.org, who is somebody else" in who.refused[0]
    assert other.keyid not in who.keys


def test_case_makes_no_second_person() -> None:
    who = roster(f"{ADA} {KEY.line}", f"ADA@EXAMPLE.ORG {security_key().line}")

    assert {key.person for key in who.keys.values()} == {ADA}
    assert who.refused == ()


def test_a_name_that_the_mailmap_gives_to_an_agent_is_the_agents() -> None:
    who = roster(f"{ADA} {KEY.line}", aliases=[(ADA, "noreply@anthropic.com")])

    assert who.keys == {}
    assert "known to be an agent" in who.refused[0]


def test_a_name_that_leads_to_an_agent_by_several_lines_of_the_mailmap_is_the_agents() -> None:
    who = roster(f"{ADA} {KEY.line}", aliases=[(ADA, BOB), (BOB, "noreply@anthropic.com")])

    assert who.keys == {}


def test_a_circle_in_the_mailmap_is_one_person() -> None:
    who = roster(f"{ADA} {KEY.line}", aliases=[(ADA, BOB), (BOB, ADA)])

    assert who.keys[KEY.keyid].person == ADA
    assert who.person_of(BOB) == ADA


def test_an_agents_address_that_the_mailmap_gives_to_a_person_makes_them_its_author() -> None:
    who = roster(f"{ADA} {KEY.line}", aliases=[("noreply@anthropic.com", ADA)])

    assert who.person_of("noreply@anthropic.com") == ADA
    assert KEY.keyid in who.keys


def test_aliases_of_aliases_are_one_person() -> None:
    who = roster(f"{ADA} {KEY.line}", aliases=[("c@x", "b@x"), ("b@x", "a@x"), ("a@x", ADA)])

    assert {who.person_of(name) for name in ("a@x", "b@x", "c@x", ADA)} == {ADA}
    assert who.person_of("Nobody@X") == "nobody@x"


@pytest.mark.parametrize(
    "name", [ADA, "ada+claude@example.org", "1+ada@users.noreply.github.com", "botany@example.org"]
)
def test_people_are_no_machines(name: str) -> None:
    assert MACHINES.why(name) == ""
    assert Machines().why(name) == ""
