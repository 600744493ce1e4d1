"""The README of a dossier."""

from __future__ import annotations

from django.utils.translation import gettext as _

from besa.reply.models import Case


def readme(case: Case, title: str, stamped: bool) -> str:
    """How a stranger checks it. The commands are the same in every language, and can be pasted as they stand."""
    when = [
        "3. " + _("When a file existed at the latest, says an independent authority: it must say “Verification: OK”."),
        "   " + _("The name of each file in stamps/ begins with the SHA-256 of the file it is about."),
        "",
        "      for answer in stamps/*.tsr; do",
        '        name=${answer#stamps/}; hash=${name%%.*}; number=${name#*.}; number=${number%.tsr}',
        '        openssl ts -reply -in "$answer" -text',
        '        openssl ts -verify -in "$answer" -digest "$hash" -CAfile "stamps/$number.pem"',
        "      done",
        "",
        "   "
        + _("Where a certificate has expired since: add -attime and the time that it tells, in seconds since 1970."),
    ]  # fmt: skip
    return "\n".join(
        [
            f"{title} (C-{case.number})",
            "",
            _("This file says how anybody can check the dossier, without the software that made it."),
            _("Unpack it, open a terminal in its folder, and give these commands."),
            "",
            "1. " + _("No file was changed: each line must end with OK."),
            "",
            "      sha256sum -c manifest-sha256.txt",
            "      sha256sum -c tagmanifest-sha256.txt",
            "",
            "2. " + _("It was sealed with the key in public-key.pem: it must say “Signature Verified Successfully”."),
            "   " + _("Compare the key with the one on the cover and on the website of who handed it over."),
            "",
            "      openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin \\",
            "        -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig",
            "      openssl pkey -pubin -in public-key.pem -noout -text",
            "",
            *(when if stamped else ["3. " + _("No authority has time-stamped it yet.")]),
            "",
            _("custody.csv tells who had each file in hands, and when; times are in UTC."),
            "",
        ]
    )
