"""What all models of the scheme language share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Unknown keys are mistakes (a typing error in a scheme must not pass in silence); values do not change.

    A number where text is wanted becomes its text: `minimum: 0`, `code: 340403001` need no quotation marks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)
