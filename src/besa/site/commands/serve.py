"""`besa serve`: desk, door and portal in one process group, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket

from besa.base.errors import BadInput, Conflict

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def arguments(parser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2, eight threads each)")


def run(arguments, out) -> int:
    from besa.site.start import start

    home = start()
    from besa.retention.actions import finish_pending

    finish_pending()  # what a process that died had begun to erase
    out.say(f"Home: {home.root}")
    serve(arguments.host, arguments.port, out, workers=arguments.workers)
    return 0


def serve(host: str, port: int, out, *, workers: int = 2) -> None:
    """Serve until stopped. Raises Conflict where the port is taken or the address is not of this machine.

    Each worker process sets Django up for itself: libraries with threads of their own do not
    survive being forked.
    """
    _free(host, port)
    out.say(f"Besa is at http://{f'[{host}]' if ':' in host else host}:{port}/  (stop with Ctrl-C)")
    if host not in _LOOPBACK and "BESA_HOSTS" not in os.environ:
        out.say("Other machines are refused until BESA_HOSTS names the host that they may use.")
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": max(workers, 1),
                "threads": 8,
                "worker_class": "gthread",
                "timeout": 120,
                "graceful_timeout": 5,
                "keepalive": 5,
                "loglevel": "error",
                "control_socket_disable": True,
                "proc_name": "besa",
                "logger_class": "besa.site.logs.ServerLog",
            }.items():
                self.cfg.set(name, value)

        def load(self):
            from besa.site.start import start

            start(migrate=False)
            from besa.site.wsgi import application

            return application

    master = os.getpid()
    try:
        Server().run()
    except SystemExit as stop:
        if os.getpid() != master:
            raise  # a worker that ends; what follows is for the command itself
        if stop.code:
            raise Conflict(
                "The server did not start.", remedy="The lines above say why; `besa doctor` looks at this machine."
            ) from None
    out.say("Stopped.")


def _free(host: str, port: int) -> None:
    """Try the address before the server does, so that the trouble is told in one clear line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OverflowError:
            raise BadInput(f"{port} is not a port.", remedy="Take a number from 1024 to 65535.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Conflict(
                    f"Port {port} on {host} is in use, perhaps by another Besa.",
                    remedy=f"Stop that, or take another port: `besa serve --port {port + 1}`.",
                ) from None
            raise Conflict(
                f"Cannot listen on {host} port {port}: {error.strerror}.",
                remedy="Use --host 127.0.0.1, or a port above 1024.",
            ) from None
