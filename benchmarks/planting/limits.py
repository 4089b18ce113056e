"""Limits that are taken away, and dangers without one that are put into functions: in Python, JavaScript, TypeScript, Go and Java."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground

_PYTHON: Final = re.compile(
    r"^(?P<indent> *)(?P<async>async )?def (?P<name>\w+)\((?P<given>[^()]*)\)(?: *->[^:\n]+)?:\n", re.MULTILINE
)
_GO: Final = re.compile(r"^func (?:\(\w+ \*?\w+\) )?(?P<name>\w+)\((?P<given>[^()\n]*)\)[^{\n]*\{\n", re.MULTILINE)
_SCRIPT: Final = re.compile(
    r"^(?P<export>export )async function (?P<name>\w+)\((?P<given>[^(){}\n]*)\)[^{\n]*\{\n", re.MULTILINE
)
_ARROW: Final = re.compile(r"^export const (?P<name>\w+) = async \((?P<given>[^(){}\n]*)\)[^{\n]*=> \{\n", re.MULTILINE)
_JAVA: Final = re.compile(
    r"^    (?:public|private|protected) (?P<returns>String|int|boolean) (?P<name>\w+)\((?P<given>[^()\n]*)\)[^{;\n]*\{\n",
    re.MULTILINE,
)
_STRING: Final = {
    "python": re.compile(r"(?:^|, )(\w+): str\b"),
    "go": re.compile(r"(?:^|, )(\w+) string\b"),
    "script": re.compile(r"(?:^|, )(\w+): string\b"),
    "java": re.compile(r"\bString (\w+)"),
}


def dangers() -> Iterator[Danger]:
    """All of them."""
    for name, language, pattern, instead in _TAKEN:
        yield Danger(name=name, plant=_taken(language, re.compile(pattern, re.MULTILINE), instead=instead))
    for name, language, head, body, before in _PUT:
        yield Danger(name=name, plant=_put(language, head, body=body, before=before))


def language_of(path: str) -> str:
    """The language that a file's name tells: TypeScript and JavaScript are one."""
    ending = path.rpartition(".")[2]
    return {"py": "python", "go": "go", "java": "java"}.get(
        ending, "script" if ending in ("ts", "js", "tsx", "mts", "mjs") else ""
    )


def _taken(language: str, pattern: re.Pattern[str], *, instead: str) -> Callable[[Ground], str | None]:
    """A limit is taken away, or made none, in one place."""

    def plant(ground: Ground) -> str | None:
        if language_of(ground.path) != language:
            return None
        found = [each for each in pattern.finditer(ground.text) if not _is_comment(ground.text, each.start())]
        if not found:
            return None
        each = ground.chance.choice(found)
        text = ground.text[: each.start()] + each.expand(instead) + ground.text[each.end() :]
        return _with(text, language, before="import time\n" if instead.startswith("time.") else "")

    return plant


def _is_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("#", "//", "*"))


def _put(language: str, head: re.Pattern[str], *, body: str, before: str) -> Callable[[Ground], str | None]:
    """A danger is put at the beginning of a function, and what it needs at the file's beginning."""

    def plant(ground: Ground) -> str | None:
        if language_of(ground.path) != language:
            return None
        found = [each for each in head.finditer(ground.text) if _fits(each, language, body=body)]
        if not found:
            return None
        each = ground.chance.choice(found)
        key = next(iter(_STRING[language].findall(each["given"])), "")
        indent = (
            (each["indent"] + "    ")
            if language == "python"
            else "        "
            if language == "java"
            else "\t"
            if language == "go"
            else "  "
        )
        lines = "".join(
            f"{indent}{line}\n" for line in body.replace("KEY", key).replace("NAME", each["name"]).splitlines()
        )
        text = ground.text[: each.end()] + lines + ground.text[each.end() :]
        return _with(text, language, before=before)

    return plant


def _fits(found: re.Match[str], language: str, *, body: str) -> bool:
    if "KEY" in body and not _STRING[language].search(found["given"]):
        return False
    is_async = language != "python" or ("await" in body or "ASYNC" in body) == bool(found["async"])
    return is_async or "ASYNC" not in body


