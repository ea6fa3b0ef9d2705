"""What all models of the scheme language share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Unknown keys are mistakes (a typing error in a scheme must not pass in silence); values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
