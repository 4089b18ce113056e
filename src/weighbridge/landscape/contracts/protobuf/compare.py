"""What two versions of files of Protocol Buffers break, under the names that buf gives its rules.

Messages are read by programs that were built of either version, so what the bytes mean comes first; names count where messages
travel as JSON and in generated code. What is reserved is never used again, which makes its removal safe on the wire.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import structs

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Break, Level, Uses
from weighbridge.landscape.contracts.protobuf.field_breaks import SCALARS, field_changed, field_gone, is_one_type
from weighbridge.landscape.contracts.protobuf.model import Declared, ProtoFile
from weighbridge.landscape.contracts.protobuf.numbers import no_longer_extended, no_longer_reserved
from weighbridge.landscape.contracts.protobuf.reading import ProtoError, read_proto
from weighbridge.landscape.contracts.protobuf.remarks import Remarks, may_be_one, other_unit
from weighbridge.landscape.contracts.protobuf.told import broken, in_go, used, uses_of_field
from weighbridge.landscape.contracts.uses import is_particular, spellings, stub_modules

_PROTO_2_AND_3: Final = frozenset({"proto2", "proto3"})
_EMPTY: Final = "google.protobuf.Empty"
_REPEATS: Final = {"IDEMPOTENT": "safe to call again", "NO_SIDE_EFFECTS": "without effects"}
_UNSETTLED: Final = LatePattern(r"(?:^|\.)v\d+(?:p\d+)?(?:alpha|test|dev|development|experimental)\d*(?:\.|$)")
"""Versions in a package's name after which changes that break are to be expected; those of `beta` are announced."""
_UNSAFE: Final = "said to be neither"
_MODULES: Final = ("go_package", "java_package")
_OPTIONS: Final = ("go_package", "java_package", "java_outer_classname", "java_multiple_files", "csharp_namespace", "php_namespace", "ruby_package", "objc_class_prefix", "swift_prefix")  # fmt: skip


def protobuf_breaks(base: Mapping[RepoPath, str], head: Mapping[RepoPath, str]) -> list[Break | CouldNotLook]:
    """What the second files break that the first ones said, and which of them cannot be read."""
    old, new = _read(base), _read(head)
    missing = [each for side in (old, new) for each in side.values() if isinstance(each, CouldNotLook)]
    lost = {path for side in (old, new) for path, each in side.items() if isinstance(each, CouldNotLook)}
    before = [each for path, each in old.items() if isinstance(each, ProtoFile) and path not in lost]
    after = [each for each in new.values() if isinstance(each, ProtoFile)]
    unread = [head[path] for path, each in new.items() if isinstance(each, CouldNotLook)]
    files = {file.path: file for file in before}
    remarks = Remarks(base, head)
    found = (
        *_packages(before, after),
        *_all(before, after, remarks=remarks, unread=unread),
        *_extensions(before, after, remarks=remarks),
    )
    packages = {file.path: file.package for file in (*after, *before)}
    declared = [each for file in (*before, *after) for each in file.declared]
    told = (_with_clients(_with_modules(each, files), declared) for each in found)
    return [*missing, *(_as_promised(each, packages) for each in told)]


def _as_promised(found: Break, packages: Mapping[RepoPath, str]) -> Break:
    """A break that is less where the package's own version says that nothing of it is settled."""
    if _UNSETTLED.search(packages.get(found.place.path, "")) and found.level is Level.ERROR:
        found.level = Level.WARNING
        found.words += "; its package says by its version that nothing of it is settled"
    return found


def _with_modules(found: Break, files: Mapping[RepoPath, ProtoFile]) -> Break:
    """A break that code meets where it imports what was made from the file."""
    file = files.get(found.place.path)
    if found.uses is not None and not found.uses.near and file is not None:
        options = [file.options[name][0] for name in _MODULES if name in file.options]
        found.uses = structs.replace(found.uses, modules=stub_modules(file.path, options))
    return found


def _with_clients(found: Break, declared: Iterable[Declared]) -> Break:
    """A break of a field that code meets where it calls what gives the message: few name the type of what they are given."""
    if found.uses is not None and found.uses.is_member and found.things:
        message = found.things[0].partition("#")[0]
        services = {each.name for each in declared for call in each.calls.values() if is_one_type(call.given, message)}
        clients = [name for service in sorted(services) for name in _of_service(service.rpartition(".")[2])]
        found.uses = structs.replace(found.uses, near=tuple(dict.fromkeys((*found.uses.near, *clients))))
    return found