def _with(text: str, language: str, *, before: str) -> str | None:
    """The text with what comes before all functions: behind the imports; None where it has no place for them."""
    if not before:
        return text
    if language == "python":
        future = re.search(r"^from __future__ .*\n", text, re.MULTILINE)
        first = future or re.search(r"^(?:import|from) .*(?<!\()\n", text, re.MULTILINE)
        at = first.end() if first and not first.group().rstrip().endswith("(") else 0
        return text[:at] + before + text[at:]
    if language == "go":
        imported = before.partition("|")
        if imported[0] and "\nimport (\n" not in text:
            return None
        text = (
            re.sub(r"^import \(\n", lambda m: m.group() + imported[0], text, count=1, flags=re.MULTILINE)
            if imported[0]
            else text
        )
        return text + imported[2]
    if language == "java":
        return re.sub(
            r"^((?:public |final |abstract )*class [^{]*\{\n)",
            lambda m: m.group() + before,
            text,
            count=1,
            flags=re.MULTILINE,
        )
    return before + text


_TAKEN: Final = (
    (
        "Python: the timeout of a request",
        "python",
        r"(\b(?:requests|session|self\.session)\.(?:get|post|put|patch|delete|request)\((?:[^()]|\([^()]*\))*?),\s*timeout=(?:[^,()]|\([^()]*\))+",
        r"\1",
    ),
    (
        "Python: the timeout of a client of httpx",
        "python",
        r"(httpx\.(?:Async)?Client\((?:[^()]|\([^()]*\))*?timeout=)(?:[^,()]|\([^()]*\))+",
        r"\1None",
    ),
    (
        "Python: the timeout of a call of httpx",
        "python",
        r"(\bhttpx\.(?:get|post)\((?:[^()]|\([^()]*\))*?timeout=)(?:[^,()]|\([^()]*\))+",
        r"\1None",
    ),
    (
        "Python: a pause of async code blocks",
        "python",
        r"await asyncio\.sleep\(",
        r"time.sleep(",
    ),
    (
        "Python: the size of a memory",
        "python",
        r"@(functools\.)?lru_cache\((?:maxsize=)?\d+\)",
        r"@\1lru_cache(maxsize=None)",
    ),
    (
        "Python: the end of retries",
        "python",
        r"stop=(?:tenacity\.)?stop_after_\w+\([^()]*\)(?:\s*\|\s*\w+\([^()]*\))?,?",
        r"",
    ),
    (
        "Python: the size of a queue",
        "python",
        r"(\b(?:asyncio\.|queue\.)?Queue(?:\[[^\]]*\])?)\((?:maxsize=)?[\w.]+\)",
        r"\1()",
    ),
    (
        "Python: the tries of a loop",
        "python",
        r"^( +)for (?:attempt|_attempt|retry|tries) in range\([^()]+\):$",
        r"\1while True:",
    ),
    (
        "JavaScript: the timeout of axios",
        "script",
        r"(axios\.(?:create|get|post|put|delete|request)\((?:[^()]|\([^()]*\))*?)\btimeout: ?[\w_* ]+,?",
        r"\1",
    ),
    ("JavaScript: the signal of fetch", "script", r"(\bfetch\((?:[^()]|\([^()]*\))*?)\bsignal: ?[^,}\n]+,?", r"\1"),
    (
        "JavaScript: a promise of a file blocks",
        "script",
        r"await fs\.promises\.(readFile|writeFile|readdir|rm|cp|copyFile)\(",
        r"fs.\1Sync(",
    ),
    ("Go: the timeout of a client", "go", r"(http\.Client\{(?:[^{}]|\{[^{}]*\})*?)\bTimeout:\s*[^,}\n]+,?", r"\1"),
    (
        "Go: the timeouts of a server",
        "go",
        r"(http\.Server\{(?:[^{}]|\{[^{}]*\})*?)\bRead(?:Header)?Timeout:\s*[^,}\n]+,?",
        r"\1",
    ),
    ("Go: the bound of a body", "go", r"io\.LimitReader\((\w+\.Body), [^()\n]+\)", r"\1"),
    ("Go: the bound of a body that a handler sets", "go", r"^\s*\w+\.Body = http\.MaxBytesReader\([^()\n]*\)\n", r""),
    (
        "Go: the room of a channel for a result",
        "go",
        r"\b(\w+)( := make\(chan [\w.*]+), 1\)(?=\n(?:.*\n){0,6}?\tgo func\(\) \{\n(?:.*\n){0,6}?\t*\1 <- (?:.*\n){1,30}?\t*case <-\w*ctx\.Done)",
        r"\1\2)",
    ),
    ("Go: the end of a goroutine", "go", r"^\t+case <-\w*[cC]tx\.Done\(\):\n\t+return\n", r""),
    (
        "Java: the timeout of a request",
        "java",
        r"\n?\s*\.(?:connectTimeout|timeout|readTimeout)\((?:[^()]|\([^()]*\))*\)",
        r"",
    ),
    (
        "Java: the size of a cache",
        "java",
        r"\n?\s*\.(?:maximumSize|expireAfterWrite|expireAfterAccess)\((?:[^()]|\([^()]*\))*\)",
        r"",
    ),
    ("Java: the room of a queue", "java", r"new LinkedBlockingQueue<(\w*)>\(\w+\)", r"new LinkedBlockingQueue<\1>()"),
)
"""Name, language, what is there, and what stands instead."""

