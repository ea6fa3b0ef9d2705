"""The control path: faults, quotas, clock, lag and counters for callers in another process. Not of Google's making."""

from __future__ import annotations

from dataclasses import asdict, fields

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError
from sync.backends.google.emulator.faults import fault_of
from sync.backends.google.emulator.quota import Limits
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import World


def control(world: World, request: Request) -> Answer:
    """GET /_control tells how things stand; POST /_control/<what> changes something."""
    what = request.path.removeprefix("/_control").strip("/")
    if request.method == "GET":
        return Answer(_state(world))
    try:
        body = request.json()
        return Answer(_ACTS[what](world, body) or {})
    except KeyError as error:
        return Answer({"error": f"unknown or incomplete: {error}"}, 404)
    except (ValueError, TypeError) as error:
        return Answer({"error": str(error)}, 400)
    except ApiError as error:
        return Answer(error.body(), error.code)


def _state(world: World) -> Json:
    return {
        "now": world.clock.now(),
        "lag": world.lag,
        "calls": {f"{k[0]} {k[1]}": n for k, n in sorted(world.account.by("kind", "method").items())},
        "by_user": {str(k[0]): n for k, n in sorted(world.account.by("user").items())},
        "total": world.account.total,
        "faults": [asdict(fault) for fault in world.faults.waiting],
        "limits": asdict(world.quota.limits),
        "files": [{"id": file.id, "name": file.name, "owner": file.owner} for file in world.files.values()],
    }


def _fault(world: World, body: Json) -> None:
    world.faults.add(fault_of(body))


def _clear_faults(world: World, body: Json) -> None:
    world.faults.clear()


def _clock(world: World, body: Json) -> None:
    if "advance" in body:
        world.clock.advance(float(body["advance"]))
    else:
        at = body["at"]
        world.clock.set(None if at is None else float(at))


def _lag(world: World, body: Json) -> None:
    world.lag = float(body["seconds"])


def _limits(world: World, body: Json) -> None:
    known = {item.name for item in fields(Limits)}
    for name, value in body.items():
        if name not in known:
            raise ValueError(f"no such limit: {name}")
        setattr(world.quota.limits, name, None if value is None else int(value))


def _reset(world: World, body: Json) -> None:
    world.account.reset()
    world.quota.reset()


def _revoke(world: World, body: Json) -> None:
    world.tokens.revoke_all()


def _api(world: World, body: Json) -> None:
    """{"project", "api": "sheets" or "drive", "on"}"""
    pair = str(body["project"]), str(body["api"])
    (world.off.discard if body["on"] else world.off.add)(pair)


def _account(world: World, body: Json) -> None:
    """{"user", "state": "" (in order), "disabled", "astray"}"""
    for name in ("disabled", "astray"):
        known: set[str] = getattr(world.tokens, name)
        (known.add if body["state"] == name else known.discard)(str(body["user"]))
    world.tokens.revoke_all()


def _share(world: World, body: Json) -> None:
    if body.get("role"):
        world.share(body["file"], body["user"], body["role"])
    else:
        world.unshare(body["file"], body["user"])


def _act(world: World, body: Json) -> Json:
    return {"replies": world.act(body["book"], body["user"], *body["requests"])}


_ACTS = {
    "fault": _fault,
    "faults/clear": _clear_faults,
    "clock": _clock,
    "lag": _lag,
    "limits": _limits,
    "reset": _reset,
    "revoke": _revoke,
    "api": _api,
    "account": _account,
    "share": _share,
    "act": _act,
}
