#!/usr/bin/env python3
"""Makes what Unicode normalisation needs to know of each scalar, and the golden file of its tests.

    pip install unicodedata2==17.0.1 && python3 Tools/generate-unicode.py
"""

import hashlib
import json
import pathlib
import random

import unicodedata2 as unicode

VERSION = "17.0.0"
assert unicode.unidata_version == VERSION, unicode.unidata_version

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "Sources/UnrollText/Preparation/UnicodeData.swift"
GOLDEN = ROOT / "Tests/UnrollTextTests/Golden/normalization.json"
SCALARS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def combining_classes():
    """Runs of scalars of one class other than 0: distance from the run before, length, class."""
    runs = []
    for code in SCALARS:
        value = unicode.combining(chr(code))
        if value == 0:
            continue
        if runs and runs[-1][2] == value and runs[-1][0] + runs[-1][1] == code:
            runs[-1][1] += 1
        else:
            runs.append([code, 1, value])
    words = []
    end = 0
    for start, length, value in runs:
        words.append(f"{start - end:X}+{length:X}:{value:X}")
        end = start + length
    return words


def decompositions():
    """The mappings of one step: distance from the scalar before unless 1, kind, scalars."""
    words = []
    before = -1
    for code in SCALARS:
        mapping = unicode.decomposition(chr(code)).split()
        if not mapping:
            continue
        if mapping[0].startswith("<"):
            kind = "~"
            mapping = mapping[1:]
        else:
            composes = len(mapping) == 2 and unicode.normalize("NFC", chr(code)) == chr(code)
            kind = "=" if composes else "!"
        distance = code - before
        scalars = ",".join(f"{int(scalar, 16):X}" for scalar in mapping)
        words.append(("" if distance == 1 else f"{distance:X}") + kind + scalars)
        before = code
    return words


def lines(words):
    line = ""
    for word in words:
        if len(line) + len(word) > 95:
            yield "    " + line
            line = ""
        line += (" " if line else "") + word
    yield "    " + line


def write_source():
    SOURCE.write_text(
        f"""\
/// What Unicode {VERSION} says of scalars, as far as normalisation needs it, in hexadecimal numbers.
///
/// `Tools/generate-unicode.py` makes this file.
enum UnicodeData {{
  /// Runs of scalars of one combining class other than 0, in order: the distance from the end of the
  /// run before, `+` the number of scalars, `:` the class.
  static let combiningClasses = \"\"\"
{chr(10).join(lines(combining_classes()))}
    \"\"\"

  /// The scalars that are decomposed, in order: the distance from the one before unless it is 1; `=`
  /// for a canonical mapping that composition takes back, `!` for one that it does not take back, `~`
  /// for a compatibility mapping; and what one step of decomposition gives.
  static let decompositions = \"\"\"
{chr(10).join(lines(decompositions()))}
    \"\"\"
}}
"""
    )


def digests(form, prefix="", suffix=""):
    """Of each block of 4,096 scalars the digest of all normalised texts, a line feed after each."""
    result = []
    for start in range(0, 0x110000, 0x1000):
        digest = hashlib.sha256()
        for code in range(start, start + 0x1000):
            if not 0xD800 <= code < 0xE000:
                text = unicode.normalize(form, prefix + chr(code) + suffix) + "\n"
                digest.update(text.encode())
        result.append(digest.hexdigest()[:16])
    return result


def cases():
    """Random texts of scalars that interact."""
    generator = random.Random(17)
    decomposed = [code for code in SCALARS if unicode.decomposition(chr(code))]
    marks = [code for code in SCALARS if unicode.combining(chr(code))]
    seconds = [
        int(unicode.decomposition(chr(code)).split()[-1], 16)
        for code in decomposed
        if not unicode.decomposition(chr(code)).startswith("<")
    ]
    jamo = list(range(0x1100, 0x1200)) + list(range(0xAC00, 0xAC80))
    pools = [decomposed, marks, seconds, jamo, list(range(0x20, 0x250)), SCALARS]
    texts = []
    for _ in range(600):
        length = generator.randint(1, 12)
        texts.append("".join(chr(generator.choice(generator.choice(pools))) for _ in range(length)))
    return [
        [text, unicode.normalize("NFC", text), unicode.normalize("NFKC", text)] for text in texts
    ]


def write_golden():
    contexts = [("", ""), ("a", "\u0301"), ("\u1100", "\u1161\u11a8"), ("q\u0323\u0307", "x")]
    GOLDEN.write_text(
        json.dumps(
            {
                "unicode": VERSION,
                "contexts": [
                    {
                        "before": before,
                        "after": after,
                        "nfc": digests("NFC", before, after),
                        "nfkc": digests("NFKC", before, after),
                    }
                    for before, after in contexts
                ],
                "cases": cases(),
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    write_source()
    write_golden()
