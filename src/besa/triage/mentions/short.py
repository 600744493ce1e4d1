"""Names in short: a surname, a nickname, a given name alone. Whose it is, the rest of the text decides."""

from __future__ import annotations

from collections.abc import Iterable

from besa.base.text import folded
from besa.triage.mentions import cues, near
from besa.triage.mentions.register import Register, common, given
from besa.triage.mentions.register import surnames as known_surnames
from besa.triage.mentions.whole import follows_one_named_after, phrase_ends
from besa.triage.mentions.words import HYPHEN, Anchor, Text, Word, next_to

#: A surname with a slip is taken alone from this many letters on.
_SLIP_ALONE = 8
#: A surname in small letters, in a text without capitals, from this many.
_SMALL_FROM = 5


def namesakes(register: Register, said: Text) -> None:
    """Two persons with one name in full: what stands near may tell which."""
    for place, (first, last, who, how) in enumerate(said.found):
        if how != "name" or len(who) == 1:
            continue
        weights = near.weights(register, said, first, last, who)
        best = max(weights.values())
        ahead = tuple(person for person in who if weights[person] == best)
        if best > 0 and len(ahead) == 1:
            said.found[place] = (first, last, ahead, how)
            for anchor in said.anchors:
                anchor.who = ahead if anchor.at == first else anchor.who


def surnames(register: Register, said: Text) -> None:
    for word in said.words:
        if word.taken or not word.readings:
            continue
        held = {one.word: one for one in word.readings if one.word in register.lasts}
        if not held or (all(one.slip for one in held.values()) and len(word.raw) < _SLIP_ALONE):
            continue
        at = word.at
        if not _may_be_name(said, word):
            continue
        who = tuple(sorted({person for key in held for person in register.lasts[key]}))
        initial = _initial(said, at)
        if initial:
            who = tuple(one for one in who if _begins(register.named[one].name, initial))
            if not who:
                said.anchors.append(Anchor(at, (), next(iter(held))))
                continue
        elif _of_another(register, said, word):
            said.anchors.append(Anchor(at, (), next(iter(held))))
            continue
        if _a_place(said, word) or follows_one_named_after(said, at, at):
            continue
        decided = _decide(register, said, at, who, set(held))
        if not decided or (_only_a_word(said, word) and not initial and not _supported(register, said, word, decided)):
            continue
        first, last = (at - 1 if initial else at), at
        behind = said.after(at)
        if behind and HYPHEN.fullmatch(behind.gap) and _in_name_of(register, decided, behind):
            last = behind.at
        said.take(first, last, decided, "surname")
        if len(decided) == 1:
            said.anchors.append(Anchor(at, decided, next(iter(held))))


def _may_be_name(said: Text, word: Word) -> bool:
    if word.capital:
        return True
    return not said.capitals and len(word.raw) >= _SMALL_FROM and word.plain not in common(said.language)


def _initial(said: Text, at: int) -> str:
    """The letter or two of “A. Bytyqi”, “Xh. Mehmeti”."""
    before = said.words[at - 1] if at else None
    if before and said.words[at].gap in (".", ". ") and len(before.raw) <= 2 and before.capital:
        return before.raw if before.plain not in cues.CAPITALS | {"dr", "mr", "ms", "z"} else ""
    return ""


def _begins(name: str, initial: str) -> bool:
    return folded(name).startswith(folded(initial))


def _of_another(register: Register, said: Text, word: Word) -> bool:
    """Whether the surname belongs to somebody whose given name (or second surname) stands beside it."""
    words, at = said.words, word.at
    if at and (next_to(words, at) or HYPHEN.fullmatch(word.gap)):
        before = words[at - 1]
        if HYPHEN.fullmatch(word.gap) and before.capital:
            return not before.taken
        if before.capital and not before.taken and not _is_role(before):
            if _is_given(register, before):
                return not (before.begins and before.plain in common(said.language))
            if said.capitals and not before.begins and not _is_place(said, at - 1):
                return before.plain not in cues.CAPITALS
    behind = said.after(at)
    if behind and HYPHEN.fullmatch(behind.gap) and behind.capital:
        who = {person for one in word.readings for person in register.lasts.get(one.word, ())}
        return not _in_name_of(register, who, behind)
    if behind and next_to(words, behind.at) and behind.capital and not behind.taken and said.capitals:
        if any(one.word in register.lasts for one in behind.readings) and not _is_given(register, word):
            return False
        return not (_is_place(said, behind.at) or behind.plain in cues.CAPITALS or _is_role(behind))
    return False


def _in_name_of(register: Register, who: Iterable[int], word: Word) -> bool:
    return any(one.word in register.names[person] for one in word.readings for person in who)


def _is_role(word: Word) -> bool:
    return bool(cues.gender(word.plain) or cues.office(word.plain))


def _is_place(said: Text, at: int) -> bool:
    return any(first <= at <= last for first, last, _ in said.places)


def _is_given(register: Register, word: Word) -> bool:
    known = any((one.word in given() or one.word in register.firsts) and not one.slip for one in word.readings)
    return known or word.plain + "a" in given() or (len(word.plain) > 4 and word.plain[:-1] in given())


