"""The `besa` command. Only the module of the chosen command is imported, so help answers at once."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

COMMANDS = {
    "demo": "load the fictional election, run the whole method and serve it",
    "serve": "serve desk, door and portal on this machine",
    "work": "run the belt: poll, triage, preserve, send mail",
    "pack": "load an election pack",
    "import": "import files of posts",
    "watch-list": "take candidates and accounts from a table",
    "poll": "ask live sources for what is new",
    "query": "ask the corpus in SQL (read-only)",
    "preserve": "keep pages as a real browser shows them",
    "log-in": "keep a log-in that captures of a host may use",
    "index": "make the index with which the corpus is searched",
    "triage": "run the detectors and fill the docket",
    "claims": "take in claims that others have checked",
    "detect": "write the pairs of near-copies as a file",
    "export": "seal what leaves the house: the dossier of a case",
    "evaluate": "measure language, triage, near-copies or names on your own labelled data",
    "model": "train, show and promote the model that learns",
    "agreement": "Krippendorff's alpha of a reliability table",
    "table": "compute one report table",
    "report": "freeze a period and make its report",
    "publish": "write a signed edition and its portal",
    "verify": "check evidence, a dossier, an edition, the vault or the ledger",
    "user": "make accounts and give roles",
    "retention": "what may be kept no longer, and erase it",
    "erase": "take a post, an account or a piece of evidence out of everything",
    "backup": "copy the whole installation into a folder",
    "restore": "bring a backup back",
    "doctor": "say what is missing or wrong here, and how to mend it",
}


def parser_for(command: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="besa",
        description="From the signature of a code of conduct to the published report on who kept it.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n" + "\n".join(f"  {name:<10} {text}" for name, text in COMMANDS.items()),
        usage="besa COMMAND [options]",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    if command:
        parser = argparse.ArgumentParser(prog=f"besa {command}", description=COMMANDS[command].capitalize() + ".")
        parser.add_argument("--home", metavar="DIR", help="the folder of this installation (default ./var)")
        parser.add_argument("--election", metavar="SLUG", help="needed where more than one is loaded")
        parser.add_argument("--as", dest="as_user", metavar="USER", help="act as this account")
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
        _module(command).arguments(parser)
    return parser


def _module(command: str):
    return importlib.import_module(f"besa.site.commands.{command.replace('import', 'import_').replace('-', '_')}")


def main(argv: list[str] | None = None) -> int:
    argv = list(sys.argv[1:] if argv is None else argv)
    if not argv or argv[0] in ("-h", "--help", "help"):
        parser_for(None).print_help()
        return 0
    if argv[0] == "--version":
        from besa import __version__

        sys.stdout.write(f"besa {__version__}\n")
        return 0
    command = argv[0]
    if command not in COMMANDS:
        sys.stderr.write(f"besa: there is no command “{command}”. `besa --help` lists them.\n")
        return 2
    parser = parser_for(command)
    # intermixed: `besa pack load --home DIR demo` means the same as `besa pack load demo --home DIR`
    arguments = (parser.parse_args if parser._subparsers else parser.parse_intermixed_args)(argv[1:])
    if arguments.home:
        os.environ["BESA_HOME"] = arguments.home
    from besa.base.errors import BesaError
    from besa.site.output import Output

    out = Output(json=arguments.json)
    try:
        return _module(command).run(arguments, out) or 0
    except BesaError as error:
        out.fail(error)
        return error.exit_code
    except KeyboardInterrupt:
        out.say("Stopped. Nothing is half-written; run the same command again to go on.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
