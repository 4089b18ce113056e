"""A writer's key in a token behind PKCS#11, with a real module: SoftHSM 2."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass, TokenFlag
from tests.conftest import RequireTool
from tests.integration.keys.soft_hsm import ED448, P256, PIN, SoftHsm, edwards, objects, soft_hsm

from weighbridge.adapters.keys.pkcs11 import Pkcs11Module, pin_refused, point_of, said_by, token_key
from weighbridge.adapters.keys.service import KeyService, KeyServiceError, ServiceKey
from weighbridge.assembly.writers import WRITER, own_writer, writer_to_come
from weighbridge.ledger.verifier_keys import SigningError, WriterKey

NAME = "pkcs11:token=weighbridge;object=writer"


@pytest.fixture
def hsm(tmp_path: Path, require_tool: RequireTool, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    tool = require_tool("softhsm2", "softhsm2-util")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "hsm" / "softhsm2.conf"))
    return soft_hsm(tmp_path / "hsm", tool)


@pytest.fixture
def writer(hsm: SoftHsm) -> SoftHsm:
    """A token with one key, as it should be."""
    hsm.make_key("writer", id=b"\x01")
    return hsm


def service(hsm: SoftHsm) -> Pkcs11Module:
    return Pkcs11Module(hsm.module, hsm.pin)


def test_a_key_in_a_token_signs_as_one_on_disk_does(writer: SoftHsm) -> None:
    chosen = {WRITER: writer.uri()}
    key: WriterKey = own_writer(chosen)

    signature = key.sign(b"words")

    assert len(signature) == 64
    assert key.verifier.verifies(signature, b"words")
    assert not key.verifier.verifies(signature, b"other words")
    assert own_writer(chosen).verifier == key.verifier
    assert key.verifier.name.startswith("writer-")


def test_it_keeps_to_the_port(writer: SoftHsm) -> None:
    asked: KeyService = service(writer)

    key = ServiceKey(asked, NAME)

    assert key.verifier.public == asked.public_key(NAME)
    assert key.verifier.verifies(key.sign(b""), b"")
    assert key.verifier.verifies(key.sign(b"x" * 70_000), b"x" * 70_000)


def test_a_key_may_be_named_by_whatever_tells_it_apart(writer: SoftHsm) -> None:
    writer.make_key("other", id=b"\x00/\xff")
    with writer.tokens() as tokens:
        token = next(each for each in tokens if each.label == "weighbridge")
        serial, slot = token.serial.decode(), token.slot.slot_id
    asked = service(writer)

    one = asked.public_key("pkcs11:object=writer")
    other = asked.public_key("pkcs11:object=other")

    assert one != other
    for name in (
        f"pkcs11:serial={serial};id=%01",
        f"pkcs11:slot-id={slot};id=%01;object=writer;type=private",
        "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;id=%01",
        "pkcs11:library-description=Implementation%20of%20PKCS11;library-manufacturer=SoftHSM;object=writer",
        "pkcs11:slot-manufacturer=SoftHSM%20project;object=writer",
    ):
        assert asked.public_key(name) == one, name
    assert asked.public_key("pkcs11:id=%00%2F%FF") == other


def test_of_several_keys_one_must_be_named(writer: SoftHsm) -> None:
    writer.make_key("writer", id=b"\x02")
    asked = service(writer)

    for name in (NAME, "pkcs11:token=weighbridge"):
        with pytest.raises(KeyServiceError, match=r"2 keys .* as named, name one by object and id: .*id=%01.*id=%02"):
            asked.public_key(name)
    assert asked.public_key(f"{NAME};id=%01") != asked.public_key(f"{NAME};id=%02")


def test_of_several_tokens_one_must_be_named(writer: SoftHsm) -> None:
    writer.make("weighbridge")
    writer.make("spare")
    asked = service(writer)

    with pytest.raises(KeyServiceError, match=r"2 tokens are as named, name one by its serial: .*serial .*serial "):
        asked.public_key(NAME)
    with pytest.raises(KeyServiceError, match=r"no token is as named, is it plugged in\? .*'spare'.*'weighbridge'"):
        asked.public_key("pkcs11:token=weighbrigde;object=writer")


def test_a_key_that_is_not_there_is_told_with_those_that_are(writer: SoftHsm) -> None:
    with pytest.raises(SigningError, match=r"no private key that is as named; it holds 'writer' .id=%01, EC_EDWARDS.$"):
        token_key(writer.uri("token=weighbridge;object=writter"))


@pytest.mark.parametrize(("kind", "curve"), [(KeyType.EC, P256), (KeyType.EC_EDWARDS, ED448)])
def test_a_key_of_another_kind_is_refused(hsm: SoftHsm, kind: KeyType, curve: bytes) -> None:
    with hsm.opened() as session:
        edwards(session, "writer", kind=kind, curve=curve)

    with pytest.raises(SigningError, match="is no Ed25519 key"):
        token_key(hsm.uri())


def test_a_key_that_may_not_sign_is_refused(hsm: SoftHsm) -> None:
    hsm.make_key("writer", capabilities=MechanismFlag.VERIFY)

    with pytest.raises(SigningError, match="not allowed to sign"):
        token_key(hsm.uri())


def test_a_key_without_a_public_side_is_refused(writer: SoftHsm) -> None:
    with writer.opened() as session:
        (public,) = objects(session, ObjectClass.PUBLIC_KEY)
        public.destroy()

    with pytest.raises(SigningError, match=r"no public key lies beside 'writer' .*import it there, with the same id"):
        token_key(writer.uri())


def test_two_public_sides_of_one_key_are_refused(hsm: SoftHsm) -> None:
    hsm.make_key("writer")
    hsm.make_key("writer")
    with hsm.opened() as session:
        objects(session, ObjectClass.PRIVATE_KEY)[0].destroy()

    with pytest.raises(SigningError, match="several public keys go by the name"):
        token_key(hsm.uri())


def test_a_public_side_of_another_key_is_found_out(writer: SoftHsm) -> None:
    with writer.opened() as session:
        (public,) = objects(session, ObjectClass.PUBLIC_KEY)
        public.destroy()
        edwards(session, "other", id=b"\x02")
        (public,) = objects(session, ObjectClass.PUBLIC_KEY)
        public[Attribute.ID] = b"\x01"
    key = token_key(writer.uri())

    with pytest.raises(SigningError, match="does not verify"):
        key.sign(b"words")


def test_a_key_that_asks_for_its_pin_each_time_signs(hsm: SoftHsm) -> None:
    hsm.make_key("writer", private_template={Attribute.ALWAYS_AUTHENTICATE: True})
    key = token_key(hsm.uri())

    assert key.verifier.verifies(key.sign(b"one"), b"one")
    assert key.verifier.verifies(key.sign(b"two"), b"two")


def heard_wrong_pin(hsm: SoftHsm) -> bool:
    """Whether somebody told the token a wrong PIN since it last heard the right one."""
    with hsm.tokens() as tokens:
        return any(each.flags & TokenFlag.USER_PIN_COUNT_LOW for each in tokens if each.label == "weighbridge")


def test_a_wrong_pin_is_told_and_never_tried_twice(writer: SoftHsm) -> None:
    writer.pin.write_text("another-81\n")
    with pytest.raises(SigningError, match=r"is not that of the token 'weighbridge'\. It was tried once") as refused:
        token_key(writer.uri())
    assert "another-81" not in str(refused.value)
    assert heard_wrong_pin(writer)
    with writer.opened():
        pass
    assert not heard_wrong_pin(writer)

    for _ in range(3):
        with pytest.raises(SigningError, match="is not tried again"):
            token_key(writer.uri())

    assert not heard_wrong_pin(writer)
    writer.pin.write_text(PIN)
    assert token_key(writer.uri()).sign(b"words")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_pin_that_others_can_read_is_refused(writer: SoftHsm, mode: int) -> None:
    writer.pin.chmod(mode)

    with pytest.raises(SigningError, match=f"can be read by others .mode {mode:04o}.*chmod 600"):
        token_key(writer.uri())


def test_a_pin_may_be_mounted_as_a_link_to_a_file_that_is_the_users_own(writer: SoftHsm, tmp_path: Path) -> None:
    link = tmp_path / "mounted"
    link.symlink_to(writer.pin)

    assert len(Pkcs11Module(writer.module, link).public_key(NAME)) == 32
    writer.pin.chmod(0o644)
    with pytest.raises(KeyServiceError, match="can be read by others"):
        Pkcs11Module(writer.module, link).public_key(NAME)


@pytest.mark.parametrize("data", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe", b"a\0b", b"1" * 300])
def test_what_holds_no_pin_is_not_sent_to_a_token(writer: SoftHsm, data: bytes) -> None:
    writer.pin.write_bytes(data)

    with pytest.raises(SigningError, match="holds no PIN: that is one line"):
        token_key(writer.uri())

    assert not heard_wrong_pin(writer)


def test_a_pin_that_is_not_there_or_no_file_is_told(writer: SoftHsm) -> None:
    writer.pin.unlink()
    with pytest.raises(SigningError, match="the PIN cannot be read: No such file"):
        token_key(writer.uri())
    os.mkfifo(writer.pin, 0o600)

    with pytest.raises(SigningError, match="is no file"):
        token_key(writer.uri())


def test_a_token_that_asks_for_a_pin_says_how_to_name_one(writer: SoftHsm) -> None:
    with pytest.raises(SigningError, match=r"asks for a PIN: .* add pin-source=file:/path"):
        token_key(writer.uri(pin=False))


def test_a_module_that_is_not_there_is_told(writer: SoftHsm, tmp_path: Path) -> None:
    for module, words in (
        (tmp_path / "none.so", r"there is no module .*none\.so .No such file"),
        (tmp_path, "is no file"),
        (writer.configuration, r"softhsm2\.conf: the module failed: .*(ELF|header|file too short)"),
    ):
        with pytest.raises(SigningError, match=words):
            token_key(f"{NAME}?module-path={module}")


@pytest.mark.parametrize("open_to_all", ["lib/hsm/module.so", "lib/hsm", "lib"])
def test_a_module_that_anybody_may_change_is_not_loaded(writer: SoftHsm, tmp_path: Path, open_to_all: str) -> None:
    module = tmp_path / "lib/hsm/module.so"
    module.parent.mkdir(parents=True)
    shutil.copy(writer.module, module)
    (tmp_path / open_to_all).chmod(0o757)

    with pytest.raises(SigningError, match=rf"is not loaded, .*: anybody may change .*/{open_to_all}: chmod o-w it"):
        token_key(f"{NAME}?module-path={module}")


def test_a_token_that_was_taken_out_does_not_sign(writer: SoftHsm) -> None:
    key = token_key(writer.uri())
    shutil.rmtree(writer.folder / "tokens")
    (writer.folder / "tokens").mkdir()

    with pytest.raises(SigningError, match=r"did not sign: no token is as named, is it plugged in"):
        key.sign(b"words")


def test_nothing_stays_logged_in_between_two_signatures(writer: SoftHsm) -> None:
    key = token_key(writer.uri())

    assert key.sign(b"words")
    assert not pkcs11._loaded[str(writer.module)].initialized


def test_many_threads_may_sign_at_once(writer: SoftHsm) -> None:
    key = token_key(writer.uri())

    with ThreadPoolExecutor(8) as pool:
        signed = list(pool.map(lambda number: key.sign(b"%d" % number), range(32)))

    assert all(key.verifier.verifies(each, b"%d" % number) for number, each in enumerate(signed))


def test_a_key_of_a_token_is_not_rotated_by_the_command_for_files(writer: SoftHsm) -> None:
    for uri in (writer.uri(), writer.uri().replace("pkcs11:", "PKCS11:")):
        with pytest.raises(
            SigningError, match=r"only a key in a file is rotated by this command: make another key in the"
        ):
            writer_to_come({WRITER: uri})


def test_a_uri_that_is_wrong_is_refused_before_any_module_is_loaded() -> None:
    with pytest.raises(SigningError, match="cannot be used: pin-value would show the PIN") as refused:
        own_writer({WRITER: "pkcs11:token=a?module-path=/none.so&pin-value=8155"})

    assert "8155" not in str(refused.value)


def test_without_the_extra_it_is_said_how_to_install_it() -> None:
    script = (
        "import sys; sys.modules['pkcs11'] = None\n"
        "from weighbridge.assembly.writers import own_writer\n"
        f"own_writer({{'{WRITER}': '{NAME}?module-path=/m.so'}})\n"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "pkcs11 is not installed: pip install 'weighbridge[hsm]'" in ran.stderr


def test_whose_key_is_elsewhere_loads_nothing_of_it(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from weighbridge.assembly.writers import own_writer\n"
        f"own_writer({{'{WRITER}': {str(tmp_path / 'keys' / 'writer')!r}}})\n"
        "print(sorted(each for each in sys.modules if 'pkcs11' in each or 'asn1crypto' in each))\n"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (pkcs11.PinLocked(), "its PIN is locked"),
        (pkcs11.DeviceRemoved(), "the device was removed"),
        (pkcs11.TokenNotPresent(), "the device was removed"),
        (pkcs11.MechanismInvalid(), "does not sign by Ed25519 .CKM_EDDSA."),
        (pkcs11.DataLenRange(), "texts as long as this one"),
        (pkcs11.UserNotLoggedIn(), "pin-source=file:/path"),
        (pkcs11.GeneralError("badly"), "the module failed: GeneralError .badly."),
        (pkcs11.HostMemory(), "the module failed: HostMemory$"),
    ],
)
def test_what_a_module_says_is_told_with_what_to_do(problem: Exception, words: str) -> None:
    with pytest.raises(KeyServiceError, match=words):
        raise KeyServiceError(said_by(problem))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (TokenFlag.USER_PIN_LOCKED | TokenFlag.USER_PIN_FINAL_TRY, "it is locked"),
        (TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_COUNT_LOW, "one more wrong one would lock it"),
    ],
)
def test_a_token_that_could_be_locked_is_told_no_pin(flags: TokenFlag, words: str) -> None:
    assert words in pin_refused(flags)
    assert pin_refused(TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_COUNT_LOW) == ""


def test_a_public_key_is_read_in_each_form_that_modules_give() -> None:
    key = bytes([4, 32]) + bytes(range(30))

    assert {point_of(each) for each in (key, b"\x04\x20" + key, b"\x03\x21\x00" + key)} == {key}
