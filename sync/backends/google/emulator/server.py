"""The emulator as an HTTP server, with accounts and their key files for clients that know nothing of it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

# registering the kinds of requests
from sync.backends.google.emulator import requests_cells, requests_marks, requests_structure, requests_text
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import FOLDER, SPREADSHEET
from sync.backends.google.emulator.handle import Reply, handle
from sync.backends.google.emulator.web import Request
from sync.backends.google.emulator.world import World

__all__ = ["Emulator", "requests_cells", "requests_marks", "requests_structure", "requests_text"]


class Emulator:
    """A server on a free port of this machine. Use as a context manager, or `start` and `stop`."""

    def __init__(self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0, seed: int = 0) -> None:
        self.world = world or World(EmulatorClock(), seed)
        self._host, self._port = host, port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Emulator:
        self._server = _Server((self._host, self._port), self.world)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.close_connections()
            self._server.server_close()
            self._server = None
        if self._thread is not None:
            self._thread.join()

    def renew(self, world: World | None = None) -> World:
        """Another world behind the same address, as after a restart without memory."""
        self.world = world or World(EmulatorClock())
        if self._server is not None:
            self._server.world = self.world
        return self.world

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """http://127.0.0.1:port"""
        assert self._server is not None, "the emulator is not running"
        return f"http://{self._host}:{self._server.server_address[1]}"

    # accounts and files -------------------------------------------------------------------------------------------

    def service_account(self, name: str = "tianbao", project: str = "tianbao-demo") -> Json:
        """A service account's key file. All share one key pair: making one takes a tenth of a second."""
        email = f"{name}@{project}.iam.gserviceaccount.com"
        private, public = _key_pair()
        self.world.tokens.keys[email] = public
        self.world.tokens.projects[email] = project
        return {
            "type": "service_account",
            "project_id": project,
            "private_key_id": "emulator",
            "private_key": private,
            "client_email": email,
            "client_id": "100000000000000000001",
            "token_uri": f"{self.url}/token",
        }

    def person(self, email: str, project: str = "tianbao-demo") -> Json:
        """A person's authorized_user file."""
        token = self.world.add_person(email, project=project)
        return {
            "type": "authorized_user",
            "client_id": "emulator.apps.googleusercontent.com",
            "client_secret": "emulator",
            "refresh_token": token,
            "token_uri": f"{self.url}/token",
        }

    def spreadsheet(
        self, name: str, owner: str, *shared: str, parents: list[str] | None = None, locale: str = "en",
        zone: str = "Etc/GMT",
    ) -> str:  # fmt: skip
        """A person makes a spreadsheet and shares it with writers; its id."""
        with self.world.lock:
            file = self.world.create_file(name, SPREADSHEET, owner, parents, locale=locale, zone=zone)
            for email in shared:
                self.world.share(file.id, email)
        return file.id

    def folder(self, name: str, owner: str, *shared: str) -> str:
        """A person makes a folder and shares it with writers; its id."""
        with self.world.lock:
            file = self.world.create_file(name, FOLDER, owner)
            for email in shared:
                self.world.share(file.id, email)
        return file.id


@lru_cache(maxsize=1)
def _key_pair() -> tuple[str, rsa.RSAPublicKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode(), key.public_key()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], world: World) -> None:
        super().__init__(address, _Handler)
        self.world = world
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Connections that are kept alive would keep their threads."""
        for request in list(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length) if length else b""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = handle(self.server.world, Request(self.command, path, query, headers, data))
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _send(self, reply: Reply) -> None:
        if reply.drop:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        if reply.slow:
            time.sleep(reply.slow)
        answer, payload = reply.answer, reply.answer.payload()
        self.send_response(answer.code)
        if answer.code != 204:
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(payload)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        half = payload[: len(payload) // 2]
        if reply.half:
            self.wfile.write(half)
            self.wfile.flush()
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        if reply.middle:
            self.wfile.write(half)
            self.wfile.flush()
            time.sleep(reply.middle)
            payload = payload[len(half) :]
        self.wfile.write(payload)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the account of calls says more."""


def as_key_file(account: Json) -> str:
    """An account as the text of its file."""
    return json.dumps(account, ensure_ascii=False, indent=2)
