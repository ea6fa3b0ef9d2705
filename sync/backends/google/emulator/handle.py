"""One request from end to end: who asks, what it costs, what goes wrong with it, what is done, what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from sync.backends.google.emulator.control import control
from sync.backends.google.emulator.discovery import answer_mask
from sync.backends.google.emulator.drive_api import supports_drives
from sync.backends.google.emulator.errors import (
    ApiError,
    api_off,
    bad,
    bad_token,
    no_caller,
    no_file,
    scope_missing,
)
from sync.backends.google.emulator.faults import HTML_ERROR, Fault
from sync.backends.google.emulator.masks import apply_mask
from sync.backends.google.emulator.quota import Call
from sync.backends.google.emulator.routes import Route, find_route
from sync.backends.google.emulator.tokens import TokenError
from sync.backends.google.emulator.typed import edit, version
from sync.backends.google.emulator.view import page
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import CallInfo, World


@dataclass(slots=True)
class Reply:
    """An answer, and what the fault in force does to it on the wire."""

    answer: Answer
    drop: bool = False
    half: bool = False
    slow: float = 0.0
    middle: float = 0.0


def handle(world: World, request: Request) -> Reply:
    """Answer a request. Everything of the world happens under its lock."""
    if request.path == "/token":
        return _spoilt(world, request, "token", "token", "", lambda: _token(world, request))
    if request.path.startswith("/_control"):
        with world.lock:
            return Reply(control(world, request))
    if request.path == "/" or request.path.startswith("/view/"):
        with world.lock:
            return Reply(_view(world, request))
    found = find_route(request.method, request.path)
    if found is None:
        return Reply(Answer(ApiError(404, "Not Found").body(), 404))
    route, names = found
    return _spoilt(
        world, request, route.kind, route.name, names.get("id", ""), lambda: _api(world, request, route, names)
    )


def _view(world: World, request: Request) -> Answer:
    book, _, what = request.path.removeprefix("/view/").partition("/")
    if what == "version":
        return Answer(version(world, book).encode(), kind="text/plain; charset=UTF-8")
    if what == "edit" and request.method == "POST":
        return edit(world, book, request)
    return page(world, request.path, request.flat())


def _spoilt(world: World, request: Request, kind: str, method: str, book: str, carry_out: object) -> Reply:
    """Carry a call out as far as the fault in force allows, and count it."""
    with world.lock:
        number = world.account.next_number()
        try:
            request.identity = world.tokens.identity(request.headers.get("authorization", ""))
        except ApiError as error:
            refusal: ApiError | None = error
        else:
            refusal = None
        if refusal is not None and kind != "token":
            reply = _refused(request, kind)
        else:
            if world.before is not None and kind != "token":
                world.before(CallInfo(number, kind, method, request.user, book))
            fault = world.faults.take(kind, request.user, book, method)
            reply = _reply(fault, kind, carry_out)
        identity = request.identity
        world.account.add(
            Call(number, world.clock.now(), identity.email, identity.project, kind, method, book, reply.answer.code)
        )
    return reply


def _refused(request: Request, kind: str) -> Reply:
    found = (bad_token if request.headers.get("authorization") else no_caller)("drive" if kind == "drive" else "sheets")
    return Reply(Answer(found.body(), found.code, found.headers))


def _reply(fault: Fault | None, kind: str, carry_out: object) -> Reply:
    if fault is None:
        return Reply(_answer(carry_out))
    answer = _answer(carry_out) if fault.commit or fault.action in ("half",) or _harmless(fault) else Answer(None, 0)
    if fault.action == "status":
        error = fault.error(kind)
        body = HTML_ERROR.encode() if fault.html else error.body()
        mime = "text/html; charset=UTF-8" if fault.html else "application/json; charset=UTF-8"
        return Reply(Answer(body, error.code, error.headers, mime))
    if fault.action == "drop":
        return Reply(answer, drop=True)
    if fault.action == "half":
        return Reply(answer, half=True)
    if fault.middle:
        return Reply(answer, middle=fault.seconds)
    return Reply(answer, slow=fault.seconds)


def _harmless(fault: Fault) -> bool:
    """A slow answer is still an answer."""
    return fault.action == "slow"


def _answer(carry_out: object) -> Answer:
    try:
        found = carry_out()  # type: ignore[operator]
    except TokenError as error:
        return Answer(error.body(), error.code)
    except ApiError as error:
        return Answer(error.body(), error.code, error.headers)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Answer(bad(f"Invalid JSON payload received: {error}").body(), 400)
    except (LookupError, ArithmeticError, RecursionError):  # ours to mend; the caller keeps the connection
        return Answer(ApiError(500, "Internal error encountered.").body(), 500)
    return found if isinstance(found, Answer) else Answer(found)


def _api(world: World, request: Request, route: Route, names: dict[str, str]) -> object:
    api = "drive" if route.kind == "drive" else "sheets"
    if (request.identity.project, api) in world.off:
        raise api_off(api, request.identity.project)
    granted = world.tokens.scopes.get(request.user, request.identity.scopes)
    if granted and not {scope.rpartition("/auth/")[2] for scope in granted} & _SCOPES[api, _looks(route)]:
        raise scope_missing(api)
    world.quota.spend(route.kind, request.user, request.identity.project)
    file = world.files.get(names.get("id", "")) if api == "drive" else None
    if file is not None and file.shared_drive and route.name in _KNOW_DRIVES and not supports_drives(request.flat()):
        raise no_file(file.id)  # a program has to say that it knows of shared drives
    if (book := world.books.get(names.get("id", ""))) is not None:
        book.project = request.identity.project
    if not route.answer:
        return route.handler(world, request, names)
    return _sheets(world, request, route, names)


def _looks(route: Route) -> bool:
    """Whether a call changes nothing; some of those that read Sheets are POST."""
    return route.kind == "read" or (route.kind == "drive" and route.method == "GET")


def _sheets(world: World, request: Request, route: Route, names: dict[str, str]) -> object:
    """Parameters, body and field mask are looked at before anything is done."""
    given = request.flat()
    for name in given:
        if name not in route.query and name not in _EVERYWHERE:
            raise bad(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
    mask = answer_mask(given.get("fields"), route.answer)
    request.body = route.body
    found = route.handler(world, request, names)
    return (
        found
        if mask is None or route.name in ("spreadsheets.get", "spreadsheets.getByDataFilter")
        else apply_mask(found, mask)
    )


_EVERYWHERE = frozenset(
    [
        "$.xgafv",
        "access_token",
        "alt",
        "callback",
        "fields",
        "key",
        "oauth_token",
        "prettyPrint",
        "quotaUser",
        "uploadType",
        "upload_protocol",
    ]
)


_KNOW_DRIVES = frozenset(
    f"{name}.{what}"
    for name in ("files", "permissions")
    for what in ("get", "list", "create", "update", "copy", "delete")
) | {"files.upload"}
# what a token must be good for, to change something and to look, as the reference lists it for each method
_SCOPES = {
    ("sheets", False): {"drive", "drive.file", "spreadsheets"},
    ("sheets", True): {"drive", "drive.file", "drive.readonly", "spreadsheets", "spreadsheets.readonly"},
    ("drive", False): {"drive", "drive.file"},
    ("drive", True): {"drive", "drive.file", "drive.readonly", "drive.metadata", "drive.metadata.readonly"},
}


def _token(world: World, request: Request) -> object:
    form = dict(parse_qsl(request.data.decode("utf-8", "replace")))
    return world.tokens.grant(form, f"http://{request.headers.get('host', '')}/token")
