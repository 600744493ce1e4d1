"""`besa preserve URL…`: keep pages as a real browser shows them, now."""

from __future__ import annotations


def arguments(parser) -> None:
    parser.add_argument("urls", nargs="+", metavar="URL", help="an address of the public web")
    parser.add_argument(
        "--to", default="", metavar="POST", help="keep it with this post on the docket (its number) or case (C-1)"
    )
    parser.add_argument("--reason", default="", help="why; kept in the ledger")
    parser.add_argument("--urgent", action="store_true", help="before all others, where the post is new")
    parser.add_argument("--later", action="store_true", help="leave the opening to `besa work`")


def run(arguments, out) -> int:
    import time

    from besa.site.start import election_of, start, user_of

    start()
    from besa.evidence.actions.asking import ask_for_page
    from besa.evidence.actions.pages import capture_pages, checked
    from besa.evidence.models import PageCapture

    begun = time.monotonic()
    election, by = election_of(arguments), user_of(arguments)
    urls = list(dict.fromkeys(checked(url) for url in arguments.urls))  # all, before anything is written
    posts = _posts(election, arguments.to)
    wanted = []
    for url in urls:
        post = next((post for post in posts if post.url == url), posts[0] if posts else None)
        row = ask_for_page(
            by=by, election=election, url=url, item=post, reason=arguments.reason, urgent=arguments.urgent
        )  # fmt: skip
        wanted.append(row.pk)
    if not arguments.later:
        with out.progress("Opening pages", len(wanted)) as advance:
            capture_pages(by=by, election=election, only=wanted, advance=advance)
    pages = [_told(row) for row in PageCapture.objects.filter(pk__in=wanted).select_related("item").order_by("id")]
    fine = {"captured", "wanted"} if arguments.later else {"captured"}
    problems = [{"where": page["url"], "problem": _why(page)} for page in pages if page["state"] not in fine]
    document = {
        "pages": pages, "captured": sum(page["state"] == "captured" for page in pages),
        "seconds": round(time.monotonic() - begun, 2), "ok": not problems, "problems": problems,
    }  # fmt: skip
    out.result(document, lambda: _show(out, document))
    return 1 if problems else 0


def _posts(election, name: str) -> list:
    """The posts that the pages may belong to: one of the docket, or those of a case."""
    from besa.base.errors import BadInput
    from besa.evidence.actions.asking import item_named

    if not name:
        return []
    if name[:1] not in "cC":
        return [item_named(election, name)]
    from besa.reply.models import CaseFinding
    from besa.reply.queries.cases import case_of

    rows = CaseFinding.objects.filter(case=case_of(election, name)).select_related("finding__adjudication__item")
    found = [row.finding.adjudication.item for row in rows]
    if not found:
        raise BadInput(f"{name} holds no finding yet.", remedy="Add one first, or name a post on the docket.")
    return found


def _told(row) -> dict:
    from besa.evidence.models import Exhibit

    kept = []
    if row.state == "captured":
        at = {"item": row.item_id, "captured_at": row.captured_at}
        kept = [
            {"file": one.file_name, "kind": one.kind, "bytes": one.size, "sha256": one.sha256}
            for one in Exhibit.objects.filter(**at).order_by("id")
        ]
    return {
        "url": row.url, "post": row.item_id, "state": row.state, "wall": row.wall, "problem": row.problem,
        "log_in": row.log_in, "cut": row.facts.get("cut", []), "attempts": row.attempts, "files": kept,
    }  # fmt: skip


_WALLS = {
    "error": "an error page was shown", "log_in": "a log-in page was shown", "consent": "a cookie notice covered it",
    "empty": "the page was empty",
}  # fmt: skip


def _why(page: dict) -> str:
    said = page["problem"] or _WALLS.get(page["wall"], "it was not captured")
    return f"{said.rstrip('.')}. It waits for `besa work`, which tries again." if page["state"] == "wanted" else said


def _show(out, document: dict) -> None:
    told = {problem["where"] for problem in document["problems"]}
    for page in document["pages"]:
        if page["files"]:
            rows = [[one["file"], one["bytes"], one["sha256"]] for one in page["files"]]
            out.table(f"{page['url']} (post {page['post']})", ["file", "bytes", "SHA-256"], rows)
        elif page["url"] not in told:
            out.say(f"{page['url']}: waits for `besa work` (post {page['post']}).")
        for reason in page["cut"]:
            out.say(f"  {reason}")
    for problem in document["problems"]:
        out.say(f"{problem['where']}: {problem['problem']}")
