"""Posts that the contract test shows to the detectors of advertising, and what they know besides."""

from __future__ import annotations

from datetime import date

QUIET = ((date(2027, 10, 12), date(2027, 10, 12), "polling_day"),)
CAMPAIGNERS = {"facebook:@lake": "Party of the Lake", "facebook:77": "Party of the Lake"}
EXAMPLES = (
    {"text": "Vote for the lake.", "kind": "ad", "ad": {"spend_low": 100}, "concerns": ["ad"]},
    {"text": "Vote for the lake.", "kind": "ad", "ad": {"sponsor": "Party of the Lake"}, "concerns": []},
    {"text": "Postim i sponsorizuar: votoni!", "kind": "post", "ad": None, "concerns": ["ad"]},
    {"text": "Плаћена објава за боље сутра", "kind": "post", "ad": None, "concerns": ["ad"]},
    {"text": "Sponzori su došli na utakmicu.", "kind": "post", "ad": None, "concerns": []},
    {"text": "E sponsorizuar: shtëpi të reja", "kind": "article", "ad": None, "concerns": []},
    {"text": "Our friends at the shop", "kind": "post", "ad": {"label": "paid partnership"}, "concerns": ["ad"]},
    {"text": "Vote!", "kind": "ad", "concerns": ["ad"],
     "ad": {"sponsor": "Party of the Lake", "start": "2027-10-05", "end": "2027-10-12"}},
    {"text": "Vote!", "kind": "ad", "concerns": [],
     "ad": {"sponsor": "Party of the Lake", "start": "2027-10-05", "end": "2027-10-11"}},
    {"text": "Vote!", "kind": "ad", "concerns": [], "ad": {"sponsor": "Party of the Lake", "start": "2027-10-05"}},
)  # fmt: skip
_AD = (
    "Më 12 tetor zgjedhim punën e ndershme: tridhjetë kilometra ujësjellës, dhjetë çerdhe të reja, asnjë tatim më "
    "shumë. Lëvizja jonë e ka planin dhe njerëzit që e kryejnë."
)
_OWN = (
    "Sot në sheshin kryesor u mblodhën mijëra qytetarë për ta mbështetur programin tonë: rrugë të reja në çdo fshat, "
    "transport falas për nxënësit dhe një spital që punon natë e ditë, pa rryshfet e pa pritje."
)
LIBRARY_EXAMPLES = (
    {"text": _AD, "kind": "ad", "platform": "facebook", "account_key": "facebook:77",
     "account_name": "Party of the Lake", "ad": {"sponsor": "Party of the Lake"}, "links": ["https://www.portal.example/lajme/uji?utm_source=fb"],
     "media": [{"kind": "image", "url": None, "sha256": "aa", "pdq": None}], "concerns": []},
    {"text": _AD, "platform": "facebook", "account_key": "facebook:@lake", "account_handle": "lake", "concerns": []},
    {"text": _AD + " Shpërndajeni!", "account_key": "facebook:9", "concerns": ["ad"]},
    {"text": _AD, "account_key": "facebook:8", "ad": {"label": "paid partnership"}, "concerns": []},
    {"text": "Uji vjen në dhjetor, thonë në komunë.", "kind": "article", "platform": "portal",
     "url": "http://portal.example/lajme/uji/", "account_key": "portal:p", "concerns": ["ad"]},
    {"text": "Shikoni foton", "account_key": "facebook:7", "concerns": ["ad"],
     "media": [{"kind": "image", "url": None, "sha256": "aa", "pdq": None}]},
    {"text": _OWN, "platform": "facebook", "account_key": "facebook:@lake", "account_handle": "lake",
     "posted_at": "2027-09-14T10:00:00+00:00", "concerns": []},
    {"text": _OWN, "kind": "article", "account_key": "portal:p", "posted_at": "2027-09-14T12:00:00+00:00",
     "concerns": ["ad"]},
    {"text": "E shkroi partia: “" + _OWN + "” Kundërshtarët nuk iu përgjigjën pyetjeve të redaksisë deri në mbyllje.",
     "kind": "article", "account_key": "portal:p", "posted_at": "2027-09-14T12:00:00+00:00", "concerns": []},
    {"text": _OWN + " (Komunikatë për media)", "kind": "article", "account_key": "portal:p",
     "posted_at": "2027-09-14T12:00:00+00:00", "concerns": []},
    {"text": _OWN, "kind": "article", "account_key": "portal:q", "posted_at": "2027-09-13T12:00:00+00:00",
     "concerns": []},
)  # fmt: skip
