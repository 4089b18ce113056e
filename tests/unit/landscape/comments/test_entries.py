"""Parameters, defaults and errors are read from documentation in five forms, and from no other text."""

import pytest

from weighbridge.landscape.comments.entries import listed_in

FORMS = {
    "google": "Fetch.\n\n    Args:\n        url (str): where.\n        wait: how long.\n            Defaults to 10.\n\n    Raises:\n        OSError: if not.\n    ",
    "numpy": "Fetch.\n\n    Parameters\n    ----------\n    url : str\n        Where.\n    wait : int, default 10\n        How long.\n\n    Raises\n    ------\n    OSError\n        If not.\n    ",
    "sphinx": "Fetch.\n\n    :param str url: where\n    :param wait: how long, default: 10\n    :raises OSError: if not\n    ",
    "jsdoc": "Fetch.\n@param {string} url - where\n@param {number} [wait=10] - how long\n@throws {OSError} if not",
    "javadoc": "Fetch.\n\n@param url where\n@param wait how long, default is 10\n@throws OSError if not",
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_lists_the_same(form: str) -> None:
    found = listed_in(FORMS[form])
    assert [(each.name, each.default) for each in found.parameters] == [("url", ""), ("wait", "10")]
    assert [each.name for each in found.errors] == ["OSError"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fetch a page: it may take long.",
        "Note:\n    url: where it is.\n",
        "Args are passed on.\n    url: x",
        "@returns url",
    ],
)
def test_other_texts_list_nothing(text: str) -> None:
    assert listed_in(text).parameters == ()
