"""dlt: merge on the key into SQLite or PostgreSQL, the first load and a second one with a hundredth changed."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "SCHEMA__NAMING": "direct", "RUNTIME__LOG_LEVEL": "ERROR"})
import dlt


def complete(address: str) -> str:
    """dlt wants a password and a host in their places; a socket's directory stays in the query, which libpq prefers."""
    parts = urlsplit(address)
    host = parts.netloc if parts.hostname and parts.password else f"{parts.username or 'postgres'}:none@localhost"
    return parts._replace(netloc=host).geturl()


rows_file, url = sys.argv[1:3]
rows: list[dict[str, Any]] = json.loads(Path(rows_file).read_text("utf-8"))
to_sqlite = url.startswith("sqlite")
destination = dlt.destinations.sqlalchemy(url) if to_sqlite else dlt.destinations.postgres(complete(url))
found: dict[str, float] = {"rows": len(rows)}
with tempfile.TemporaryDirectory() as place:
    pipeline = dlt.pipeline("bench", destination=destination, dataset_name="bench", pipelines_dir=place)
    for name in ("first", "again"):
        start, spent = time.perf_counter(), time.process_time()
        pipeline.run(rows, table_name="record", write_disposition="merge", primary_key="id")
        found[name], found[f"{name}_cpu"] = time.perf_counter() - start, time.process_time() - spent
        for row in rows[::100]:
            row["total_done"] = "1"
print(json.dumps(found))
