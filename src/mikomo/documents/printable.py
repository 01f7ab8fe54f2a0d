"""Text that the standard PDF fonts can show (Latin-1), so that no font has to be shipped."""

import re
import unicodedata

_PUNCTUATION = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2022": "\u00b7",
        "\u2026": "...",
        "\u20ac": "EUR",
    }
)
# "LATIN CAPITAL LETTER L WITH STROKE": no decomposition leads from this letter to its base.
_LATIN_LETTER = re.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) ([A-Z]{1,2})\b")


def printable(text: str) -> str:
    """The text with every character that the fonts lack replaced by its nearest, or else by `?`.

    Latin letters keep their base letter, full-width forms become plain, and whatever does not
    print (line breaks, marks of direction) becomes a space.
    """
    composed = unicodedata.normalize("NFC", text).translate(_PUNCTUATION)
    return " ".join("".join(map(_nearest, composed)).split())


def _nearest(character: str) -> str:
    if not character.isprintable():
        return " "
    if ord(character) < 256:
        return character
    plain = "".join(one for one in unicodedata.normalize("NFKD", character) if ord(one) < 256)
    if plain:
        return plain
    letter = _LATIN_LETTER.match(unicodedata.name(character, ""))
    if letter is None:
        return "?"
    return letter[2] if letter[1] == "CAPITAL" else letter[2].lower()
