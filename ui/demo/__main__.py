"""``python -m ui.demo``: Bonewise on one origin and a clinic's pages with its widget on another."""

import argparse
import os
import signal
import subprocess
import sys

from ui.demo.hosts import PAGES, build_hosts


def main(arguments: list[str] | None = None) -> int:
    """Serve both until stopped; 2 means that one of them could not start."""
    parser = argparse.ArgumentParser("python -m ui.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=7860, help="of Bonewise")
    parser.add_argument("--host-port", type=int, default=7861, help="of the clinic's pages")
    options = parser.parse_args(arguments)
    site, server = f"http://localhost:{options.host_port}", f"http://127.0.0.1:{options.port}"
    try:
        hosts = build_hosts(site, server, options.host_port)
    except (OSError, OverflowError, ValueError) as error:
        print(
            f"can't listen on port {options.host_port} ({error}); choose another with --host-port",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that both end together
    # The server as staff start it; only who may frame it is said here.
    command = [sys.executable, "-m", "ui", "--port", str(options.port)]
    process = subprocess.Popen(command, env={**os.environ, "BONEWISE_SITES": site})  # noqa: S603
    print(*(f"{site}/{page}.html" for page in PAGES), "(stop with Ctrl-C)", sep="\n", flush=True)
    try:
        hosts.timeout = 0.5
        while process.poll() is None:
            hosts.handle_request()
    except KeyboardInterrupt:
        pass
    finally:
        process.terminate()
        hosts.server_close()
    return process.wait() and 2


if __name__ == "__main__":
    sys.exit(main())
