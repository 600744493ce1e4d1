"""Words near a name that say whose it is, or that it is nobody's: offices, titles, streets, places. All folded."""

from __future__ import annotations

import re

from besa.base.text import folded


def _words(words: str) -> frozenset[str]:
    return frozenset(map(folded, words.split()))


_WOMAN = re.compile(
    r"(?:kandidat|keshiltar|kryetar|ministr|deputet|ambasador|lider|zedhenes)(?:j\w*|e|es|en)|zonj\w*|znj|zonjush\w*|"
    r"aktivistj\w*|drejtoresh\w*|kandidatkinj\w*|odbornic\w*|gospodj\w*|gospodic\w*|gdja?|predsednic\w*|"
    r"gradonacelnic\w*|poslanic\w*|ministark\w*|liderk\w*|ms|mrs|mis|madam|councilwoman|chairwoman"
)
_MAN = re.compile(
    r"(?:kandidat|keshiltar|kryetar|ministr|deputet|ambasador)(?:i|it|in)|zoti?t?|zotin|z|"
    r"(?:kandidat|odbornik|predsednik|gradonacelnik|poslanik|gospodin|lider|ambasador)(?:a|u|om|e|)|predsednice|"
    r"ministar|ministr(?:a|u|om|e)|gdin|g|mr|councilman|chairman"
)
_OFFICES = {
    "kryetar": "mayor", "gradonacelni": "mayor", "predsedni": "mayor", "mayor": "mayor", "keshiltar": "council",
    "odborni": "council", "council": "council", "ministr": "minister", "ministar": "minister",
    "minister": "minister", "deputet": "parliament", "poslani": "parliament", "parliament": "parliament",
    "ambasad": "ambassador", "kandidat": "candidate", "candidate": "candidate",
    "lider": "leader", "leader": "leader",
}  # fmt: skip
_OFFICE = re.compile("|".join(sorted(_OFFICES, key=len, reverse=True)))
#: Words that may stand between a title and its name.
LINKS = _words(
    "i e te se per ne nga dhe za iz u sa od of for from the in a an ish bivsi bivsa former ex opstine opstina "
    "komunes komune komuna qytetit grada municipality asamble kuvendi kuvendit skupstine skupstina stranke "
    "partise party ja je it s"
)
NAMED_AFTER = _words(
    "rruga rrugen rruge rruges shkolla shkollen shkolle sheshi sheshin shesh stadiumi stadiumin stadium bulevardi "
    "bulevardin gjimnazi gjimnazin salla sallen biblioteka biblioteken spitali spitalin ulica ulici ulicu ulicom "
    "trg trgu skola skoli skolu stadion stadionu bulevar bulevaru gimnazija gimnaziji biblioteci knjizara "
    "knjizari pekara pekari hotel hoteli restorant restoranti restoran kompania firma kafic kafana furra "
    "barnatorja apoteka marketi familja familjes familjen vellezerit vellezer porodica porodice porodici porodicu "
    "braca brace"
)
#: Between such a word and the name: shkolla fillore “…”, Osnovna škola „…”.
KINDS_OF_SCHOOL = _words("fillore mesme larte osnovna osnovnoj srednja srednjoj gjimnazi")
NAMED_BEFORE = _words(
    "street square school road avenue boulevard stadium bridge holding group company petrol commerce bakery hotel "
    "foundation hall library hospital park shpk doo"
)
PLACES = _words(
    "fshati fshatin fshatit fshat komuna komunen komunes qyteti qytetin qytetit lumi lumin lumit mali malet malit "
    "selo selu sela opstina opstine opstini opstinu grad gradu grada reka reci reku planina planini village town "
    "river lake mount mountain municipality city"
)
#: Surnames that are trades as well: Hoxha i fshatit.
TRADES = _words("hoxha hodža hoxhë kovaç kovač mulla terzi saraçi bajraktari spahiu dema")
WITHIN = _words("ne u in iz")
PARTY_WORDS = _words(
    "partia partise partine levizja levizjes levizjen lista listes listen stranka stranke stranku stranci pokret "
    "pokreta pokretu pokretom koalicioni koalicionit koalicija koalicije party movement coalition list levizje"
)
#: What begins with a capital inside a sentence, and is no given name.
CAPITALS = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december president minister mayor mr mrs ms dr prof councillor ambassador "
    "kryetari ministri presidenti zoti zonja z znj gdja gdin predsednik ministar gospodin gospodja kryeministri "
    "deputeti deputetja said says tha"
)
_SHE = re.compile(r"\w+(?:ala|ela|ila|ula|sla|gla|kla)")
_HE = re.compile(r"\w+(?:ao|eo|io|uo)")
_HELPING = _words("je nije ce nece bi se i")
_SAYING = _words(
    "je nije ce nece se kaze dodaje tvrdi koja odgovara porucuje smatra istice navodi ocenjuje najavljuje trazi "
    "iz sa na u o od za i s"
)


def gender(word: str) -> str:
    """What a title says: `woman`, `man` or ""."""
    return "woman" if _WOMAN.fullmatch(word) else "man" if _MAN.fullmatch(word) else ""


def office(word: str) -> str:
    found = _OFFICE.match(word)
    return _OFFICES[found[0]] if found else ""


def gender_of_verb(after: list[str]) -> str:
    """From a Serbian participle in the words behind the name: `je rekla`, `nije bio`."""
    if not after or after[0] not in _HELPING:
        return ""
    for word in after[1:5]:
        if _HE.fullmatch(word):
            return "man"
        if _SHE.fullmatch(word):
            return "woman"
    return ""


def of_owned(word: str, after: list[str]) -> str:
    """Whose a Serbian form in -ov, -ev is: Petrovićeva je rekla (she), Petrovićeva izjava (his), Petrovićev stav."""
    if not word.endswith(("eva", "ova", "eve", "ove", "evoj", "ovoj", "evu", "ovu", "evom", "ovom")):
        return "man"
    return "woman" if not after or after[0] in _SAYING else "man"
