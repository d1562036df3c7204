"""Words that are spelled much like another one: what the server answers with."""

import json
import re
import sys


def _words():
    """The words of Python's own documentation: the same on every machine with this Python."""
    from pydoc_data import topics

    found = set(re.findall(r"[a-z]{4,}", " ".join(topics.topics.values()).lower()))
    # Interned strings are not counted by their users: threads do not get into each other's way over them.
    return tuple(sys.intern(word) for word in sorted(found))


WORDS = _words()


def distance(one, other, most):
    """How many letters to insert, remove or replace between two words (Levenshtein); `most` + 1 where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        least = i
        for j, against in enumerate(other, 1):
            cost = before if letter == against else 1 + min(before, row[j], row[j - 1])
            before, row[j] = row[j], cost
            if cost < least:
                least = cost
        if least > most:
            return most + 1
    return row[-1]


def suggest(word, most=2):
    """JSON: the words at most that far from this one, the nearest first. Each call looks at every 12th word or so."""
    word = word.lower()
    found = []
    for other in WORDS:
        apart = distance(word, other, most)
        if apart <= most:
            found.append((apart, other))
    found.sort()
    return json.dumps({"word": word, "suggestions": [other for _, other in found[:5]]})