def _read(texts: Mapping[RepoPath, str]) -> dict[RepoPath, ProtoFile | CouldNotLook]:
    found: dict[RepoPath, ProtoFile | CouldNotLook] = {}
    for path, text in texts.items():
        try:
            found[path] = read_proto(path, text)
        except ProtoError as error:
            detail = f"{path}:{error.line}: {error.message}"
            remedy = "mend the file, or compare it by hand"
            found[path] = CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy=remedy)
    return found


def _is_named(short: str, texts: Iterable[str]) -> bool:
    """Whether any of some texts may declare a type of a name."""
    return any(re.search(rf"\b(?:message|enum|service)\s+{re.escape(short)}\b", text) for text in texts)


def _all(
    before: Iterable[ProtoFile], after: Iterable[ProtoFile], *, remarks: Remarks, unread: Sequence[str]
) -> Iterator[Break]:
    kept = {each.name: each for file in after for each in file.declared}
    by_path = {file.path: file for file in after}
    gone: set[str] = set()
    for file in before:
        moved = by_path.get(file.path)
        for old in file.declared:
            new = kept.get(old.name)
            if new is None and moved is not None and moved.package != file.package:
                new = kept.get(".".join(filter(None, (moved.package, old.name.removeprefix(f"{file.package}.")))))
            if new is None and _is_named(old.name.rpartition(".")[2], unread):
                continue  # it may have gone there, and that nobody could look there is said
            if new is None or new.kind != old.kind:
                found: Iterable[Break] = () if old.name.rpartition(".")[0] in gone else (_type_gone(old),)
                gone.add(old.name)
            elif old.kind == "message":
                found = (*_fields(old, new, remarks=remarks), *_units(old, new, remarks=remarks))
            else:
                is_enum = old.kind == "enum"
                found = (
                    (*_values(old, new, remarks=remarks), *no_longer_reserved(old, new))
                    if is_enum
                    else _calls(old, new)
                )
            for each in found:
                each.things = each.things or (old.name,)
                yield each


def _extensions(before: Iterable[ProtoFile], after: Iterable[ProtoFile], *, remarks: Remarks) -> Iterator[Break]:
    """What becomes of the fields that files add to messages of others."""
    kept: dict[str, Declared] = {}
    for each in (each for file in after for each in file.extended):
        known = kept.setdefault(each.name, Declared(kind=each.kind, name=each.name, path=each.path, line=each.line))
        known.fields |= each.fields
    for old in (each for file in before for each in file.extended):
        nothing = Declared(kind=old.kind, name=old.name, path=old.path, line=old.line)
        for found in _fields(old, kept.get(old.name, nothing), remarks=remarks):
            if found.check.startswith("FIELD_NO_DELETE"):
                found.check = "EXTENSION_NO_DELETE"
            yield found


def _packages(before: Iterable[ProtoFile], after: Iterable[ProtoFile]) -> Iterator[Break]:
    by_path = {file.path: file for file in after}
    for old in before:
        new = by_path.get(old.path)
        if new is None:
            continue
        if old.package != new.package:
            has_calls = any(each.kind == "service" for each in old.declared)
            rest = (
                "calls go by it, and whoever calls the old ones is refused"
                if has_calls
                else "types go by it where they are named in messages (`Any`), and in generated code"
            )
            words = f"the package is `{new.package}`, not `{old.package}`: {rest}"
            level = Level.ERROR if has_calls else Level.WARNING
            yield broken(
                "package-changed", "FILE_SAME_PACKAGE", level=level, words=words, at=(new.path, new.package_line)
            )
        if {old.syntax, new.syntax} == _PROTO_2_AND_3:
            words = f"the file is of {new.syntax}, not of {old.syntax}: whether a field was given, what an unknown value of an enumeration is, and how lists are packed is otherwise"
            yield broken("package-changed", "FILE_SAME_SYNTAX", level=Level.WARNING, words=words, at=(new.path, 1))
        for name in _OPTIONS:
            was, _ = old.options.get(name, ("", 0))
            now, line = new.options.get(name, ("", new.package_line))
            if was and now != was:
                check = f"FILE_SAME_{name.upper()}"
                words = f"generated code has `{now or 'nothing'}` for `{name}`, not `{was}`: what imports it does not compile"
                yield broken("package-changed", check, level=Level.WARNING, words=words, at=(new.path, line))


