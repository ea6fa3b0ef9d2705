"""Which days have been judged: the last whose pass was completed, and the furthest by which anything was judged at all.

The two differ when the system's date was wrong, or when somebody named a day to come for one unit. Once a day is lived
through that lies before the furthest, what was judged ahead of it has to be judged again (law L6).
"""

from __future__ import annotations

from datetime import date

from sync.parts import Parts


def last_day_done(parts: Parts) -> date | None:
    """The day whose pass was the last to be completed, None before the first."""
    return _day(parts, "day")


def is_done(parts: Parts) -> bool:
    """Whether today's pass was completed, and nothing stands that was judged by a day to come."""
    return last_day_done(parts) == parts.clock.today() and not judged_ahead(parts)


def judged_ahead(parts: Parts) -> bool:
    """Whether anything may have been judged by a day that has not come yet."""
    known = [day for day in (last_day_done(parts), _day(parts, "furthest")) if day is not None]
    return bool(known) and parts.clock.today() < max(known)


def note_day(parts: Parts) -> None:
    """To be said before anything is judged by today: it survives a kill."""
    furthest = _day(parts, "furthest")
    if furthest is None or furthest < parts.clock.today():
        _save(parts, "furthest")


def day_done(parts: Parts) -> None:
    """Today's pass is completed: whatever was judged ahead is judged by today."""
    _save(parts, "day")
    if _day(parts, "furthest") != parts.clock.today():
        _save(parts, "furthest")


def _day(parts: Parts, name: str) -> date | None:
    text = parts.store.setting(f"{name}:{parts.scheme.id}")
    return date.fromisoformat(text) if text else None


def _save(parts: Parts, name: str) -> None:
    parts.store.save_setting(f"{name}:{parts.scheme.id}", parts.clock.today().isoformat())
