"""Spelling of what readers read: book, problem sets and README, against a dictionary of English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prose import words
from spellchecker import SpellChecker

ROOT = Path(__file__).parents[1]
FOLDERS = ("book", "solutions")
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [
        *(found for folder in FOLDERS for found in (ROOT / folder).rglob("*.md")),
        *ROOT.glob("*.md"),
    ]
)
# Terms and names that the dictionary lacks.
TERMS = ROOT / "tests" / "words.txt"
# The dictionary spells as in the United States; this book does not everywhere.
BRITISH = [
    (re.compile(r"is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing|able|ite)?$"), r"or\1"),
    (re.compile(r"(cent|met|lit)(?:re|ri)(s|d|ng)?$"), r"\1er\2"),
]


@pytest.fixture(scope="module")
def dictionary() -> SpellChecker:
    found = SpellChecker(language="en")
    found.word_frequency.load_words(TERMS.read_text(encoding="utf-8").split())
    return found


def misspelled(text: str, dictionary: SpellChecker) -> set[str]:
    unknown = dictionary.unknown(words(text))
    for british, american in BRITISH:
        unknown = {word for word in unknown if dictionary.unknown([british.sub(american, word)])}
    return unknown


@pytest.mark.parametrize("name", FILES)
def test_every_word_is_spelled_as_in_the_dictionary(name, dictionary):
    found = misspelled((ROOT / name).read_text(encoding="utf-8"), dictionary)
    assert not found, f"mend them, or add what is a word to {TERMS.relative_to(ROOT)}"


def test_terms_are_sorted_and_needed():
    terms = TERMS.read_text(encoding="utf-8").splitlines()
    assert terms == sorted(set(terms))
    used = set().union(*(words((ROOT / name).read_text(encoding="utf-8")) for name in FILES))
    known = SpellChecker(language="en").known(terms)
    assert not known, "the dictionary has them"
    assert set(terms) <= used, "no file says them any more"


PAGE = """---
title: not raed
---

# A heeading

Words of a pargraph, a `naem`, $mathh$, {cite}`nobdy2020` and https://exmaple.org.

```python
defintion = 1
```

```{note}
A noet.
```

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: A captoin.
  image:
    alt: An alternatve text.
---
plot(wrogn)
```

The colour of normalised centres.
"""


def test_misspellings_are_found_in_prose_and_captions_and_not_in_code(dictionary):
    found = misspelled(PAGE, dictionary)
    assert found == {"heeading", "pargraph", "noet", "captoin", "alternatve"}
