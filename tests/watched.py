"""``python -m ui`` with every file written and every connection begun noted, from the first line.

Run as ``python tests/watched.py NOTES [arguments of python -m ui]``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
notes = Path(sys.argv[1]).open("a", buffering=1)  # noqa: SIM115  # as long as the process
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system"}


def note(event: str, details: tuple[object, ...]) -> None:
    if event in CALLS:
        print(event, details, file=notes)
    elif event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax+"):
        print("write", details[0], file=notes)


sys.addaudithook(note)

from ui.__main__ import main  # noqa: E402  # what it imports is watched too

sys.exit(main(sys.argv[2:]))
