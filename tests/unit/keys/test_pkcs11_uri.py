"""PKCS#11 URIs: what they mean, and what is refused before any module is loaded."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.adapters.keys.pkcs11_uri import TokenKeyName, TokenKeyUri, UriError, read_name, read_uri

MODULE = "?module-path=/usr/lib/module.so"


def test_a_uri_names_a_key_a_module_and_where_the_pin_lies() -> None:
    read = read_uri("pkcs11:token=weighbridge;object=writer?module-path=/usr/lib/m.so&pin-source=file:/run/secrets/pin")

    assert read == TokenKeyUri(
        name="pkcs11:token=weighbridge;object=writer", module=Path("/usr/lib/m.so"), pin=Path("/run/secrets/pin")
    )
    assert read_name(read.name) == TokenKeyName(place={"token": "weighbridge"}, label="writer")


def test_every_attribute_of_a_place_is_understood() -> None:
    read = read_name(
        "pkcs11:token=The%20Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;serial=4a;"
        "slot-id=007;slot-description=left;slot-manufacturer=S;library-manufacturer=L;library-description=d;"
        "library-version=3;type=private;id=%69%95%3E%5C%00%FF;object=my-key"
    )

    assert read.place == {
        "token": "The Software PKCS#11 softtoken",
        "manufacturer": "Snake Oil, Inc.",
        "model": "1.0",
        "serial": "4a",
        "slot-id": "7",
        "slot-description": "left",
        "slot-manufacturer": "S",
        "library-manufacturer": "L",
        "library-description": "d",
        "library-version": "3.0",
    }
    assert (read.label, read.id) == ("my-key", b"\x69\x95\x3e\x5c\x00\xff")


@pytest.mark.parametrize("source", ["file:/run/pin", "file:///run/pin", "file%3A%2Frun%2Fpin"])
def test_a_pins_file_is_named_in_every_way_that_the_rfc_has(source: str) -> None:
    assert read_uri(f"pkcs11:{MODULE}&pin-source={source}").pin == Path("/run/pin")


def test_what_may_stand_plainly_may() -> None:
    assert read_name("pkcs11:token=:[]@!$'()*+,=&-._~").place == {"token": ":[]@!$'()*+,=&-._~"}
    assert read_uri("PKCS11:?module-path=/opt/a,b/m=1.so").module == Path("/opt/a,b/m=1.so")


@given(
    label=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    key=st.binary(min_size=1),
)
def test_whatever_is_encoded_is_read_back(label: str, key: bytes) -> None:
    read = read_name(f"pkcs11:object={quote(label, safe='')};id={quote(key, safe='')}")

    assert (read.label, read.id) == (label, key)


@given(st.text())
def test_whatever_is_written_only_the_promised_error_escapes(text: str) -> None:
    for whole in (text, f"pkcs11:{text}", f"pkcs11:{MODULE}&{text}"):
        with suppress(UriError):
            assert read_uri(whole).module.is_absolute()


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        (f"pkcs11:tokn=a{MODULE}", "no attribute of that name here: did you mean token?"),
        (f"pkcs11:lable=a{MODULE}", "known are id, library-description, "),
        (f"pkcs11:token=a{MODULE}&pin-sorce=file:/p", "no attribute of that name here: did you mean pin-source?"),
        (f"pkcs11:token=a;x-vendor=1{MODULE}", "there is no attribute of that name here"),
        (f"pkcs11:token=a;token=b{MODULE}", "token stands twice"),
        (f"pkcs11:token=a;pin-source=file:/p{MODULE}", "pin-source stands after the question mark"),
        (f"pkcs11:token=a{MODULE}&object=b", "object stands before the question mark"),
        (f"pkcs11:object={MODULE}", "object has no value"),
        (f"pkcs11:object{MODULE}", "object has no value"),
        (f"pkcs11:token=a b{MODULE}", "token holds ' ', which is written %20 there"),
        (f"pkcs11:token=a/b{MODULE}", "token holds '/', which is written %2F there"),
        (f"pkcs11:token=é{MODULE}", "token holds 'é', which is written %C3%A9 there"),
        ("pkcs11:token=a?module-path=/m.so#1", "module-path holds '#', which is written %23 there"),
        (f"pkcs11:token=100%{MODULE}", "% itself is written %25"),
        (f"pkcs11:token=%FF{MODULE}", "token is no text in UTF-8"),
        (f"pkcs11:token=%00{MODULE}", "token holds a zero byte"),
        (f"pkcs11:slot-id=0x1{MODULE}", "slot-id is a number"),
        (f"pkcs11:slot-id=99999999999999999999{MODULE}", "slot-id is a number"),
        (f"pkcs11:library-version=three{MODULE}", "library-version is written as 3 or 3.1"),
        (f"pkcs11:type=public{MODULE}", "type is private or left out"),
        (f"pkcs11:token=a;{MODULE}", "there is no attribute of that name here"),
        ("pkcs11:token=a", "no module is named"),
        ("pkcs11:token=a?module-path=lib/m.so", "in whatever folder this runs"),
        ("pkcs11:token=a?module-name=softhsm2", "name the module's file, with module-path"),
        (f"pkcs11:token=a{MODULE}&pin-source=%7Ccat%20/p", "none is run for a PIN"),
        (f"pkcs11:token=a{MODULE}&pin-source=|cat", "none is run for a PIN"),
        (f"pkcs11:token=a{MODULE}&pin-source=/run/pin", "pin-source is written file:/path"),
        (f"pkcs11:token=a{MODULE}&pin-source=file:pin", "pin-source is written file:/path"),
        (f"pkcs11:token=a{MODULE}&pin-source=https://p", "pin-source is written file:/path"),
        ("pkcs12:token=a", "it does not begin with pkcs11:"),
    ],
)
def test_what_is_wrong_is_refused_with_what_to_write(uri: str, words: str) -> None:
    with pytest.raises(UriError) as refused:
        read_uri(uri)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    "uri",
    [
        f"pkcs11:token=a{MODULE}&pin-value=81;55&72",
        "pkcs11:pin-value=8155;72",
        "pkcs11:token=a?PIN-VALUE=8155&72",
        f"pkcs11:token=a{MODULE}&pin-source=file:/p&pin-value=8155%72",
        f"pkcs11:token=a{MODULE}&pin-value%3D815572",
        f"pkcs11:token=a{MODULE}&pin%2Dvalue=815572",
        f"pkcs11:token=a{MODULE}&pin-value:815572",
        f"pkcs11:token=a{MODULE}&pin-value815572",
        f"pkcs11:token=a{MODULE}&pinvalue=815572",
        f"pkcs11:token=a{MODULE}&pin_value=815572",
        f"pkcs11:token=a{MODULE},pin-value=815572",
        f"pkcs11:token=a{MODULE}%26pin-value=815572",
        f"pkcs11:token=a,pin-value=815572{MODULE}",
    ],
)
def test_a_pin_in_the_uri_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(UriError, match="whoever reads this environment or the list of processes") as refused:
        read_uri(uri)

    assert "55" not in str(refused.value)
    assert "72" not in str(refused.value)


@pytest.mark.parametrize(
    "end",
    ["&pin-source815572", "&pin-source:815572", "&pin-sorce815572", "&odel815572", "&815572", "&pin-source=815572"],
)
def test_no_attribute_is_repeated_that_could_be_a_pin(end: str) -> None:
    with pytest.raises(UriError) as refused:
        read_uri(f"pkcs11:token=a{MODULE}{end}")

    assert "8155" not in str(refused.value)


@pytest.mark.parametrize("file", ["/run/secrets/pin-value", "/run/pin_value.txt", "/run/pinvalue/one"])
def test_a_file_may_be_called_what_an_attribute_is(file: str) -> None:
    assert str(read_uri(f"pkcs11:token=a{MODULE}&pin-source=file:{file}").pin) == file
