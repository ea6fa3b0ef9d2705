"""The emulator as an HTTP server, with accounts and their key files for clients that know nothing of it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

# registering the kinds of requests
from sync.backends.google.emulator import (
    requests_cells,
    requests_charts,
    requests_copying,
    requests_fill,
    requests_lines,
    requests_marks,
    requests_ranges,
    requests_rules,
    requests_structure,
    requests_text,
    requests_views,
)
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import FOLDER, SPREADSHEET
from sync.backends.google.emulator.handle import Reply, handle
from sync.backends.google.emulator.web import Request
from sync.backends.google.emulator.world import World

__all__ = [
    "Emulator",
    "requests_cells",
    "requests_charts",
    "requests_copying",
    "requests_fill",
    "requests_lines",
    "requests_marks",
    "requests_ranges",
    "requests_rules",
    "requests_structure",
    "requests_text",
    "requests_views",
]


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
        self, name: str, owner: str, *shared: str, parents: list[str] | None = None, locale: str = "en_US",
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


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
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


class _Handler(StreamRequestHandler):
    """Requests of one connection, one after the other. Thousands of calls in a test run: nothing is parsed that is not
    looked at."""

    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # a caller that hung up is no news
            while self._one():
                pass

    def _one(self) -> bool:
        """Answer the next request; False when it was the last one."""
        words = self.rfile.readline(_LONGEST).decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            return False
        headers = self._headers()
        length = headers.get("content-length", "0")
        data = self.rfile.read(int(length)) if length.isdigit() and length != "0" else b""
        path, _, query = words[1].partition("?")
        reply = handle(self.server.world, Request(words[0], path, query, headers, data))
        stays = headers.get("connection", "keep-alive" if words[2] == "HTTP/1.1" else "close").lower() != "close"
        return self._send(reply) and stays

    def _headers(self) -> dict[str, str]:
        found = {}
        while line := self.rfile.readline(_LONGEST).strip():
            name, _, value = line.decode("latin-1").partition(":")
            found[name.lower()] = value.strip()
        return found

    def _send(self, reply: Reply) -> bool:
        """Whether the connection stays open."""
        if reply.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        if reply.slow:
            time.sleep(reply.slow)
        answer, payload = reply.answer, reply.answer.payload()
        lines = [f"HTTP/1.1 {answer.code} {_reason(answer.code)}", f"Date: {formatdate(usegmt=True)}"]
        if answer.code != 204:
            lines += [f"Content-Type: {answer.kind}", f"Content-Length: {len(payload)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        half = payload[: len(payload) // 2]
        if reply.half:
            self.connection.sendall(head + half)
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        if reply.middle:
            self.connection.sendall(head + half)
            time.sleep(reply.middle)
            head, payload = b"", payload[len(half) :]
        self.connection.sendall(head + payload)
        return True


_LONGEST = 65_536  # of a line


def _reason(code: int) -> str:
    return HTTPStatus(code).phrase if code in HTTPStatus._value2member_map_ else "Unknown"


def as_key_file(account: Json) -> str:
    """An account as the text of its file."""
    return json.dumps(account, ensure_ascii=False, indent=2)
