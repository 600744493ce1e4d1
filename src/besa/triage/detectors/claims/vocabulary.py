"""Words that decide whether two sentences say the same: numbers, denials, opposites, words of one sense. All folded."""

from __future__ import annotations

from functools import lru_cache

from besa.base.text import folded

#: Languages whose posts are read with the words of another.
KIN = {"bs": "sr", "hr": "sr", "sh": "sr"}


def _split(text: str) -> frozenset[str]:
    return frozenset(map(folded, text.split()))


def _beginnings(text: str) -> tuple[str, ...]:
    return tuple(map(folded, text.split()))


#: Words that carry no content of their own.
STOP = {
    "sq": _split(
        "e i te se ne me per nga nje qe dhe edhe por ose a u do ta ti tu ia ua iu ka kane kam kemi ke keni kishte "
        "kishin eshte jane ishte ishin jam jemi je jeni qene pasur paska paskan paskam po si sa kur ku kush cila cili "
        "cilat ky kjo keta keto ai ajo ata ato ate asaj tij saj tyre yne jone tone tuaj juaj une ti ju mua mbi nen "
        "nder neper deri gjate rreth vetem shume teper tani sot dje neser ende sepse pra as apo qofte cdo tjeter tjera "
        "vet vete disa gjithe gjitha te duhet mund ben bere beri behet u-r gati sikur nese madje ja brenda cka "
        "cfare pasi ndaj thote thone tha thane kaq tek te kete eurot euro denare dini kesaj ketij mos"
    ),
    "sr": _split(
        "i u na je su se da od do za sa s iz o po ali a ili ni jer kao koji koja koje kojih kojima koju kojem sto sta "
        "ko kad kada gde kako tako to ta taj te ti toga tome tim ovo ova ovaj ove ovi on ona ono oni one ih im ga mu "
        "joj ju njih nas vas mi vi ja ce cu cemo cete bi bih bio bila bilo bili sam si smo ste jesu jeste biti ima "
        "imaju svoj svoje svojih svoja svoju svojim svi sve svih sada danas juce sutra vec jos samo oko preko zbog "
        "kod pri ka prema kroz medju li ipak onda evra evro dinara vama nama kazu kaze rekao rekla neka uz nad pod "
        "mnogo vrlo moze mogu ikakav ikakva ikakve ikakvu nikakav nikakva nikakve nikakvu"
    ),
    "en": _split(
        "the a an of to in on at by for from with and or but as is are was were be been being has have had having do "
        "does did it its he she his her they their them we our us you your i my me this that these those who whom "
        "which what when where why how than then so if also there here will would can could should may might must "
        "about into over under up out just now today yesterday tomorrow say says said ask asks every each all any "
        "some share remember so since euros euro dollars one"
    ),
}  # fmt: skip
#: Words of time count for half: "in the last four years" is often left out.
LIGHT = _split(
    "vit viti vitin vitit vite vitet vjet vjeteve vjetesh muaj muajin muajsh muajit dite ditet ditesh jave javet "
    "kater-vjecar fundit kaluar godina godine godinu godini mesec meseca meseci mesecno dan dana nedelja nedelje "
    "prosle poslednje poslednjih year years month months monthly day days week weeks last past herë"
)
#: How words end in the three languages; it matters for those that have no more than three letters in common.
ENDINGS = _split(
    "a e i o u t n s m at et it ut es is os us en in on un an ar er ur ve ave eve ive je ja ju jen jes ne na ni no nu "
    "re ra ri se sh esh om em im am ama ima ome ega eg og ih oj ed ing uar oi uan uam oni ohet ojne ojme ura la lo li "
    "ila ilo ili eno ena"
) | {""}
#: Words that turn what follows round.
NEGATION = {
    "sq": _split("nuk s' sdo ska skane sesht mos asnje askush asgje kurre askurre pa jo"),
    "sr": _split(
        "ne nije nisu nisam nismo niste nema nemaju nemamo nemam nece necu necemo necete nikad nikada niko nikog "
        "nista nijedan nijedna nijedno nijednog nijednu bez nemoj nemojte"
    ),
    "en": _split("not no never none nobody nothing without cannot neither nor dont doesnt didnt isnt wasnt wont"),
}
#: Beginnings of words by which a sentence takes back what it tells, or only supposes it: it does not spread the claim.
DENIAL = {
    "sq": _beginnings(
        "rrem genjesht demant pergenjesht trillim trillua dezinform pavertet mit$ shpif moho mohua nese$ nqs$"
    ),
    "sr": _beginnings(
        "laz$ lazi$ lazn neistin netacn demant dezinform izmislj obman glasin mit$ negira poric ako$ ukoliko$"
    ),
    "en": _beginnings(
        "false fake untrue hoax debunk rumour rumor myth incorrect denie deny misinform disinform invented fabricat "
        "fact-check factcheck if$ unless$"
    ),
}
#: Words that only together with a negation take it back ("is not true").
TRUTH = {"sq": _beginnings("vertet sakt"), "sr": _beginnings("istin tacn"), "en": _beginnings("true accurate correct")}

