"""A writer's key in a hardware module, or whatever else speaks PKCS#11: the module signs, and the key never leaves it.

The module's code runs in our process, so it is named by the user's environment alone. It is spoken to only while it tells a
public key or signs: then the session ends and the module is shut down, so that nothing is logged in while a stranger's
repository is read, and no extracting process that is forked meanwhile inherits what could sign.
"""

import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, Object, ObjectClass, PKCS11Error, Session, SignMixin, Token, TokenFlag

from weighbridge.adapters.keys.pins import read_pin
from weighbridge.adapters.keys.pkcs11_uri import TokenKeyName, UriError, read_name, read_uri
from weighbridge.adapters.keys.service import KeyServiceError, ServiceKey
from weighbridge.adapters.keys.whose import why_others_could_change
from weighbridge.ledger.verifier_keys import SigningError

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib

_ONE_AT_A_TIME: Final = Lock()
"""A module that is shut down after each use has one user at a time."""

_MOST_SHOWN: Final = 8

_WRONG_PIN: Final = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)
_GONE: Final = (
    pkcs11.DeviceError,
    pkcs11.DeviceRemoved,
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.SlotIDInvalid,
    pkcs11.TokenNotPresent,
    pkcs11.TokenNotRecognised,
)
_SAID: Final[tuple[tuple[tuple[type[PKCS11Error], ...], str], ...]] = (
    ((pkcs11.PinLocked,), "its PIN is locked: whoever administers the token unlocks it"),
    ((pkcs11.PinExpired,), "its PIN has expired: set a new one with the token's own tool"),
    ((pkcs11.UserPinNotInitialized,), "it has no PIN of a user yet: set one with the token's own tool"),
    (_GONE, "the device was removed or does not answer: is it plugged in, or can it be reached? Then run this again"),
    (
        (pkcs11.MechanismInvalid, pkcs11.MechanismParamInvalid, pkcs11.FunctionNotSupported),
        "the module does not sign by Ed25519 (CKM_EDDSA): a newer version of it, or another module, may",
    ),
    ((pkcs11.KeyTypeInconsistent,), "the key is not one that signs by Ed25519"),
    ((pkcs11.DataLenRange,), "the module does not sign texts as long as this one"),
    ((pkcs11.UserNotLoggedIn,), "it asks for a PIN: name the file that holds it, with pin-source=file:/path"),
    ((pkcs11.FunctionRejected, pkcs11.FunctionCancelled), "somebody, or the device, refused to sign"),
    (
        (pkcs11.SessionCount,),
        "the token has as many sessions open as it can: end another program's, and run this again",
    ),
)


def token_key(uri: str) -> ServiceKey:
    """The key that a PKCS#11 URI names; asked for once in a process. Raises `SigningError`."""
    try:
        read = read_uri(uri)
    except UriError as problem:
        raise SigningError(f"the key's PKCS#11 URI cannot be used: {problem}") from None
    return _key(read.name, module=read.module, pin=read.pin)


@cache
def _key(name: str, *, module: Path, pin: Path | None) -> ServiceKey:
    return ServiceKey(_module(module, pin), name)


@cache
def _module(module: Path, pin: Path | None) -> "Pkcs11Module":
    """One for each module and PIN, so that it remembers for the whole process which PIN was wrong."""
    return Pkcs11Module(module, pin)


