"""An import's report as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.cli.out import console, table
from app.ledger.report import KINDS, Report, TabReport
from sync.ledger.totals import Check

MOST = 40  # lines of each list on a screen; --json has all


def show_report(report: Report) -> None:
    """Rows taken and not, totals, what to do next."""
    if report.state == "failed":
        told = f"没有写成：{report.reason}。{report.book} 没有变，稍后再运行一次。"
        console.print(told, style="red", markup=False)
        return
    _head(report)
    differing = [item for item in report.sorted.existing if item.differences]
    _rows("已在表里，和台账不同，没有改动", [
        [item.entry.where, item.entry.name, item.where, "；".join(f"{d.field}：表里“{d.book or '空'}”，台账“{d.ledger}”" for d in item.differences)]
        for item in differing
    ], ("台账", "名称", "表里", "不同之处"))  # fmt: skip
    if same := len(report.sorted.existing) - len(differing):
        console.print(f"\n已在表里、和台账相同的{same}行，没有改动。", markup=False)
    _rows("没有导入", [[e.where, e.name, e.refused] for e in report.sorted.refused], ("台账", "名称", "原因"))
    notes = [note for entry, _ in report.rows for note in entry.notes]
    _rows("没有读懂（照原样带入）或没有带入，请在表里补正", [[n.where, n.field, n.stands, n.message] for n in notes if not n.sure],
          ("台账", "栏目", "写的是", "说明"))  # fmt: skip
    _rows("按推断带入，请核对", [[n.where, n.field, n.stands, n.message] for n in notes if n.sure],
          ("台账", "栏目", "写的是", "说明"))  # fmt: skip
    for tab in report.tabs:
        _tab(tab)
    for told in report.study.missed:
        console.print(f"\n✗ {told}。请用 --mapping 指定填到哪里，或加一行固定值，再导。", markup=False)
    for mapping in report.study.mappings:
        lost = [f"{item.letters}“{item.head.shown}”" for item in mapping.lost]
        if lost:
            console.print(f"\n{mapping.tab} 没有导入的列：{'、'.join(lost)}（要留作文字，加 --keep）", markup=False)
    if report.study.others:
        console.print(f"没有读的工作表：{'、'.join(report.study.others)}（用 --tab 指定）", markup=False)
    _totals(check for tab in report.tabs for check in tab.totals)
    _next(report)


def _head(report: Report) -> None:
    counts = report.counts
    words = {"done": "已填入", "rehearsed": "会填入", "nothing": "没有新的行要填入"}[report.state]
    console.print(f"{report.ledger} → {report.unit}·{report.study.table.title}（{report.book}）", markup=False)
    number = "" if report.state == "nothing" else f"{counts['taken']}行"
    console.print(f"{words}{number}。", markup=False)
    console.print(
        f"台账表头以下共{counts['all']}行有内容：导入{counts['taken']}，已有{counts['existing']}，没有导入{counts['refused']}，"
        f"接上一行的{counts['continued']}，合计、小标题等{counts['aside']}。",
        markup=False,
    )
    if report.rows:
        rows = sorted(row for _, row in report.rows)
        first, last = rows[0], rows[-1]
        console.print(f"在“{report.study.table.title}”第{first}至{last}行。", markup=False)


def _tab(tab: TabReport) -> None:
    aside = [f"第{line.row}行{KINDS.get(line.kind, line.kind)}" + (f"“{line.label[:16]}”" if line.label else "")
             for line in tab.lines if line.kind not in ("data", "more")]  # fmt: skip
    if aside:
        more = f"…等{len(aside)}行" if len(aside) > MOST else ""
        console.print(f"\n{tab.tab} 不是项目的行：{'、'.join(aside[:MOST])}{more}", markup=False)
    if any(line.kind == "part" for line in tab.lines):
        told = (
            f"{tab.tab} 序号写成1.1、（1）的分项算在上面的项目里，没有单独导入；要单独导入的，把序号改成1、2、3再导。"
        )
        console.print(told, markup=False)
    hidden = [str(line.row) for line in tab.lines if line.hidden]
    if hidden:
        console.print(f"{tab.tab} 有隐藏的行，也读了：第{'、'.join(hidden[:MOST])}行", markup=False)
    if tab.hidden_columns:
        console.print(f"{tab.tab} 有隐藏的列，也读了：{'、'.join(tab.hidden_columns)}", markup=False)


def _totals(checks: Iterable[Check]) -> None:
    found = list(checks)
    if not found:
        console.print("\n台账里没有可核对的合计、小计。", markup=False)
        return
    console.print("\n核对台账自己的合计：", markup=False)
    for check in found:
        unread = f"（有{check.unread}格不是数，没有加进去）" if check.unread else ""
        if check.agrees:
            rounded = "（有的是四舍五入）" if check.differences else ""
            told = f"{'、'.join(check.compared)}和{check.scope}相符{rounded}"
        else:
            differing = [
                f"{d.figure}写的是{d.said}，各行加起来是{d.found}" for d in check.differences if not d.rounding
            ]
            told = f"和{check.scope}不符：{'；'.join(differing)}"
        mark = "✓" if check.agrees else "✗"
        console.print(f"  {mark} {check.where}“{check.label}”：{told}{unread}", markup=False)


def _next(report: Report) -> None:
    if report.state == "done":
        console.print(f"\n原来的表留在 {report.backup}", markup=False)
        console.print(
            f"要撤销：关闭这本表，用上面这个文件盖回 {report.book}（导入以后又填的内容会一起退回）。", markup=False
        )
        console.print(f"下一步：tianbao sync --unit {report.unit}", markup=False)
    elif report.state == "rehearsed":
        console.print("\n这是预演，什么也没有写。去掉 --dry-run 就会填入。", markup=False)


def _rows(title: str, rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    if rows:
        console.print("")
        table(f"{title}（{len(rows)}）", list(columns), [list(row) for row in rows[:MOST]])
        if len(rows) > MOST:
            console.print(f"…还有{len(rows) - MOST}处，用 --json 看全部", markup=False)
