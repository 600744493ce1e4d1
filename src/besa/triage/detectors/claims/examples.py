"""Posts that the contract test shows to the detector, and the invented claims that they are held against."""

from __future__ import annotations

from besa.triage.types import ClaimSpec

EXAMPLE_CLAIMS = (
    ClaimSpec(
        1, (("sq", "Komuna ka shpenzuar 2 milionë euro për vetura zyrtare."),
            ("sr", "Opština je potrošila 2 miliona evra na službena vozila.")),
        "false", "E rreme", "Fakti i Ditës", "https://fakti.example/1",
    ),
    ClaimSpec(2, (("en", "Water prices fell by 10 percent last year."),), "true", "True", "Fakti i Ditës"),
)  # fmt: skip
EXAMPLES = (
    {"text": "A e dini? Dy milionë euro ka harxhuar komuna për vetura zyrtare!", "concerns": ["falsehood"],
     "says": ["Dy milionë euro ka harxhuar komuna për vetura zyrtare!"]},
    {"text": "Општина је на службена возила потрошила 2.000.000 евра.", "concerns": ["falsehood"]},
    {"text": "Komuna ka shpenzuar 20 milionë euro për vetura zyrtare.", "concerns": []},
    {"text": "Komuna nuk ka shpenzuar 2 milionë euro për vetura zyrtare.", "concerns": []},
    {"text": "Nuk është e vërtetë se komuna ka shpenzuar 2 milionë euro për vetura zyrtare.", "concerns": []},
    {"text": "Water prices fell by 10 percent last year.", "concerns": []},
)  # fmt: skip
#: Detectors across posts mark no places.
EXAMPLES_NEW = tuple({name: value for name, value in one.items() if name != "says"} for one in EXAMPLES)
