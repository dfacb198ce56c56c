"""Vietnamese text: cleaning, comparing, searching, sorting, and spotting legacy encodings.

Nothing here needs Django. `clean` decides what is stored; `search_key` and `sort_key` fill their own
columns; `canonical` compares two spellings of one name.
"""

import re
import unicodedata
from functools import lru_cache

SORT_KEY_LENGTH = 1000
"""No sort key is longer. A name of 255 Latin letters needs at most 767 characters."""

# Zero-width characters, the soft hyphen, direction marks, and controls that are no white space.
_DROPPED = re.compile(
    "[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the dictionary's order
_QUALITY = "\u0302\u0306\u031b"  # circumflex, breve, horn: these make other letters, not tones
_NOT_TONES = re.compile(f"[^{_TONES}]")
_TONE = re.compile(f"[{_TONES}]")


def clean(value: str) -> str:
    """One line in NFC without invisible characters, outer spaces or doubled spaces.

    `Ð` and `ð` (Icelandic letters that look like Đ, đ) become the Vietnamese ones. Run
    `detect_legacy_encoding` on the raw text first: TCVN3 writes ư as the soft hyphen dropped here.
    """
    return _clean_short(value) if len(value) <= _SHORT else " ".join(_visible(value).split())


#: A text of so many signs is kept: the cells of a file are cleaned again and again, and are mostly the same few.
_SHORT = 64


@lru_cache(maxsize=16_384)
def _clean_short(value: str) -> str:
    return " ".join(_visible(value).split())


def clean_lines(value: str) -> str:
    """As `clean`, for text of several lines: every line is cleaned, outer empty lines go."""
    return "\n".join(" ".join(line.split()) for line in _visible(value).splitlines()).strip("\n")


def _visible(value: str) -> str:
    # NFC comes last: a zero-width character may stand between a letter and its combining tone.
    kept = _DROPPED.sub("", value).replace("Ð", "Đ").replace("ð", "đ")
    return unicodedata.normalize("NFC", kept)


def quote(value: str) -> str:
    """What was typed, in Vietnamese quotation marks and at most 40 characters, for an error sentence."""
    shown = clean(value)
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"


def search_key(value: str) -> str:
    """Accent-free and casefolded, for LIKE on a stored column only: never shown, never unique."""
    return " ".join(map(_bare, clean(value).split(" ")))


@lru_cache(maxsize=16_384)
def _bare(word: str) -> str:
    """One word of a search key. Kept, as below: a language has few words, and each is met again and again."""
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(char for char in letters if not unicodedata.combining(char))


# --- Syllables: where the tone stands ---------------------------------------------------------------

_VOWEL = "aăâeêioôơuưy"
_CONSONANT = "bcdđfghjklmnpqrstvwxz"
_SHAPE = re.compile(f"(qu(?=[{_VOWEL}])|gi(?=[{_VOWEL}])|[{_CONSONANT}]*)([{_VOWEL}]+)([{_CONSONANT}]*)")
_WORD = re.compile(r"[^\W\d_]+")
_GLIDES = frozenset({"oa", "oe", "uy"})


def canonical(value: str) -> str:
    """The cleaned text with every tone in one place, so that Hoà and Hòa are the same string.

    The tone of open oa, oe, uy goes on the first vowel (hòa, khỏe, thủy), as in the official list of
    units; elsewhere it goes where both schools put it (quý, già, hoàn, khuỷu). Words that are no
    Vietnamese syllable stay as typed. i and y are not exchanged: Mỹ and Mĩ stay different.
    """
    return _WORD.sub(lambda match: _place_tone(match.group()), clean(value))


def folded(value: str) -> str:
    """`canonical` in small letters: "01/QĐ-UBND" and "01/qđ-ubnd" are one string. For comparing, never shown."""
    return _folded_title(value) if len(value) <= _TITLE else canonical(value).casefold()


#: Kept, too: the titles of a file's columns are compared with our own, the same each time that its page is drawn.
_TITLE = 400


@lru_cache(maxsize=4096)
def _folded_title(value: str) -> str:
    return canonical(value).casefold()


@lru_cache(maxsize=16_384)
def _place_tone(word: str) -> str:
    letters, tones = _split_tones(word)
    if len(tones) != 1:
        return word
    place = _tone_place("".join(letters).lower())
    if place is None:
        return word
    letters[place] += next(iter(tones.values()))
    return unicodedata.normalize("NFC", "".join(letters))


def _split_tones(word: str) -> tuple[list[str], dict[int, str]]:
    """The letters without tones, and the tones by the index of their letter."""
    letters: list[str] = []
    tones: dict[int, str] = {}
    for index, char in enumerate(word):
        parts = unicodedata.normalize("NFD", char)
        letters.append(unicodedata.normalize("NFC", _TONE.sub("", parts)))
        if tone := _NOT_TONES.sub("", parts):
            tones[index] = tone
    return letters, tones


def _tone_place(toneless: str) -> int | None:
    """The index of the letter that carries the tone; None if this is no syllable."""
    shape = _SHAPE.fullmatch(toneless)
    if shape is None:
        return None
    start, vowels, closed = shape.start(2), shape[2], bool(shape[3])
    for marked in ("ăâêôơ", "ư"):
        places = [index for index, vowel in enumerate(vowels) if vowel in marked]
        if places:
            return start + places[-1]
    if closed:
        return start + len(vowels) - 1
    return start + (1 if len(vowels) > 2 else 0)


# --- Sorting ----------------------------------------------------------------------------------------

# The order of vi-x-icu: blanks, punctuation, symbols, digits, letters. Two characters for each, and no
# two letters side by side, so that no collation finds a digraph in a key.
_PUNCTUATION = "_-–—,;:!?….·'‘’\"“”«»()[]{}§¶@*/\\&#%‰†•`´^¨°©®+±÷×<=>¬|¦~¢$£¥₫€"
_FIRST = {" ": "01"} | {char: f"{index:02}" for index, char in enumerate(_PUNCTUATION, start=2)}
_FIRST |= {str(digit): f"{90 + digit}" for digit in range(10)}
_FIRST |= {char: f"{char}0" for char in "abcdefghijklmnopqrstuvwxyz"}
_FIRST |= {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
_LEVELS = "00"
_OTHER_SYMBOL = "89"
_OTHER_MARK = "6"


def sort_key(value: str) -> str:
    """A key of [0-9a-z] whose plain order is the Vietnamese dictionary's, in any collation.

    Letters decide first (a ă â b c d đ …; blanks, punctuation and digits before letters), then the
    tones from left to right (ngang, huyền, hỏi, ngã, sắc, nặng); case never: Ba Bể and BA BỂ tie. This
    is PostgreSQL's vi-x-icu without its last, case level. Letters of other scripts come after z by code
    point, rare symbols together before the digits; a key is cut at SORT_KEY_LENGTH.
    """
    first: list[str] = []
    second: list[str] = []
    for char in clean(value).lower():
        code, tone = _weights(char)
        if code:
            first.append(code)
            second.append(tone)
        elif second and tone != "0":
            second[-1] = tone
    tones = "".join(second).rstrip("0")
    return ("".join(first) + (_LEVELS + tones if tones else ""))[:SORT_KEY_LENGTH]


def _weights(char: str) -> tuple[str, str]:
    """The first-level code and the tone digit of one NFC character; no code for a lone accent."""
    if char in _FIRST:
        return _FIRST[char], "0"
    base, *marks = list(unicodedata.normalize("NFD", char))
    if unicodedata.combining(base):
        return "", str(_TONES.find(base) + 1 or _OTHER_MARK)
    with_quality = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark in _QUALITY))
    other = f"z{1_000_000 + ord(base)}" if base.isalnum() else _OTHER_SYMBOL
    code = _FIRST.get(with_quality) or _FIRST.get(base) or other
    tone = next((str(_TONES.index(mark) + 1) for mark in marks if mark in _TONES), "0")
    odd = any(mark not in _TONES + _QUALITY for mark in marks) or (marks and with_quality not in _FIRST)
    return code, _OTHER_MARK if odd and tone == "0" else tone


