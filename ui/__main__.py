"""``python -m ui``: serve the chat, the widget and the API on this machine."""

import argparse
import gc
import os
import socket
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index import FOLDER
from index.uncollected import uncollected
from ui.configure import configure
from ui.settings import Settings

COMMANDS = ("serve", "check", "load", "snippet")


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 2 means it could not start, or that a check found something."""
    given = sys.argv[1:] if arguments is None else arguments
    command = given[0] if given[:1] and given[0] in COMMANDS else "serve"
    if command == "load":
        from ui.load import main as load

        return load(given[1:])
    if command == "snippet":
        from ui.snippet import main as snippet

        return snippet(given[1:])
    options = _parser().parse_args(given[1:] if given[:1] == [command] else given)
    flags = {name: getattr(options, name) for name in FLAGS}
    try:
        settings = configure(options.settings, flags=flags)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return RUN[command](settings, settings.index or FOLDER)


FLAGS = ("host", "port", "root_path", "index", "cards", "country")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m ui",
        usage="%(prog)s [serve | check | load | snippet] [options]",
        description=__doc__,
        epilog="check: look at the settings and at all that they name; load: how much it serves; "
        "snippet: the lines for a page that shows the widget. "
        "Every setting is described in docs/settings.toml.",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="a file of settings")
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    parser.add_argument("--root-path", metavar="PATH", help="where a proxy serves it: /bones")
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="the index (default: the library's)"
    )
    parser.add_argument("--cards", type=Path, metavar="FILE", help="the site's own safety cards")
    parser.add_argument("--country", metavar="CODE", help="whose phone numbers: gb, us, ...")
    return parser


def check(settings: Settings, index: Path) -> int:
    """Say what is wrong; 2 if anything is."""
    from ui.check import findings

    found = list(findings(settings, index))
    print("\n".join(found) or "All is well: settings, cards, country and index.")
    return 2 if found else 0


def serve(settings: Settings, index: Path) -> int:
    """Load, then serve until stopped."""
    problem = _taken(settings.host, settings.port)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    # One core an answer: faiss's threads would spin on the others, five times the work of it all.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from assistant.ask import Assistant
    from ui.watch import Builds

    def load() -> Assistant:
        return Assistant.load(index, cards=settings.cards, country=settings.country)

    builds = Builds(index, load)
    try:
        with uncollected(), ThreadPoolExecutor(1) as aside:  # a second saved on two cores
            loading = aside.submit(builds.open)
            from ui.quiet import hush
            from ui.run import run

            if settings.chat:
                import ui.chat  # noqa: F401  # gradio: seconds
            opened = loading.result()
            gc.freeze()  # or it would all be looked through once more as somebody waits
        hush()
        run(opened, settings, builds)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


RUN: Mapping[str, Callable[[Settings, Path], int]] = {"serve": serve, "check": check}


def _taken(host: str, port: int) -> str:
    """Why nothing can be served there, or an empty string."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            return ""
    except (OSError, OverflowError) as error:
        return f"can't listen on {host} port {port} ({error}); choose another with --port"


if __name__ == "__main__":
    sys.exit(main())
