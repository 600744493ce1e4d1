"""Texts as people write them in comments: invented, without diacritics, in dialect, in several languages."""

#: Albanian as it is typed: no ë and ç, Gheg, slang. Written apart from the word lists.
CHAT_ALBANIAN = """
o vlla qka po thu, spo kuptoj asgja
flm shum per sqarimin mik
kta hajna e kan marr krejt buxhetin e komunes
me kta njerez kurr ska me u bo mir
hajde se po na nxjerrin sherr kot
ku jan premtimet qe i dhat para zgjedhjeve
une prej qytetit jam e se kam pa ni asfalt te ri
spo dim ma kujt me i besu
edhe ky si te tjeret, veq fjal
ishalla fitoni se jeni ma te mirt
ky e ka shit token e vet per nje karrige
turp per ata qe rrin e hesht
na lane pa rryme tri dite rresht
kur po fillon puna te rruga e fshatit
babai im ka punu tridhjet vjet e sot ska pension
mos u merr me kta se te lodhin
besoj qe kesaj here do te dalim me te forte
te lumt goja profesor i nderuar
ma mire hiq mos fol kur se din
krejt shoket e mi kan shku ne gjermani
ka me ardh dita kur ka me u pa
lene se ky i ka duart e pista
po na rrejn qe njezet vite
shkoni e punoni pak mos rrini kafeneve
nuk e di pse po habiteni
qito jan ato reformat e juja
nese doni ndryshim dilni e votoni
asht shum mir qe po e bani kete
a din kush ku osht zyra e komunes
vec per interesa t'veta po luftojn
""".strip().splitlines()

#: Serbian without its diacritics (ošišana latinica).
BARE_SERBIAN = """
ma ko ce njima jos da veruje
cekamo vec tri godine da zavrse taj put
nece biti nista od toga videces
sve su to isti lopovi samo druge boje
djaci sede u hladnoj skoli a oni slave
svaka cast na trudu komsija
gde su nestale pare iz budzeta
ovi bi i rodjenu majku prodali za glas
ajde molim te ne lupaj gluposti
jel neko zna kad otvaraju biracko mesto
dosta vise prazne price
nasi ljudi odlaze odavde svaki dan
zivi bili pa videli
necu glasati ni za koga ove godine
sta su uradili za nas za cetiri godine
mene je sramota sto sam im verovao
lepo je covek rekao sta misli
daj da se dogovorimo oko toga sutra
opet su iskljucili struju celom selu
nema ko da leci ljude u bolnici
""".strip().splitlines()

#: Posts in several languages: (text, the languages of its parts in their order).
MIXED = [
    ("Faleminderit të gjithëve që erdhët sonte! Hvala svima koji su došli večeras!", ["sq", "sr"]),
    ("Nesër në orën pesë te sheshi. Sutra u pet sati na trgu. See you all tomorrow at the square.", ["sq", "sr", "en"]),
    ("Sramota kako se ponašaju prema ljudima, turp i madh per krejt qytetin tone", ["sr", "sq"]),
    ("Данас смо били у селу и разговарали са људима. Sot ishim në fshat dhe biseduam me njerëzit.", ["sr", "sq"]),
    ("Bugün vatandaşlarımızla birlikteydik. Sot ishim bashkë me qytetarët tanë.", ["tr", "sq"]),
    ("Sot patëm një meeting të mirë me staff dhe vullnetarët", ["sq"]),
]