# --- Legacy encodings -------------------------------------------------------------------------------

# Any sign of Latin-1 may be a letter in a legacy font. Digits belong to the token so that 11k¹ is no word.
_TOKEN = re.compile(r"[0-9A-Za-z\u00a1-\u024f\u1ea0-\u1ef9\u20ab]+")
_PRODUCT = re.compile("[A-Za-z]?(?:[×÷][A-Za-z]?)+")

_ONSET = "(?:ngh|nh|gh|gi|kh|ph|th|tr|ch|qu|(?:c|ng)(?![eêiy])|g(?![eêy])|[bdđhklmnprstvx])?"
_OPEN = (
    "a|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|uy|ưa|ưi|ưu|oa|oe|uê|uơ"
    "|iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo|uya|uyu|uây|uêu"
)
_CLOSED = (
    "(?:[aăâeêioôơuưy]|oa|oă|oe|oo|uâ|uê|uơ|uy|uyê|iê|yê|uô|ươ)(?:ng|[cmnpt])|(?:[aêiy]|oa|uê|uy)(?:ch|nh)"
)
_SYLLABLE = re.compile(f"{_ONSET}(?:{_OPEN}|{_CLOSED})")
_STOP = ("c", "ch", "p", "t")
_STOP_TONES = "\u0301\u0323"

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_VNI_MARKS = {
    **dict(zip("øûõùï", _TONES, strict=True)),
    "â": "\u0302",
    **{char: "\u0302" + tone for char, tone in zip("àåãáä", _TONES, strict=True)},
    "ê": "\u0306",
    **{char: "\u0306" + tone for char, tone in zip("èúüéë", _TONES, strict=True)},
}
_CP1258 = {"ð": "đ", "ã": "ă", "õ": "ơ", "ý": "ư"}
_CP1258_MARKS = dict(zip("ÌÒÞìò", _TONES, strict=True))


