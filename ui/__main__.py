"""``python -m ui``: serve the chat on this machine."""

import argparse
import socket
import sys
from pathlib import Path

from index import FOLDER


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 2 means it could not start."""
    parser = argparse.ArgumentParser("python -m ui", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--index", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--cards", type=Path, metavar="FILE", help="the site's own safety cards")
    parser.add_argument("--country", metavar="CODE", help="whose phone numbers: gb, us, ...")
    options = parser.parse_args(arguments)
    problem = _taken(options.host, options.port)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    import uvicorn

    from assistant.ask import Assistant
    from ui.server import build_app

    try:
        assistant = Assistant.load(options.index, cards=options.cards, country=options.country)
        app = build_app(assistant)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"Bonewise answers on http://{options.host}:{options.port} (stop with Ctrl-C)", flush=True
    )
    # No access log: it is a list of who read what and when.
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,  # pages that are open hold a connection each
    )
    return 0


def _taken(host: str, port: int) -> str:
    """Why nothing can be served there, or an empty string."""
    try:
        with socket.create_server((host, port)):
            return ""
    except (OSError, OverflowError) as error:
        return f"can't listen on {host} port {port} ({error}); choose another with --port"


if __name__ == "__main__":
    sys.exit(main())
