"""A repository's address is told without what only its owner should know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app.public_address import public_address


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://github.com/acme/shop.git", "git+https://github.com/acme/shop.git"),
        ("https://oauth2:s3cret@gitlab.example.org:8443/acme/shop", "git+https://gitlab.example.org:8443/acme/shop"),
        ("https://example.org/shop?token=s3cret", "git+https://example.org/shop"),
        ("git@github.com:acme/shop.git", "git+ssh://github.com/acme/shop.git"),
        ("ssh://git@example.org:2222/acme/shop", "git+ssh://example.org:2222/acme/shop"),
        ("/srv/git/shop.git", ""),
        ("../hub.git", ""),
        ("file:///srv/git/shop.git", ""),
        ("C:\\repositories\\shop", ""),
        ("origin", ""),
        ("", ""),
        ("ext::sh -c evil", ""),
        ("https://[::1", ""),
    ],
)
def test_it_is_told_without_user_password_and_query(address: str, told: str) -> None:
    assert public_address(address) == told


@given(st.text(max_size=60))
def test_no_text_raises(address: str) -> None:
    assert public_address(address).startswith(("git+", ""))