def _a_place(said: Text, word: Word) -> bool:
    """“në Shalë”, “selo Breg”: a place that is called like a surname."""
    before = said.words[word.at - 1].plain if next_to(said.words, word.at) else ""
    if before in cues.PLACES:
        return True
    return before in cues.WITHIN and not (before == "in" and said.language != "en")


def _only_a_word(said: Text, word: Word) -> bool:
    """Whether it may as well be the word of the language: at the beginning, or where capitals say nothing."""
    behind = said.after(word.at)
    if word.begins and word.plain in cues.TRADES and behind and behind.plain in cues.LINKS:
        return True  # Hoxha i fshatit, Hodža iz sela
    return word.plain in common(said.language) and (word.begins or not said.capitals or not word.capital)


def _supported(register: Register, said: Text, word: Word, who: tuple[int, ...]) -> bool:
    if any(person in anchor.who for anchor in said.anchors for person in who):
        return True
    return max(near.weights(register, said, word.at, word.at, who).values()) > 0


def _decide(register: Register, said: Text, at: int, who: tuple[int, ...], keys: set[str]) -> tuple[int, ...]:
    """Whom of these the text means: by what stands near, else by the names in full; () where nobody."""
    speaks = near.weights(register, said, at, at, who)
    left = {person: weight for person, weight in speaks.items() if weight != near.AGAINST}
    if not left:
        return ()
    best = max(left.values())
    ahead = [person for person, weight in left.items() if weight == best]
    before = [anchor for anchor in said.anchors if anchor.at < at and anchor.surname in keys]
    if best >= near.BESIDE and len(ahead) == 1:
        return (ahead[0],)
    if before:
        nearest = max(before, key=lambda anchor: anchor.at).who
        if not nearest:
            return ()
        named = {person for anchor in before for person in anchor.who} & left.keys()
        if len(named) > 1 and best > 0 and len(ahead) == 1:
            return (ahead[0],)
        return tuple(sorted(named)) if len(named) > 1 else tuple(one for one in sorted(nearest) if one in left)
    if best > 0 and len(ahead) == 1:
        return (ahead[0],)
    later = {person for anchor in said.anchors if anchor.at > at and anchor.surname in keys for person in anchor.who}
    if len(later & left.keys()) == 1:
        return tuple(later & left.keys())
    return tuple(sorted(left))


# Nicknames and given names


def nicknames(register: Register, said: Text) -> None:
    for word in said.words:
        if word.taken or not word.readings:
            continue
        best: tuple[int, tuple[int, ...]] | None = None
        for reading in word.readings:
            for called in register.called.get(reading.word, ()):
                if not called.nick or reading.slip:
                    continue
                last = phrase_ends(said.words, called.words, word.at)
                if last is not None and (best is None or last >= best[0]):
                    others = best[1] if best and best[0] == last else ()
                    best = (last, tuple(sorted({*others, called.who})))
        if best and _nickname_stands(register, said, word, *best):
            said.take(word.at, best[0], best[1], "called")


def _nickname_stands(register: Register, said: Text, word: Word, last: int, who: tuple[int, ...]) -> bool:
    known = any(person in held for _, _, held, _ in said.found for person in who)
    if word.plain in common(said.language) and (word.begins or not word.capital) and not known:
        return False
    if not word.capital and (said.capitals or len(word.raw) < _SMALL_FROM - 1):
        return False
    if last > word.at:
        return True
    behind = said.after(last)
    if behind and next_to(said.words, behind.at) and behind.capital and said.capitals and not behind.taken:
        return not any(one.word in known_surnames() or one.word in register.lasts for one in behind.readings)
    return not follows_one_named_after(said, word.at, last)


def given_names(register: Register, said: Text) -> None:
    """A given name alone means the one who is named in the text by more than that."""
    known = {person for _, _, who, how in said.found if how in ("name", "surname") for person in who if len(who) == 1}
    parties = any(register.named[one].group for _, _, who, how in said.found if how == "called" for one in who)
    if not known and not parties:
        return
    for word in said.words:
        if word.taken or not word.capital or (said.loud and word.plain in common(said.language)):
            continue
        called = {person for one in word.readings if not one.slip for person in register.firsts.get(one.word, ())}
        mine = known & called or (_by_party(register, said, word, called) if parties and called else set())
        if not mine or (word.plain in common(said.language) and word.begins):
            continue
        if _with_another_surname(register, said, word) or _a_place(said, word):
            continue
        if not follows_one_named_after(said, word.at, word.at):
            said.take(word.at, word.at, tuple(sorted(mine)), "given")


def _by_party(register: Register, said: Text, word: Word, who: set[int]) -> set[int]:
    """Who of that given name is of the party that is named beside it."""
    weights = near.weights(register, said, word.at, word.at, tuple(sorted(who)), by_area=False)
    best = max(weights.values())
    ahead = {person for person, weight in weights.items() if weight == best}
    return ahead if best >= near.BESIDE and len(ahead) == 1 else set()


def _with_another_surname(register: Register, said: Text, word: Word) -> bool:
    behind = said.after(word.at)
    if behind and next_to(said.words, behind.at) and behind.capital and (said.capitals or behind.readings):
        return True
    if not next_to(said.words, word.at) or said.words[word.at - 1].taken:
        return False
    before = said.words[word.at - 1]
    return before.capital and _is_given(register, before)
