"""``python -m ui snippet``: the lines that staff put into their page, and whether they will work.

It prints the tag with the loader's hash, a plain link for when no script runs, and what the site's
Content-Security-Policy needs; with ``--check`` it asks a running server, as a browser would.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from markupsafe import Markup

from ui.loader import integrity, load_loader
from ui.settings import Settings
from ui.welcome import TOPICS

TAG = Markup("""<!-- Bonewise {version}: put this before </body> -->
<p data-bonewise-link><a href="{server}/ask">{label}</a>{contact}</p>
<script src="{server}{path}" defer{pin}
        {data}></script>""")
FRAME = Markup("""<iframe title="{title}" src="{server}/embed{looks}" loading="lazy"
        referrerpolicy="strict-origin" width="100%" height="640"></iframe>""")
CONTACT = Markup("\n<p>{}</p>")
DATA = (
    "label", "title", "position", "accent", "theme", "mode", "open_on", "topic", "contact",
    "contact_url",
)  # fmt: skip
LOOKS = ("topic", "accent", "theme")  # those that the address of a frame can have
SCRIPTED = ("position", "mode", "open_on", "evergreen")  # of the loader, and nothing without it
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Snippet:
    """One site's tag: where it stands, which server it speaks to, what it says."""

    site: str
    server: str
    data: tuple[tuple[str, str], ...] = ()
    evergreen: bool = False

    def __post_init__(self) -> None:
        """ValueError if an address is not one that a browser could use."""
        Settings(sites=(self.site,))
        if not _address(self.server):
            raise ValueError(
                f'--server "{self.server}" must be an address such as https://bones.example'
            )

    @property
    def origin(self) -> str:
        """The server's scheme, host and port."""
        parts = urlsplit(self.server)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def source(self) -> str:
        """Where its loader stands."""
        loader = load_loader()
        return self.server + (loader.evergreen if self.evergreen else loader.path)


def _address(text: str) -> bool:
    """True if a browser could open it, and paths below it."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # ValueError if it is no number
    except ValueError:
        return False
    plain = not re.search(r"[\s;,@#?'\"<>]", text)  # it also becomes part of a policy
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def tag(snippet: Snippet) -> str:
    """The tag, with a plain link that stands there until the loader runs."""
    loader = load_loader()
    data = dict(snippet.data)
    pin = Markup('\n        integrity="{}" crossorigin="anonymous"').format(loader.integrity)
    attributes = (Markup('data-{}="{}"').format(k.replace("_", "-"), v) for k, v in snippet.data)
    return str(
        TAG.format(
            version=loader.version,
            server=snippet.server,
            label=data.get("label", "Ask about bone health"),
            contact=_contact(data.get("contact", ""), data.get("contact_url", "")),
            path=loader.evergreen if snippet.evergreen else loader.path,
            pin="" if snippet.evergreen else pin,
            data=Markup("\n        ").join(attributes),
        )
    )


def _contact(said: str, url: str) -> Markup:
    """Whom to ask when nothing of ours can be reached."""
    if said and url:
        return Markup(' <a href="{}">{}</a>').format(url, said)
    return Markup(" {}").format(said) if said else Markup("")


def frame(snippet: Snippet) -> str:
    """The question box in the page itself, without any script, and whom to ask instead."""
    data = dict(snippet.data)
    title = data.get("title") or data.get("label", "Ask about bone health")
    looks = urlencode({name: data[name].lstrip("#").lower() for name in LOOKS if name in data})
    contact = _contact(data.get("contact", ""), data.get("contact_url", "")).strip()
    framed = FRAME.format(title=title, server=snippet.server, looks=f"?{looks}" if looks else "")
    return str(framed + CONTACT.format(contact) if contact else framed)


def policy(snippet: Snippet) -> tuple[str, str]:
    """The two lines that a site's Content-Security-Policy needs."""
    return (f"script-src {snippet.origin}", f"frame-src {snippet.origin}")


