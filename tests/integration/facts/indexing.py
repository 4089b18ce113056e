"""Indexes made-up files into a cache: run as a program by tests that kill it or run several at once."""

import sys
from pathlib import Path

from tests.integration.facts.shelves import Files, check_answers, open_facts

if __name__ == "__main__":
    facts = open_facts(Path(sys.argv[1]), Files.many(int(sys.argv[2])))
    try:
        check_answers(facts, Files.many(int(sys.argv[2])))
    finally:
        facts.close()
    sys.exit(1 if facts.trouble else 0)
