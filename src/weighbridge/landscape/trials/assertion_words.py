"""How much the statements of the common libraries forbid, by their names."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Force(IntEnum):
    """How much of what may come out a statement forbids; the more, the higher."""

    NOTHING = 0
    EXISTS = 1
    """It is there, is true, is of a type."""
    PARTLY = 2
    """It holds something, is near something, is more than something."""
    WHOLLY = 3
    """It is this and nothing else."""


def _words(text: str) -> list[str]:
    return text.split()


_WHOLLY: Final = _words("""
== === is assertEqual assertEquals assertIs assertListEqual assertDictEqual assertTupleEqual assertSetEqual assertCountEqual
assertSequenceEqual assertMultiLineEqual assertQuerySetEqual assertQuerysetEqual assertJSONEqual assertXMLEqual assertHTMLEqual
assert_equal assert_array_equal assert_frame_equal toBe toEqual toStrictEqual toBeNull toBeUndefined toBeNaN toHaveLength
toHaveBeenCalledTimes toHaveBeenCalledOnce toHaveBeenCalledWith toHaveBeenLastCalledWith toHaveBeenNthCalledWith toHaveText
toHaveBeenCalledExactlyOnceWith toHaveValue toHaveURL toHaveCount toHaveTextContent toMatchInlineSnapshot toMatchSnapshot equal
equals eql eqls strictEqual deepEqual deepStrictEqual eq lengthOf Equal Equalf EqualValues Exactly JSONEq YAMLEq Len Lenf
ElementsMatch Same Empty Nil assertSame assertArrayEquals assertIterableEquals assertLinesMatch isEqualTo isSameAs containsExactly
containsExactlyInAnyOrder containsOnly hasSize isEmpty isNull hasToString assertIsNone assert_called_once_with assert_called_with
assert_has_calls assert_not_called assertNull hasMessage isEqualByComparingTo equalTo sameInstance nullValue
isZero Zero toBeOne isOne null undefined calledOnceWithExactly calledWithExactly
""")
_PARTLY: Final = _words("""
in not-in not > < >= <= != !== assertIn assertNotIn assertGreater assertGreaterEqual assertLess assertLessEqual assertAlmostEqual
assertRegex assertDictContainsSubset assertContains assertNotContains assertNotEqual assert_allclose assert_almost_equal toContain
toContainEqual toMatch toMatchObject toBeCloseTo toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan toBeLessThanOrEqual
toHaveProperty toContainText include includes contain contains match above least below most closeTo approximately property Contains
NotContains Subset InDelta InEpsilon Greater GreaterOrEqual Less LessOrEqual Regexp WithinDuration startsWith endsWith matches
isCloseTo isGreaterThan isLessThan isGreaterThanOrEqualTo isLessThanOrEqualTo hasSizeGreaterThan containsAnyOf isIn
hasMessageContaining isBetween assertNotEquals toHaveBeenCalled assert_called_once notEqual NotEqual containsString hasItem
hasItems isNotEqualTo doesNotContain greaterThan lessThan calledWith
""")
_EXISTS: Final = _words("""
truth True False assertFalse toBeFalse toBeTrue isFalse isTrue is-not assertTrue assertIsNotNone assertIsInstance assert_called assert_any_call toBeTruthy toBeFalsy toBeDefined
toBeInstanceOf toBeInTheDocument toBeVisible ok exist NotNil NotEmpty IsType assertNotNull isNotNull isNotEmpty isInstanceOf
isPresent instanceOf isNotBlank NotZero exists notNullValue anything any a an typeof true isinstance
""")
FORCE: Final[Mapping[str, Force]] = (
    dict.fromkeys(_EXISTS, Force.EXISTS) | dict.fromkeys(_PARTLY, Force.PARTLY) | dict.fromkeys(_WHOLLY, Force.WHOLLY)
)

RAISES: Final = frozenset(
    _words("""
raises assertRaises assertRaisesRegex assertRaisesMessage toThrow toThrowError throws throw rejectedWith assertThrows
assertThrowsExactly assertThatThrownBy assertThatExceptionOfType Error ErrorIs ErrorAs EqualError ErrorContains Panics
PanicsWithValue PanicsWithError
""")
)
"""What states that something fails."""
NAMED_RAISES: Final = frozenset(
    {"ErrorIs", "ErrorAs", "EqualError", "ErrorContains", "PanicsWithValue", "PanicsWithError"}
)
"""Go's, which say of which failure; `Error` and `Panics` take any."""
ANY_ERROR: Final = frozenset({"Exception", "BaseException", "Error", "Throwable", "RuntimeException"})
"""Types of failures that say nothing of which it is."""
GO_FAILS: Final = frozenset({"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"})
BETWEEN: Final = frozenset(
    _words(
        "to be been is that and has have with at of same not resolves rejects deep own withContext soft as describedAs poll some"
        " extracting asString eventually nested ordered all returnValue value"
    )
)
"""Words between what is stated about and how."""
WORDLESS: Final = frozenset(
    _words("ok exist empty null undefined true false NaN called calledOnce notCalled extensible sealed")
)
"""Chai's statements that are no calls."""

ABSENT: Final = frozenset(
    _words(
        "toBeNull toBeUndefined isNull assertIsNone assertNull Nil Empty isEmpty is null undefined empty assert_not_called nullValue"
    )
)
"""What states that nothing is there: its opposite is another expectation, not a weaker one."""
TRUTHS: Final = frozenset(
    _words("truth assertTrue assertFalse True False toBeTruthy toBeFalsy isTrue isFalse ok toBeTrue toBeFalse assert")
)
"""What states that something is true, or is not."""