def detect_legacy_encoding(value: str) -> str | None:
    """Name the encoding, TCVN3, VNI or Windows-1258, when Vietnamese text was read as if in another.

    A word is evidence when it is no Vietnamese syllable as it stands but becomes one in that encoding;
    the encoding with most evidence wins. Short names whose every word is also good Vietnamese as it
    stands (Má ChÌ) cannot be told. One accented letter is no evidence beside letters that only Unicode
    has (Làng Bập BÜ). Takes the raw text, before `clean`.
    """
    return _detect_short(value) if len(value) <= _SHORT else _detect(value)


@lru_cache(maxsize=16_384)
def _detect_short(value: str) -> str | None:
    return _detect(value)


def _detect(value: str) -> str | None:
    # The order settles ties: TCVN3 gives every sign a letter, so it fits by chance most often.
    evidence = dict.fromkeys(("VNI", "Windows-1258", "TCVN3"), 0)
    odd: list[str] = []
    for word in _TOKEN.findall(unicodedata.normalize("NFC", value)):
        if word.isascii() or _is_punctuated(word) or ("\u00ad" not in word and _is_syllable(clean(word))):
            continue
        for name, decoded in (
            ("TCVN3", _from_tcvn3(word)),
            ("VNI", _from_vni(word)),
            ("Windows-1258", _from_cp1258(word)),
        ):
            fits = decoded is not None and _is_syllable(decoded)
            evidence[name] += fits
            odd += [word] if fits and word not in odd[-1:] else []
    best = max(evidence, key=lambda name: evidence[name])
    if not evidence[best] or (_is_weak(odd) and _UNICODE_ONLY.search(unicodedata.normalize("NFC", value))):
        return None
    return best


#: Letters that no text of a legacy font shows, whatever it was read as.
_UNICODE_ONLY = re.compile("[\u1ea0-\u1ef9]")


