"""What people call a row: its name, and of a child first whose it is."""

from __future__ import annotations

import pytest

from validators.scheme.tables import Field, Table

FIELDS = (Field(name="project", title="项目名称"), Field(name="step", title="环节"))
STEP = Table(name="step", title="审批", fields=FIELDS, parent="project", parent_field="project", name_field="step")
MONTH = Table(name="month", title="月报", fields=FIELDS, parent="project", parent_field="project", name_field="project")
ALONE = Table(name="alone", title="库", fields=FIELDS, name_field="project")


@pytest.mark.parametrize(
    ("table", "values", "called"),
    [
        (STEP, {"project": "甲", "step": "用地报批"}, "甲·用地报批"),
        (STEP, {"step": "用地报批"}, "用地报批"),
        (STEP, {"project": "甲"}, "甲"),
        (MONTH, {"project": "甲", "step": "x"}, "甲"),
        (ALONE, {"project": "甲"}, "甲"),
        (ALONE, {}, ""),
        (Table(name="nameless", title="表", fields=FIELDS), {"project": "甲"}, ""),
    ],
)
def test_what_a_row_is_called(table: Table, values: dict[str, str], called: str) -> None:
    assert table.called(values) == called
