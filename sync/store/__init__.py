"""The store: the truth about what was accepted, and when. `open_store` is the only way in."""

from __future__ import annotations

from sync.store.base import Store


def open_store(url: str, *, create: bool = True, reading: bool = False) -> Store:
    """The store at `url`: "sqlite:///path/tianbao.db" or "postgresql://…".

    `create=True` makes the tables or migrates them; False raises StoreError when they are absent or older. A store
    made by a newer program is always refused. `reading=True`: it is only looked at, nothing is made or written, also
    where the place cannot be written to (see `sync.store.look`). SQLAlchemy is imported only here, to keep small
    commands quick.
    """
    from sync.store.store import opened

    return opened(url, create, reading)