def is_plainly_legacy(value: str) -> bool:
    """Whether more than one accented letter of a text speaks for a legacy encoding: "BÜ" may be a name as it is."""
    found = [word for word in _TOKEN.findall(unicodedata.normalize("NFC", value)) if _detect_short(word)]
    return bool(found) and not _is_weak(found)


def _is_weak(words: list[str]) -> bool:
    """Whether all that speaks for a legacy encoding is one letter that other languages have, too."""
    signs = [char for word in words for char in word if not char.isascii()]
    return len(signs) == 1 and signs[0] >= "À" and signs[0].isalpha()


def _is_punctuated(word: str) -> bool:
    """Whether all that is not ASCII has an ordinary use: a dot alone, «quotes», µm, m×n."""
    if not re.search("[A-Za-z]", word):
        return True
    bare = word.removeprefix("«").removeprefix("µ").rstrip("»®")
    return bare.isascii() or _PRODUCT.fullmatch(bare) is not None


def _is_syllable(word: str) -> bool:
    """Whether this is spelt as a Vietnamese syllable, its tone where either school puts it."""
    letters, tones = _split_tones(word.lower())
    toneless = "".join(letters)
    if len(tones) > 1 or not _SYLLABLE.fullmatch(toneless):
        return False
    if not tones:
        return not toneless.endswith(_STOP)
    (index, tone), place = *tones.items(), _tone_place(toneless)
    if toneless.endswith(_STOP) and tone not in _STOP_TONES:
        return False
    second = place is not None and toneless[place:] in _GLIDES and index == place + 1
    return index == place or second


def _from_tcvn3(word: str) -> str | None:
    if any(not char.isascii() and char not in _TCVN3 for char in word):
        return None
    return "".join(_TCVN3.get(char, char) for char in word)


def _from_vni(word: str) -> str | None:
    """VNI writes a letter, then its marks as a second character: aù is á, aá is ấ."""
    decoded = ""
    for char in word.lower():
        if char in _VNI_MARKS and decoded[-1:] in tuple("aeouyươ"):
            decoded = unicodedata.normalize("NFC", decoded + _VNI_MARKS[char])
        elif char.isascii() or char in _VNI:
            decoded += _VNI.get(char, char)
        else:
            return None
    return decoded


def _from_cp1258(word: str) -> str | None:
    """Windows-1258 writes the tone as a character after its vowel; here read as Windows-1252."""
    decoded = ""
    for char in word:
        if char in _CP1258_MARKS and decoded[-1:].lower() in tuple(_VOWEL):
            decoded += _CP1258_MARKS[char]
        elif ord(char) <= 0xFF:
            decoded += _CP1258.get(char.lower(), char)
        else:
            return None
    return unicodedata.normalize("NFC", decoded)


# --- Names of administrative units ------------------------------------------------------------------

_KINDS = ("xã", "phường", "thị trấn", "đặc khu", "thị xã", "huyện", "quận", "thành phố", "tỉnh")
_SHORT_KINDS = {
    "x.": "xã", "p.": "phường", "tt": "thị trấn", "tt.": "thị trấn", "tx": "thị xã", "tx.": "thị xã",
    "h.": "huyện", "q.": "quận", "tp": "thành phố", "tp.": "thành phố", "t.": "tỉnh",
}  # fmt: skip
_KIND = re.compile(
    rf"(?:({'|'.join(_KINDS)}|tt|tx|tp) |((?:tt|tx|tp|[xphqt])\.) ?)(?=\S)",
    re.IGNORECASE,
)


def without_kind(name: str) -> tuple[str | None, str]:
    """Split "Thành Phố Bắc Kạn" or "TP. Bắc Kạn" into ("thành phố", "Bắc Kạn").

    The kind is one of the lower-case Vietnamese words; None when the name does not start with one or
    has nothing after it. The bare name is cleaned and keeps its capitals.
    """
    tidy = clean(name)
    match = _KIND.match(tidy)
    if match is None:
        return None, tidy
    found = (match[1] or match[2]).lower()
    return _SHORT_KINDS.get(found, found), tidy[match.end() :]
