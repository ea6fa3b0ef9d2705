"""excelize: open, write the same cells, save."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import excelize

given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
start = time.process_time()
for path in given["books"]:
    book = excelize.open_file(path)
    for row, column, text in given["cells"]:
        name = excelize.coordinates_to_cell_name(column, row)
        book.set_cell_value(given["tab"], name, text)
    book.save_as(path + ".out.xlsx")
    book.close()
print(json.dumps({"seconds": time.process_time() - start, "books": len(given["books"])}))