def _type_gone(old: Declared) -> Break:
    check = f"{old.kind.upper()}_NO_DELETE"
    rest = (
        "whoever calls it is refused"
        if old.kind == "service"
        else "code that uses it does not compile, and what was sent is not understood"
    )
    kind = "rpc-changed" if old.kind == "service" else "type-removed"
    found = broken(
        kind,
        check,
        level=Level.ERROR,
        words=f"the {old.kind} `{old.name}` is gone: {rest}",
        at=(old.path, old.line),
        side=Side.BASE,
    )
    return used(found, _uses_of_type(old))


def _fields(old: Declared, new: Declared, *, remarks: Remarks) -> Iterator[Break]:
    for number, field in old.fields.items():
        kept = new.fields.get(number)
        for found in (
            field_gone(old, new, field=field)
            if kept is None
            else field_changed((old, new), field, kept=kept, remarks=remarks)
        ):
            found.things = (f"{old.name}#{number}", f"{old.name}#{field.name}")
            yield found
    for number, field in new.fields.items():
        if number not in old.fields and field.label == "required":
            words = (
                f"`{field.name}` of `{new.name}` is required: messages of those who do not know it are refused whole"
            )
            yield broken(
                "field-changed",
                "MESSAGE_SAME_REQUIRED_FIELDS",
                level=Level.ERROR,
                words=words,
                at=(new.path, field.line),
            )
    yield from no_longer_reserved(old, new)
    yield from no_longer_extended(old, new)


def _units(old: Declared, new: Declared, *, remarks: Remarks) -> Iterator[Break]:
    """Fields of numbers that count something else, by the words beside them."""
    for number, field in old.fields.items():
        kept = new.fields.get(number)
        if (
            kept is None
            or kept.name != field.name
            or field.type not in SCALARS
            or not is_one_type(field.type, kept.type)
        ):
            continue
        said = remarks.at(Side.BASE, old.path, line=field.line), remarks.at(Side.HEAD, new.path, line=kept.line)
        if (units := other_unit(*said)) is not None:
            words = f"`{kept.name}` of `{new.name}` counts {units[1]}, where it counted {units[0]}, and only words say so: whoever goes by the old ones takes one for the other"
            found = broken(
                "field-changed", "FIELD_SAME_UNIT", level=Level.WARNING, words=words, at=(new.path, kept.line)
            )
            yield used(found, uses_of_field(new, kept.name))


def _values(old: Declared, new: Declared, *, remarks: Remarks) -> Iterator[Break]:
    numbers: dict[int, list[str]] = {}
    for name, (number, _) in new.values.items():
        numbers.setdefault(number, []).append(name)
    for name, (number, line) in old.values.items():
        if name in new.values and new.values[name][0] == number:
            continue
        others = numbers.get(number, [])
        where, side = (old.path, line), Side.BASE
        if name in new.values:
            now, at = new.values[name]
            where, side = (new.path, at), Side.HEAD
            check, level = "ENUM_VALUE_SAME_NAME", Level.ERROR
            words = f"`{name}` of `{new.name}` is {now}, not {number}: {_read_as(others, now, old=old)}"
        elif others:
            where, side = (new.path, new.values[others[0]][1]), Side.HEAD
            check, level = "ENUM_VALUE_SAME_NAME", Level.WARNING
            words = f"{number} of `{new.name}` is called `{others[0]}`, not `{name}`: JSON and generated code go by the name"
            said = remarks.at(Side.BASE, old.path, line=line), remarks.at(Side.HEAD, new.path, line=where[1])
            is_renamed = (
                said[0] == said[1] or not all(said) or any(may_be_one(name, each, among=old.values) for each in others)
            )
            if number and not is_renamed:
                level = Level.ERROR
                words = f"{number} of `{new.name}` was `{name}` and is `{others[0]}`: messages that hold it are read as something else, by old programs and new ones"
        elif new.reserved.holds(number):
            level = Level.NOTE if name in new.reserved.names else Level.WARNING
            words = f"`{name}` of `{new.name}` is gone, and its number is reserved: code that uses it does not compile"
            check = "ENUM_VALUE_NO_DELETE"
        else:
            words = (
                f"`{name}` of `{new.name}` is gone, and {number} is not reserved: used again, old messages are misread"
            )
            check, level = "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", Level.ERROR
        found = broken("enum-value-removed", check, level=level, words=words, at=where, side=side)
        found.things = (f"{old.name}#{number}", f"{old.name}#{name}")
        yield used(found, Uses(names=(name, f"{in_go(old.name)}_{name}")))