class Pkcs11Module:
    """Tokens behind one module; keys are named by the part of a URI before its `?`. Keeps to the `KeyService` port."""

    def __init__(self, module: Path, pin: Path | None = None) -> None:
        self._module = module
        self._pin = pin
        self._wrong: set[tuple[bytes, str]] = set()

    def public_key(self, key: str) -> bytes:
        """The 32 bytes of a key's public side; the private one is there and can be used. Raises `KeyServiceError`."""
        wanted = _wanted(key)
        with self._open(wanted) as (session, _):
            return _public_key(session, _private_key(session, wanted))

    def sign(self, key: str, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `KeyServiceError`."""
        wanted = _wanted(key)
        with self._open(wanted) as (session, pin):
            private = _private_key(session, wanted)
            again = pin if _value(private, Attribute.ALWAYS_AUTHENTICATE) else None
            return private.sign(message, mechanism=Mechanism.EDDSA, pin=again)

    @contextmanager
    def _open(self, wanted: TokenKeyName) -> Iterator[tuple[Session, str | None]]:
        """A session with the token that is meant, logged in where a PIN is known, and that PIN."""
        _refuse_odd(self._module)
        with _ONE_AT_A_TIME, _told(str(self._module)):
            library = pkcs11.lib(str(self._module))
            try:
                token = _token(library, wanted.place)
                pin = self._pin_for(token)
                session = self._logged_in(token, pin)
                try:
                    yield session, pin
                finally:
                    with suppress(PKCS11Error):  # of a device that was removed, what happened before says more
                        session.close()
            finally:
                with suppress(PKCS11Error):
                    library.finalize()

    def _pin_for(self, token: Token) -> str | None:
        if self._pin is None:
            if token.flags & TokenFlag.LOGIN_REQUIRED:
                raise KeyServiceError(
                    f"the token {token.label!r} asks for a PIN: put it into a file that only you can read, and add"
                    " pin-source=file:/path/of/it after the question mark"
                )
            return None
        pin = read_pin(self._pin)
        if (token.serial, pin) in self._wrong:
            raise KeyServiceError(self._wrong_pin(token))
        if refused := pin_refused(token.flags):
            raise KeyServiceError(f"the PIN of the token {token.label!r} was not tried: {refused}")
        return pin

    def _logged_in(self, token: Token, pin: str | None) -> Session:
        try:
            return token.open(user_pin=pin)
        except _WRONG_PIN:
            self._wrong.add((token.serial, pin or ""))
            raise KeyServiceError(self._wrong_pin(token)) from None

    def _wrong_pin(self, token: Token) -> str:
        return (
            f"the PIN in {self._pin} is not that of the token {token.label!r}. It was tried once and is not tried again"
            " by this command; the next one tries what stands there then, and a token that hears too many wrong ones locks itself: put the right one there first"
        )


def pin_refused(flags: TokenFlag) -> str:
    """Why a token in this state is told no PIN, empty where it may be."""
    if flags & TokenFlag.USER_PIN_LOCKED:
        return "it is locked, and whoever administers the token unlocks it"
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return "one more wrong one would lock it. Log in once with the token's own tool, which proves the PIN, and run this again"
    return ""


def said_by(problem: Exception) -> str:
    """What an error of a module means, and what to do."""
    for kinds, words in _SAID:
        if isinstance(problem, kinds):
            return words
    told = f" ({problem})" if str(problem) else ""
    return f"the module failed: {type(problem).__name__}{told}"


@contextmanager
def _told(module: str) -> Iterator[None]:
    """Errors of the module, and values of its that nobody can read, as errors of ours."""
    try:
        yield
    except (PKCS11Error, ValueError) as problem:
        raise KeyServiceError(f"{module}: {said_by(problem)}") from problem


def _wanted(key: str) -> TokenKeyName:
    try:
        return read_name(key)
    except UriError as problem:
        raise KeyServiceError(str(problem)) from None


def _refuse_odd(module: Path) -> None:
    try:
        state = module.stat()
        why = why_others_could_change(module)
    except (OSError, ValueError) as problem:
        words = getattr(problem, "strerror", None) or str(problem)
        raise KeyServiceError(
            f"there is no module {module} ({words}): its maker says where it is installed"
        ) from problem
    if not stat.S_ISREG(state.st_mode):
        raise KeyServiceError(f"the module {module} is no file")
    if why:
        raise KeyServiceError(f"the module {module} is not loaded, for its code would run as you: {why}")


def _token(library: "lib", wanted: Mapping[str, str]) -> Token:
    """The only token that is as named. Raises `KeyServiceError`, `PKCS11Error`."""
    there = list(_tokens(library))
    found = [each for each in there if all(each[1][name] == value for name, value in wanted.items())]
    if len(found) == 1:
        return found[0][0]
    listed = _row(
        f"{here['token']!r} (serial {here['serial']}, slot-id {here['slot-id']})" for _, here in found or there
    )
    if found:
        raise KeyServiceError(f"{len(found)} tokens are as named, name one by its serial: {listed}")
    raise KeyServiceError(f"no token is as named, is it plugged in? {library.so} shows {listed}")


def _tokens(library: "lib") -> Iterator[tuple[Token, Mapping[str, str]]]:
    """Every token that was set up, with what the RFC names of it. Raises `PKCS11Error`."""
    major, minor = library.library_version
    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except (pkcs11.TokenNotPresent, pkcs11.TokenNotRecognised):
            continue
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            yield (
                token,
                {
                    "library-manufacturer": library.manufacturer_id,
                    "library-description": library.library_description,
                    "library-version": f"{major}.{minor}",
                    "slot-id": str(slot.slot_id),
                    "slot-description": slot.slot_description,
                    "slot-manufacturer": slot.manufacturer_id,
                    "token": token.label,
                    "serial": token.serial.decode("utf-8", "replace"),
                    "model": token.model,
                    "manufacturer": token.manufacturer_id,
                },
            )


def _private_key(session: Session, wanted: TokenKeyName) -> SignMixin:
    """The only private key that is as named, of kind Ed25519. Raises `KeyServiceError`, `PKCS11Error`."""
    template: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
    if wanted.label is not None:
        template[Attribute.LABEL] = wanted.label
    if wanted.id is not None:
        template[Attribute.ID] = wanted.id
    found = list(session.get_objects(template))
    if len(found) > 1:
        listed = _row(map(_described, found))
        raise KeyServiceError(f"{len(found)} keys of the token are as named, name one by object and id: {listed}")
    if not found:
        listed = _row(map(_described, session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})))
        raise KeyServiceError(f"the token holds no private key that is as named; it holds {listed}")
    (key,) = found
    if _value(key, Attribute.KEY_TYPE) != KeyType.EC_EDWARDS:
        raise KeyServiceError(f"{_described(key)} is no Ed25519 key (CKK_EC_EDWARDS): a writer's key is one")
    if not isinstance(key, SignMixin):
        raise KeyServiceError(f"{_described(key)} is not allowed to sign (CKA_SIGN): allow it, or make one that is")
    return key


def _public_key(session: Session, private: SignMixin) -> bytes:
    """The public side of a private key, which lies beside it. Raises `KeyServiceError`, `PKCS11Error`."""
    key = _value(private, Attribute.ID)
    same = {Attribute.ID: key} if key else {Attribute.LABEL: _value(private, Attribute.LABEL)}
    beside = list(session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, **same}))
    points = [_value(each, Attribute.EC_POINT) for each in (*beside, private)]
    found = {point_of(each) for each in points if isinstance(each, bytes)}
    if len(found) > 1:
        raise KeyServiceError(f"several public keys go by the name of {_described(private)}: give it an id of its own")
    if not found:
        raise KeyServiceError(f"no public key lies beside {_described(private)}: import it there, with the same id")
    (public,) = found
    if len(public) != 32:
        raise KeyServiceError(
            f"{_described(private)} is no Ed25519 key: its public side has {len(public)} bytes, not 32"
        )
    return public


def point_of(value: bytes) -> bytes:
    """The bytes of a public key: modules give them bare, as an octet string, or as a bit string of DER."""
    for size, head in ((34, b"\x04\x20"), (35, b"\x03\x21\x00"), (59, b"\x04\x39"), (60, b"\x03\x3a\x00")):
        if len(value) == size and value.startswith(head):
            return value.removeprefix(head)
    return value


def _value(thing: Object, attribute: Attribute) -> object:
    """An attribute of an object, None where the module does not know or does not tell it."""
    try:
        value: object = thing[attribute]
    except (PKCS11Error, ValueError):  # the latter of kinds that the library has no name for
        return None
    return value


def _described(thing: Object) -> str:
    label, key, kind = (_value(thing, each) for each in (Attribute.LABEL, Attribute.ID, Attribute.KEY_TYPE))
    shown = "".join(f"%{byte:02X}" for byte in key) if isinstance(key, bytes) else ""
    return f"{label!r} (id={shown}, {kind.name if isinstance(kind, KeyType) else 'of another kind'})"


def _row(words: Iterable[str]) -> str:
    """The first few in order, and how many more there are."""
    every = sorted(words)
    more = [f"{len(every) - _MOST_SHOWN} more"] if len(every) > _MOST_SHOWN else []
    return ", ".join((*every[:_MOST_SHOWN], *more)) or "none"
