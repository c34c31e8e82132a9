"""A service on a port, until it is stopped."""

import uvicorn

from ui.quiet import log_config
from ui.server import build_app
from ui.service import Service
from ui.settings import Settings
from ui.watch import Builds, Opened, Watch


def run(opened: Opened, settings: Settings, builds: Builds) -> None:
    """Serve what was opened, and newer builds of its index as they come; OSError if it can't."""
    if settings.metrics_port:
        from ui.metrics import Counts

        counts = Counts()
        service = Service(opened.assistant, settings, counts.saw)
        watch = Watch(builds, service, opened.named, counts.swapped)
        try:
            counts.listen(settings.host, settings.metrics_port)
        except OSError as error:
            where = f"{settings.host} port {settings.metrics_port}"
            raise OSError(f"can't listen on {where} ({error}); change metrics_port") from error
    else:
        service = Service(opened.assistant, settings)
        watch = Watch(builds, service, opened.named)
    app = build_app(service, settings, watch)
    watch.start()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    where = f"http://{host}:{settings.port}{settings.root_path}"
    print(f"Bonewise answers on {where} (stop with Ctrl-C)", flush=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # it would be a list of who read what and when
        log_config=log_config(),
        log_level="warning",
        proxy_headers=False,  # it believes any proxy on this machine; the fence believes the site's
        server_header=False,
        timeout_graceful_shutdown=2,  # pages that are open hold a connection each
    )