#: Words of one sense, by their beginnings (`$`: the whole word), in all three languages.
_SENSES = {
    "up": "rrit shtua shtohet shtim povec uvec poras rast$ raste$ rastu poskup rise rose$ risen increas grew$ grow",
    "down": "ul$ ulur ulet$ uli$ ulen$ ulje renie rene$ bie$ zvogel pakes smanj pao$ pala$ palo$ pali$ pad$ opad opao$ "
    "fell$ fall$ falls$ fallen$ falling$ drop decreas declin cut$ cuts$ lower",
    "double": "dyfish dvostru udvostruc dupl udupl doubl",
    "half": "pergjysm prepolov halv",
    "open": "hap$ hapet hapje hapi hapur hapen otvor otvar open",
    "close": "mbyl zatvor zatvar closed$ close$ closes$ closing$ closure$ shut",
    "spend": "shpenz harxh potros utros trosi spent$ spend",
    "municipality": "komun bashki$ bashkia bashkise opstin municipal",
    "head": "kryetar predsednik gradonaceln mayor",
    "teacher": "mesues mesimdhen ucitelj nastavni teacher",
    "wage": "page$ paga$ pagen$ pagat$ paget$ rrog plata$ plate$ platu$ plati$ zarad wage salar",
    "get": "mori$ moren$ marr mar$ mare$ mar merr pranoi$ prima$ primi primaju dobi got$ get$ gets$ receiv",
    "give": "dha$ dhane$ dhene$ jep jap$ dao$ daje dati$ gave$ give",
    "postpone": "shty odloz odlaz odgod pomer postpon delay",
    "car": "vetur makin automjet automobil vozil car$ cars$ vehicle",
    "steal": "vjedh vodh ukra krad pokra stole$ steal stolen$",
    "win": "fito fitu fitim pobed won$ win$ wins$ winner",
    "lose": "humb izgub lost$ lose$ loses$ losing$",
    "allow": "lejo leju lejim dozvol allow permit",
    "forbid": "ndalo ndalu ndalim zabran banned$ ban$ bans$ forbid forbad prohibit",
    "buy": "ble$ bleu$ bler$ blen$ blej blere kupi kupov kupuj buy$ buys$ bought$ buying$",
    "sell": "shit$ shitet shiten shitur shiti shitj shes$ shese$ prod sold$ sell",
    "more": "meshume$ vise$ more$",
    "less": "mepak$ manje$ fewer$ less$",
    "convict": "denua denim osudj osud convict sentenced",
    "acquit": "pafaj liruar oslobodj acquit cleared",
    "before": "pre$ before$", "after": "posle$ nakon$ after$",
    "villager": "banor banore meshtan resident inhabitant",
    "money": "pare$ parat parav novac$ novca$ novc money$",
}  # fmt: skip
OPPOSITE = {
    one: other
    for pair in (("up", "down"), ("double", "half"), ("open", "close"), ("win", "lose"), ("allow", "forbid"),
                 ("buy", "sell"), ("convict", "acquit"), ("more", "less"), ("before", "after"))
    for one, other in (pair, pair[::-1])
}  # fmt: skip
_BY_BEGINNING = {form: sense for sense, forms in _SENSES.items() for form in _beginnings(forms)}


@lru_cache(maxsize=200_000)
def sense(word: str) -> str:
    """The sense of a folded word, or nothing."""
    if whole := _BY_BEGINNING.get(word + "$"):
        return whole
    for end in range(len(word), 2, -1):
        if found := _BY_BEGINNING.get(word[:end]):
            return found
    return ""


def begins(word: str, forms: tuple[str, ...]) -> bool:
    """Whether the word begins with one of the forms, or is one of those that end with `$`."""
    # one look-up decides nearly all
    return word.startswith(forms) or word + "$" in forms


_ONES = {
    "sq": "dy tre kater pese gjashte shtate tete nente dhjete",
    "sr": "dva tri cetiri pet sest sedam osam devet deset",
    "en": "two three four five six seven eight nine ten",
}
_MORE = {
    "sq": {"tri": 3, "njembedhjete": 11, "dymbedhjete": 12, "pesembedhjete": 15, "njezet": 20, "tridhjete": 30,
           "dyzet": 40, "pesedhjete": 50, "gjashtedhjete": 60, "shtatedhjete": 70, "tetedhjete": 80,
           "nentedhjete": 90, "njeqind": 100},
    "sr": {"dve": 2, "dvoje": 2, "troje": 3, "jedanaest": 11, "dvanaest": 12, "petnaest": 15, "dvadeset": 20,
           "trideset": 30, "cetrdeset": 40, "pedeset": 50, "sezdeset": 60, "sedamdeset": 70, "osamdeset": 80,
           "devedeset": 90, "sto": 100, "stotinu": 100},
    "en": {"eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
           "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100},
}  # fmt: skip
NUMBERS = {
    language: {folded(word): at for at, word in enumerate(words.split(), 2)}
    | {folded(word): number for word, number in _MORE[language].items()}
    for language, words in _ONES.items()
}
#: Which one of a row ("every third"); they must agree as numbers do. The first and second say too many other things.
ORDINALS = {
    folded(word): at
    for words in (
        "treta katerta pesta gjashta shtata teta nenta dhjeta",
        "treca cetvrta peta sesta sedma osma deveta deseta",
        "treci cetvrti peti sesti sedmi osmi deveti deseti",
        "trecu cetvrtu petu sestu sedmu osmu devetu desetu",
        "third fourth fifth sixth seventh eighth ninth tenth",
    )
    for at, word in enumerate(words.split(), 3)
}
_SCALES = (
    (1e3, "mije mijera hiljada hiljade hiljadu tisuca tisuce thousand thousands k"),
    (1e6, "milion milione milionesh milioni miliona million millions mil mln"),
    (1e9, "miliard miliarde milijarda milijarde milijardi bilion billion billions"),
)
SCALES = {word: int(scale) for scale, words in _SCALES for word in _split(words)}
PERCENT = _split("% perqind perqindje procent procenta procenti procenat posto odsto percent percents")
