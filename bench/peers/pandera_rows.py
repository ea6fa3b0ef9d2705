"""pandera's pydantic engine over the same rows: the floor's own model, row by row through a DataFrameModel."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import create_model

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import pandera.pandas as pa
from pandera.engines.pandas_engine import PydanticModel

from bench.floor_cells import kinds_of

given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
names = [name for name, _, _ in given["columns"]]
kinds = kinds_of([tuple(item) for item in given["columns"]], given["choices"])
Row: Any = create_model("Row", **{name: (kind | None, None) for name, kind in kinds.items()})
frame = pd.DataFrame([[cell or None for cell in row] for row in given["rows"]], columns=names, dtype=object)


class Table(pa.DataFrameModel):
    """Rows checked as a whole by the pydantic model."""

    class Config:
        dtype = PydanticModel(Row)
        coerce = True


start, errors = time.process_time(), 0
try:
    Table.validate(frame, lazy=True)
except pa.errors.SchemaErrors as wrong:
    errors = len(wrong.failure_cases)
print(json.dumps({"rows": len(frame), "seconds": time.process_time() - start, "errors": errors}))
