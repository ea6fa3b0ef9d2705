"""Endpoints as data: address, models, rights. The routes and the OpenAPI document are made from the same list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from app.rights import Right

F = TypeVar("F", bound=Callable[..., Any])


class Query(BaseModel):
    """Base of query parameters and bodies: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. `answer`: a model, a list of a model, or a media type for files."""

    method: str
    path: str  # OpenAPI spelling: /books/{code}
    right: Right
    summary: str
    tag: str
    answer: Any
    query: type[Query] | None = None
    body: type[Query] | None = None
    upload: bool = False
    view: Callable[..., Any] = field(default=lambda: None)

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def rule(self) -> str:
        """Flask's spelling of the path."""
        return re.sub(r"\{(\w+)\}", r"<\1>", self.path)

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def item(self) -> Any:
        """The model of one item where the answer is a list, else None."""
        return get_args(self.answer)[0] if get_origin(self.answer) is list else None


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str, path: str, right: Right, summary: str, *, tag: str, answer: Any, query: type[Query] | None = None,
    body: type[Query] | None = None, upload: bool = False,
) -> Callable[[F], F]:  # fmt: skip
    """Register a view. It is called with the path's parameters, then `query` and `body` where there are any."""

    def keep(view: F) -> F:
        ENDPOINTS.append(Endpoint(method, path, right, summary, tag, answer, query, body, upload, view))
        return view

    return keep