def _read_as(others: Sequence[str], now: int, *, old: Declared) -> str:
    """What becomes of messages where a value has another number: those of before in new programs, those of now in old ones."""
    known = next((f"`{name}`" for name, (number, _) in old.values.items() if number == now), "a value they do not know")
    before = f"`{others[0]}`" if others else "a value they do not know"
    return f"new programs read {before} in messages that hold it, and old ones read {known} in those that are sent now"


def _calls(old: Declared, new: Declared) -> Iterator[Break]:
    short = old.name.rpartition(".")[2]
    for name, call in old.calls.items():
        uses = Uses(names=spellings(name), near=_of_service(short))
        kept = new.calls.get(name)
        if kept is None:
            words = f"`{name}` of `{new.name}` is gone: whoever calls it is refused"
            found = broken(
                "rpc-changed", "RPC_NO_DELETE", level=Level.ERROR, words=words, at=(old.path, call.line), side=Side.BASE
            )
            yield used(found, uses)
            continue
        where = (new.path, kept.line)
        for check, was, now, what in (
            ("RPC_SAME_REQUEST_TYPE", call.sent, kept.sent, "takes"),
            ("RPC_SAME_RESPONSE_TYPE", call.given, kept.given, "gives"),
        ):
            if not is_one_type(was, now):
                rest = (
                    "code that is made from it does not compile; who calls it as before reads nothing of what is more"
                    if was.endswith(_EMPTY)
                    else "those who call it as before are misunderstood"
                )
                words = f"`{name}` of `{new.name}` {what} `{now}`, not `{was}`: {rest}"
                yield used(broken("rpc-changed", check, level=Level.ERROR, words=words, at=where), uses)
        if (call.sends_many, call.gives_many) != (kept.sends_many, kept.gives_many):
            check = "RPC_SAME_CLIENT_STREAMING" if call.sends_many != kept.sends_many else "RPC_SAME_SERVER_STREAMING"
            words = (
                f"`{name}` of `{new.name}` is called otherwise, as a stream or not: those who call it as before fail"
            )
            yield used(broken("rpc-changed", check, level=Level.ERROR, words=words, at=where), uses)
        gone = sorted(call.routes - kept.routes)
        if gone:
            instead = ", ".join(f"`{verb} {path}`" for verb, path in sorted(kept.routes - call.routes)) or "nothing"
            words = f"`{name}` of `{new.name}` is no longer called by `{gone[0][0]} {gone[0][1]}` of HTTP, but by {instead}: whoever calls it so is refused"
            yield used(broken("rpc-changed", "RPC_SAME_HTTP_ROUTE", level=Level.ERROR, words=words, at=where), uses)
        if call.repeats in _REPEATS and call.repeats != kept.repeats:
            words = f"`{name}` of `{new.name}` is {_REPEATS.get(kept.repeats, _UNSAFE)} now, not {_REPEATS.get(call.repeats, _UNSAFE)}: those who call it again where no answer came, or keep answers, do it still"
            check = "RPC_SAME_IDEMPOTENCY_LEVEL"
            if kept.repeats != "NO_SIDE_EFFECTS":
                yield used(broken("rpc-changed", check, level=Level.WARNING, words=words, at=where), uses)


def _uses_of_type(old: Declared) -> Uses:
    """How code uses a type or a service; a type within a type, whose name says little, only where what is around it is used too."""
    short = old.name.rpartition(".")[2]
    if old.kind == "service":
        return Uses(names=tuple(dict.fromkeys(_of_service(short))), near=_of_service(short))
    inner, outer = in_go(old.name), old.name.rpartition(".")[0].rpartition(".")[2]
    beside = (inner, outer) if inner != short and not is_particular(short) else ()
    return Uses(names=tuple(dict.fromkeys((short, inner))), beside=beside, is_type=True)


def _of_service(short: str) -> tuple[str, ...]:
    """What is made from a service, in every language."""
    return (
        f"{short}Stub",
        f"{short}Client",
        f"New{short}Client",
        f"{short}Grpc",
        f"{short}AsyncStub",
        f"{short}BlockingStub",
    )
