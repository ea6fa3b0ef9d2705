"""Sentences about books and tabs, by code: what is the matter and what to do."""

from __future__ import annotations

BOOK_MESSAGES: dict[str, str] = {
    # the file as a whole: unread, the last good data stay
    "book.encrypted": "“{name}”设了打开密码，系统读不了。请在 WPS 或 Excel 里去掉密码，保存后再交。",
    "book.damaged": "“{name}”不完整或已损坏，打不开。请在 WPS 或 Excel 里打开它，“另存为”.xlsx 后再交；打不开的，请重新下载本单位的表。",
    "book.empty": "“{name}”是空文件，没有任何内容。请重新保存后再交，原来报过的数据没有变。",
    "book.too_large": "“{name}”太大，超出系统读取的限度，这次没有读。请删去多余的图片、空白格式行和无关的工作表后再交。",
    "book.bomb": "“{name}”解开后异常庞大，不像正常的表，系统没有读。请重新下载本单位的表，把内容复制过去再交。",
    "book.timeout": "“{name}”读了{seconds}秒还没有读完，系统停止了读取。请删去多余的格式行和无关的工作表后再交。",
    "book.dtd": "“{name}”里夹带了正常表格没有的内容（文档类型声明），为安全起见没有读。请用 WPS 或 Excel“另存为”.xlsx 后再交。",
    "book.foreign": "“{name}”不是填报用的表（看起来是{kind}）。请使用下发的本单位的表填报。",
    "book.no_tables": "“{name}”里没有找到要填的表。请使用下发的本单位的表，或让表头名称与下发的表一致。",
    "book.legacy_xls": "“{name}”是老格式（.xls），能读取但不能在表里答复。请在 WPS 或 Excel 里“另存为”.xlsx 后再交。",
    "book.legacy_ods": "“{name}”是 .ods 格式，能读取但不能在表里答复。请“另存为”.xlsx 后再交。",
    "book.legacy_et": "“{name}”是 WPS 专用格式（.et），系统读不了。请在 WPS 里“另存为”.xlsx 后再交。",
    "book.legacy_xlsb": "“{name}”是二进制格式（.xlsb），系统读不了。请在 Excel 里“另存为”.xlsx 后再交。",
    "book.legacy_unread": "“{name}”是老格式的表，这里没有读取。请在 WPS 或 Excel 里“另存为”.xlsx 后再交。",
    "book.other_scheme": "“{name}”是另一套方案（{scheme}）的表，不属于这里。请使用本方案下发的表。",
    "book.old_version": "“{name}”是旧版的表（{version}，现行 {current}），已照常读取；新增的栏目要等换成新表后才能填。",
    "book.lacks": "这本表没有{what}，是方案后来新加的，其余照常读取。原来填的不用动；请等管理员给这本表升级（tianbao books upgrade），或领取新下发的表后再填这部分。",
    "book.ended": "方案已于{day}到期，这本表只看不改。到期后改的没有采用：{rows}。系统里仍是到期时的数；确需更正的，请联系牵头部门。",
    "book.ended_gone": "方案已于{day}到期，这本表只看不改。到期后少了{gone}行，系统里仍保留到期时的数；确需更正的，请联系牵头部门。",
    "book.not_recounted": "{name}：放假安排改了，按新安排重算时系统内部出错（从{since}起，试了{tries}次），期限暂按原来的安排算，{again}以后自动再试。单位不用重填；请把日志里的出错记录交给维护人员，修好以后一小时内会自动重算。",
    "book.macros": "“{name}”带有宏。系统不运行宏，只读取内容；下发的表没有宏，请确认来源。",
    "book.unit_differs": "表里“填报单位”写的是“{written}”，而这本表是发给“{marked}”的。请核对：是不是把别的单位的表拿来填了？",
    "book.rows_asked_back": "{rows}从表里消失了，牵头部门认定没有退出。请把这一行补回来（可以从以前的表里复制），已报过的内容系统都还留着。",
    "book.other_unit": "“{name}”里是{owner}的表，不是本单位的，系统没有按本单位读取，原来报过的数据没有变。请放回本单位的表（可在网页上下载现有的）。",
    # a ledger to be imported
    "ledger.foreign": "“{name}”不是表格文件（看起来是{kind}）。请在 WPS 或 Excel 里打开，“另存为”.xlsx 后再导入。",
    "ledger.damaged": "“{name}”不完整或已损坏，打不开。请在 WPS 或 Excel 里打开它，“另存为”.xlsx 后再导入。",
    # one tab
    "sheet.column_lost": "工作表“{tab}”里找不到“{title}”一栏，这一栏这次没有读，其余照常。请恢复这一栏的表头“{title}”。",
    "sheet.columns_lost": "工作表“{tab}”里找不到这几栏：{titles}，这几栏没有读，其余照常。应当有的，请补上表头（一字不差）；表头叫法不同的，请改成这里的叫法。",
    "sheet.answers_lost": "工作表“{tab}”里系统写答复的{what}被删去了，这几项没有地方写；填报的内容照常读取。请在一个空列的表头行写上一样的表头（一列一个，一字不差），保存后系统就写在那里。",
    "sheet.column_shuffled": "工作表“{tab}”的{what}有{count}行的内容互相换了位置，别的栏没有动，像是只选中这一部分排了序。系统已照现在的内容读取；排错了的，请撤销或恢复成原来的行，确实是这样改的，请告诉牵头部门。",
    "sheet.column_twice": "工作表“{tab}”里“{title}”一栏出现了两次（{columns} 列），系统只读了 {used} 列。请删去多余的一栏，或改掉它的表头。",
    "sheet.column_renamed": "工作表“{tab}”{column} 列原是“{title}”，现在表头写的是“{header}”。系统仍按“{title}”读取；请改回原表头。",
    "sheet.merged_cells": "工作表“{tab}”的数据行里有 {count} 处合并单元格（如 {ranges}），只有左上角一格有内容。请取消合并，每行都填上。",
    "sheet.rows_aside": "工作表“{tab}”有 {count} 行看起来是小标题或说明（{rows}），没有当作填报内容。若是要报的，请把名称写得不像标题，并填上其他栏目。",
    "sheet.ghost_rows": "工作表“{tab}”有 {count} 行只有格式、没有内容，会使表变慢。请选中这些空白行，整行删除。",
    "sheet.far_cells": "工作表“{tab}”第 {limit} 列以后还有 {count} 个有内容的单元格，系统没有读。请检查是不是误填，删去即可。",
    "sheet.tab_lost": "找不到工作表“{tab}”，这张表这次没有读，原来的数据没有变。请恢复这张工作表。",
    "sheet.tab_twice": "“{title}”有两张工作表（“{used}”和“{other}”），系统只读了“{used}”。请把要报的内容并到一张里，删去另一张。",
    "sheet.header_lost": "工作表“{tab}”里找不到表头，这张表这次没有读，原来的数据没有变。请恢复表头这一行。",
    "sheet.external_links": "表里有 {count} 处引用了别的文件，系统只取最后一次算出的数。建议改成直接填数。",
}
