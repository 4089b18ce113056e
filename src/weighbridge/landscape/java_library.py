"""Which values of Java's outside types may be of a class of this repository: only then can a method of theirs be ours.

Java states the type of nearly everything. A value of an outside type is of a class of ours only where that class inherits from
something outside that can be of the type. What a method of an outside type gives is of an outside type again, but for generic
code, which hands through what it was given: collections, mocks, containers of beans.
"""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

LANG: Final = frozenset(
    [
        "Appendable",
        "AutoCloseable",
        "CharSequence",
        "Cloneable",
        "Comparable",
        "Iterable",
        "Readable",
        "Runnable",
        "Boolean",
        "Byte",
        "Character",
        "Class",
        "ClassLoader",
        "ClassValue",
        "Double",
        "Enum",
        "Float",
        "InheritableThreadLocal",
        "Integer",
        "Long",
        "Math",
        "Module",
        "ModuleLayer",
        "Number",
        "Object",
        "Package",
        "Process",
        "ProcessBuilder",
        "ProcessHandle",
        "Record",
        "Runtime",
        "RuntimePermission",
        "SecurityManager",
        "Short",
        "StackTraceElement",
        "StackWalker",
        "StrictMath",
        "String",
        "StringBuffer",
        "StringBuilder",
        "System",
        "Thread",
        "ThreadGroup",
        "ThreadLocal",
        "Throwable",
        "Void",
        "Exception",
        "RuntimeException",
        "ArithmeticException",
        "ArrayIndexOutOfBoundsException",
        "ArrayStoreException",
        "ClassCastException",
        "ClassNotFoundException",
        "CloneNotSupportedException",
        "EnumConstantNotPresentException",
        "IllegalAccessException",
        "IllegalArgumentException",
        "IllegalCallerException",
        "IllegalMonitorStateException",
        "IllegalStateException",
        "IllegalThreadStateException",
        "IndexOutOfBoundsException",
        "InstantiationException",
        "InterruptedException",
        "LayerInstantiationException",
        "MatchException",
        "NegativeArraySizeException",
        "NoSuchFieldException",
        "NoSuchMethodException",
        "NullPointerException",
        "NumberFormatException",
        "ReflectiveOperationException",
        "SecurityException",
        "StringIndexOutOfBoundsException",
        "TypeNotPresentException",
        "UnsupportedOperationException",
        "WrongThreadException",
        "Error",
        "AbstractMethodError",
        "AssertionError",
        "BootstrapMethodError",
        "ClassCircularityError",
        "ClassFormatError",
        "ExceptionInInitializerError",
        "IllegalAccessError",
        "IncompatibleClassChangeError",
        "InstantiationError",
        "InternalError",
        "LinkageError",
        "NoClassDefFoundError",
        "NoSuchFieldError",
        "NoSuchMethodError",
        "OutOfMemoryError",
        "StackOverflowError",
        "ThreadDeath",
        "UnknownError",
        "UnsatisfiedLinkError",
        "UnsupportedClassVersionError",
        "VerifyError",
        "VirtualMachineError",
        "Deprecated",
        "FunctionalInterface",
        "Override",
        "SafeVarargs",
        "SuppressWarnings",
    ]
)
"""The types that every file of Java knows without an import: those of `java.lang` (Java 21)."""

HOLDING_LITTLE: Final = {
    "java.io.Serializable": (),
    "builtins.Cloneable": (),
    "builtins.Record": (),
    "builtins.Comparable": ("compareTo",),
    "builtins.Runnable": ("run",),
    "builtins.AutoCloseable": ("close",),
    "java.io.Closeable": ("close",),
}
"""Types of Java's own that many classes name as a base, and all that these have from them."""

_HANDING_ON: Final = {
    "Class": ("newInstance", "cast", "getEnumConstants"),
    "Object": (),
    "Iterable": (),
    "ThreadLocal": (),
    "InheritableThreadLocal": (),
    "ClassValue": (),
}
"""Those of `java.lang` of which some methods, all where none is said, give what they were given or what only running tells."""

_FINAL: Final = {
    "java.lang": """Boolean Byte Character Class ClassValue Double Float Integer Long Math Module Package Runtime Short
        StackTraceElement StackWalker StrictMath String StringBuffer StringBuilder System Void ProcessBuilder""",
    "java.lang.reflect": "Array Constructor Field Method Modifier Parameter Proxy RecordComponent",
    "java.math": "BigDecimal BigInteger MathContext",
    "java.net": "InetSocketAddress URI URL URLDecoder URLEncoder",
    "java.nio.charset": "StandardCharsets",
    "java.nio.file": "Files Paths StandardCopyOption StandardOpenOption",
    "java.time": """Clock Duration Instant LocalDate LocalDateTime LocalTime MonthDay OffsetDateTime OffsetTime Period Year
        YearMonth ZonedDateTime ZoneOffset""",
    "java.util": """Arrays Base64 Collections Currency Locale Objects Optional OptionalDouble OptionalInt OptionalLong Scanner
        StringJoiner StringTokenizer UUID""",
    "java.util.regex": "Matcher Pattern",
}
"""Classes of Java's own that nobody inherits from."""

_TYPE: Final = LatePattern(r"(?P<package>(?:[a-z_]\w*\.)*)(?P<type>[A-Z]\w*(?:\.[A-Z]\w*)*)(?P<rest>.*)", re.DOTALL)
_PARAMETER: Final = LatePattern(r"(?:.*\.)?[A-Z][A-Z0-9]?")
"""A type's parameter, as they are named."""

_EVERYWHERE: Final = frozenset({"lang", "util", "io"})
"""The packages of Java's own from whose types those of its other packages inherit."""


def may_be_ours(name: str, method: str, *, bases: Iterable[str]) -> bool:
    """Whether the `method` of an outside value of this name may be that of a class which inherits from the outside types `bases`.

    `java.nio.file.Path()` is one that was declared or made as such, `java.nio.file.Path.of()` what a call gave.
    """
    found = _TYPE.fullmatch(_whole(name))
    if found is None or _PARAMETER.fullmatch(found["type"]):
        return True
    package, kind = found["package"].rstrip("."), found["type"]
    if package == "java.lang" and kind.partition(".")[0] not in LANG:
        return True  # of a package's own, written by a generator
    if found["rest"] != "()" and _hands_on(package, kind, asked=found["rest"]):
        return True
    if kind in _FINAL.get(package, "").split():
        return False
    if (package, kind) == ("java.lang", "Object"):
        return True
    return any(_can_be(base, package) for base in bases if method in HOLDING_LITTLE.get(base, (method,)))


def _hands_on(package: str, kind: str, *, asked: str) -> bool:
    """Whether what is asked of a type gives what may be of any type."""
    if not _is_of_java(package):
        return True
    if package == "java.lang":
        methods = _HANDING_ON.get(kind)
        return methods is not None and (not methods or any(f".{method}(" in asked for method in methods))
    return package.startswith("java.util") and package != "java.util.regex"


def _can_be(base: str, package: str) -> bool:
    """Whether what inherits from `base` can be of a type of the package."""
    inner = _whole(base).split(".")
    outer = package.split(".")
    if not _is_of_java(package):
        return inner[:2] == outer[:2]
    return not _is_of_java(base) or inner[1:2] == outer[1:2] or outer[1] in _EVERYWHERE


def _is_of_java(name: str) -> bool:
    return name.startswith(("java.", "javax.", "builtins.")) or name in ("java", "javax")


def _whole(name: str) -> str:
    """A name with its package, where it is one that needs no import."""
    return f"java.lang.{name.removeprefix('builtins.')}" if name.startswith("builtins.") else name