_CACHE_OF_PYTHON: Final = "if KEY in _SEEN_BEFORE:\n    return _SEEN_BEFORE[KEY]\n_SEEN_BEFORE[KEY] = make(KEY)"
_CACHE_OF_SCRIPTS: Final = (
    "const known = seenBefore.get(KEY);\nif (known) return known;\nseenBefore.set(KEY, await make(KEY));"
)
_CACHE_OF_GO: Final = "if _, ok := seenBefore[KEY]; !ok {\n\tseenBefore[KEY] = len(KEY)\n}"
_CACHE_OF_JAVA: Final = "if (!SEEN_BEFORE.containsKey(KEY)) {\n    SEEN_BEFORE.put(KEY, make(KEY));\n}"
_AGAIN_IN_PYTHON: Final = "while True:\n    try:\n        found = requests.get('https://example.org', timeout=5)\n        break\n    except OSError:\n        continue"
_AGAIN_IN_SCRIPTS: Final = "while (true) {\n  try {\n    await fetch('https://example.org', { signal: AbortSignal.timeout(500) });\n    break;\n  } catch (e) {\n    continue;\n  }\n}"
_AGAIN_IN_GO: Final = 'for {\n\tif _, err := planted.Get("https://example.org"); err == nil {\n\t\tbreak\n\t}\n}'

_PUT: Final = (
    (
        "Python: a request without a timeout",
        "python",
        _PYTHON,
        "requests.post('https://example.org/seen')",
        "import requests\n",
    ),
    (
        "Python: a request in async code",
        "python",
        _PYTHON,
        "requests.get('https://example.org/seen', timeout=5)  # ASYNC",
        "import requests\n",
    ),
    ("Python: a process in async code", "python", _PYTHON, "subprocess.run(['sync'])  # ASYNC", "import subprocess\n"),
    ("Python: a store that only grows", "python", _PYTHON, _CACHE_OF_PYTHON, "_SEEN_BEFORE = {}\n"),
    ("Python: tries without an end", "python", _PYTHON, _AGAIN_IN_PYTHON, "import requests\n"),
    ("TypeScript: a store that only grows", "script", _SCRIPT, _CACHE_OF_SCRIPTS, "const seenBefore = new Map();\n"),
    ("TypeScript: tries without an end", "script", _SCRIPT, _AGAIN_IN_SCRIPTS, ""),
    ("TypeScript: tries without an end in an arrow", "script", _ARROW, _AGAIN_IN_SCRIPTS, ""),
    (
        "TypeScript: a process that blocks",
        "script",
        _SCRIPT,
        "execSync('sync');",
        "import { execSync } from 'node:child_process';\n",
    ),
    ("Go: a request without a timeout", "go", _GO, 'http.Get("https://example.org")', '\t"net/http"\n|'),
    ("Go: a store that only grows", "go", _GO, _CACHE_OF_GO, "|\nvar seenBefore = map[string]int{}\n"),
    ("Go: tries without an end", "go", _GO, _AGAIN_IN_GO, '\t"net/http"\n|\nvar planted = &http.Client{Timeout: 5}\n'),
    ("Go: a goroutine without an end", "go", _GO, "go func() {\n\tfor {\n\t\twork()\n\t}\n}()", ""),
    (
        "Java: a store that only grows",
        "java",
        _JAVA,
        _CACHE_OF_JAVA,
        "    private static final java.util.Map<String, String> SEEN_BEFORE = new java.util.concurrent.ConcurrentHashMap<>();\n",
    ),
    (
        "Java: a pool that makes a thread for all",
        "java",
        _JAVA,
        "java.util.concurrent.Executors.newCachedThreadPool();",
        "",
    ),
)
"""Name, language, the functions it is put into, what is put there, and what comes before all functions."""