def problems(snippet: Snippet) -> Iterator[str]:
    """What keeps it from working with the server that is running now; each with what to do."""
    try:
        script, headers = _fetched(snippet.source, snippet.site)
        wanted = load_loader()
        if integrity(script) != wanted.integrity:
            yield (
                f"{snippet.source} has the hash {integrity(script)} and this program's loader "
                f"{wanted.version} has {wanted.integrity}: the server runs another release, or "
                "something on the way changes scripts; print the snippet on the server itself"
            )
        if headers.get("access-control-allow-origin") != "*":
            yield f"{snippet.source} lacks Access-Control-Allow-Origin: *, which a hash needs"
    except (OSError, HTTPException) as error:
        yield f"{snippet.source}: {error}; is the server running there, and is its root_path right?"
        return
    try:
        _, headers = _fetched(f"{snippet.server}/embed", snippet.site)
    except (OSError, HTTPException) as error:
        yield f"{snippet.server}/embed: {error}"
        return
    listed = _ancestors(headers.get("content-security-policy", ""))
    if snippet.site not in listed:
        yield (
            f"{snippet.server}/embed may be framed by {' '.join(listed) or 'any page'}, and not "
            f'{snippet.site}: put it in the settings, sites = ["{snippet.site}"], and restart'
        )
    elif headers.get("x-frame-options"):  # the service sends it where no site may frame it
        yield f"{snippet.server}/embed has X-Frame-Options, which forbids framing; a proxy adds it"


def _fetched(url: str, site: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers, as a page of the site would get them."""
    request = Request(url, headers={"Origin": site})  # noqa: S310  # http or https, see Snippet
    with urlopen(request, timeout=SECONDS) as response:  # noqa: S310
        return response.read(), {k.lower(): v for k, v in response.headers.items()}


def _ancestors(policy_text: str) -> tuple[str, ...]:
    """Whom a policy lets frame the page."""
    rules = (rule.split() for rule in policy_text.split(";"))
    return next((tuple(rule[1:]) for rule in rules if rule[:1] == ["frame-ancestors"]), ())


def main(arguments: list[str] | None = None) -> int:
    """Print the lines; with ``--check`` 1 if they would not work, 2 if they can't be made."""
    options = _parser().parse_args(arguments)
    data = {name: getattr(options, name) for name in DATA if getattr(options, name)}
    try:
        said = tuple(data.items())
        snippet = Snippet(options.site, options.server.rstrip("/"), said, options.evergreen)
        Settings(**{name: data[name] for name in ("accent", "contact_url") if name in data})
        if options.contact_url and not options.contact:
            raise ValueError("--contact-url needs --contact, which says whom it reaches")
        if options.plain:
            _check_plain(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(frame(snippet) if options.plain else tag(snippet))
    needed = policy(snippet)[1:] if options.plain else policy(snippet)
    print("\n# If the site sends a Content-Security-Policy, add to it:", *needed, sep="\n")
    print(f'\n# In the settings of Bonewise:\nsites = ["{snippet.site}"]')
    if not options.check:
        return 0
    wrong = list(problems(snippet))
    print(*wrong or [f"\nChecked: {snippet.server} will serve it to {snippet.site}."], sep="\n",
          file=sys.stderr if wrong else sys.stdout)  # fmt: skip
    return 1 if wrong else 0


def _check_plain(options: argparse.Namespace) -> None:
    """ValueError if something is wanted that only the loader does."""
    for name in SCRIPTED:
        if getattr(options, name):
            flag = f"--{name.replace('_', '-')}"
            raise ValueError(f"{flag} needs the script that --plain does without; leave one out")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ui snippet", description=__doc__)
    parser.add_argument("--site", required=True, help="origin of the page: https://clinic.example")
    parser.add_argument(
        "--server", default="http://127.0.0.1:7860", metavar="URL", help="where Bonewise is served"
    )
    parser.add_argument("--label", default="Ask about bone health", help="text of the button")
    parser.add_argument("--title", help="name of the box, if not the label")
    parser.add_argument("--position", choices=["start", "end"], help="corner; end if not said")
    parser.add_argument("--accent", metavar="#RRGGBB", help="colour that white text stands on")
    parser.add_argument("--theme", choices=["light", "dark"], help="else as the reader's device")
    parser.add_argument("--mode", choices=["launcher", "inline"], help="a button, or in the page")
    parser.add_argument("--open-on", metavar="SELECTOR", help="what else on the page opens it")
    parser.add_argument("--topic", choices=list(TOPICS), help="whose example questions")
    parser.add_argument("--contact", help="whom to ask if it can't be shown: Call 020 7946 0000")
    parser.add_argument("--contact-url", metavar="URL", help="tel:, mailto: or https:// for it")
    parser.add_argument("--evergreen", action="store_true", help="always the newest, without hash")
    parser.add_argument("--plain", action="store_true", help="a frame in the page, no script")
    parser.add_argument("--check", action="store_true", help="ask the running server as well")
    return parser


if __name__ == "__main__":
    sys.exit(main())
