"""What an office calls the parts of a scheme: `Model.key` or `key`, then the title. Hints come from the models."""

from __future__ import annotations

TABS: dict[str, str] = {
    "units": "单位", "departments": "部门", "sights": "部门看什么", "tables": "表", "fields": "字段", "choices": "下拉选项",
    "lookups": "对照表", "lookup_rows": "对照表内容", "nodes": "节点", "answers": "反馈列", "reports": "报表",
    "guide": "填报说明段落", "coverage": "条目落实",
}  # fmt: skip

ABOUT: dict[str, str] = {
    "units": "哪些单位要填，各有哪些叫法；撤并的写“报到哪天”，不要删",
    "departments": "谁负责、谁有自己的簿子；几个部门各填一本同样的表，“共用的词”写成一样",
    "sights": "部门看得到别家簿子里的哪些行；自己的簿子总看得到。一行是一条，合上任何一条就看得到",
    "tables": "簿子里有哪几张表，谁来填",
    "fields": "每张表有哪些列：列名、怎么读、必填、下拉、上下限、提示；一行是一列，先后就是表里的先后",
    "choices": "下拉里的值和它的别的写法；一行是一个值",
    "lookups": "对照表叫什么、查不到怎么办",
    "lookup_rows": "对照表的内容：什么对什么；一行是一对",
    "nodes": "节点在话里怎么叫，计划和实际各看哪一列",
    "answers": "系统写回的几列：叫什么、在左在右、显示不显示",
    "reports": "汇总簿里加的表：按什么分、数什么、列什么",
    "guide": "每本簿子第一页“填报说明”里的话，一段一行",
    "coverage": "文件里的每一条由哪条规则、哪一列来管",
}  # fmt: skip

KINDS: dict[str, tuple[str, str]] = {
    "bands": ("数落在哪档", "一个数落在哪一档：进度差在 [-10, 0) 的亮黄灯"),
    "cadence": ("按期报送", "每周、每旬、每月、每季要报一次，或每个项目每期要有一条记录"),
    "closure": ("事项销号", "一件事从提出、办理、办结到核验销号"),
    "consequence": ("结果挂标识", "什么结果挂什么考核标识：落后 → 约谈"),
    "elapsed": ("期限", "从一个节点到另一个节点不超过多少天、月、工作日"),
    "escalate": ("逐级上报", "建议提请调度；蓝单、黄单、红单；连续几期不好找谁"),
    "excuse": ("正当理由", "有正当理由并经认定的，不挂标识，记录在案"),
    "horizon": ("计划排够", "计划要排够：滚动三年、每月都有；计划不能太远"),
    "integrity": ("一行说得通", "节点先后、实际日期不在将来、几栏加起来对得上"),
    "lights": ("几灯合一", "一个项目几盏灯合成一盏"),
    "lookup": ("查对照表", "按行业、档位查出专班、牵头部门、期限"),
    "membership": ("在库不在库", "符合条件入库、申请增补、同意才退出"),
    "planned": ("计划与实际", "计划日期与实际日期比"),
    "precondition": ("前置条件", "做这一步之前，别的几步要先办好"),
    "rank": ("排名", "分组、并列、免排，前几名、末几名各得什么"),
    "rating": ("人来评", "该评的评了没有，一期一个对象只有一个"),
    "reach": ("金额到位", "签约后6个月内到资25%"),
    "reconcile": ("两表比对", "谁漏了、哪一栏不一样、代码重不重"),
    "required": ("必须填齐", "到了某个阶段、某个条件、某一天，哪些栏、哪些行必须有"),
    "score": ("打分", "基本分、加分、扣分、封顶、权重、人工分"),
    "series": ("和上期比", "累计数不减，和上期完全一样要说明"),
    "stage_entry": ("阶段", "项目走到哪个阶段，按填了哪些栏判断"),
    "stale": ("多久没动", "多少天没有更新、没有动静"),
    "streak": ("连续几期", "连续几期同样的坏结果，挂标识，直到解除"),
    "sync": ("同步办理", "一件事发生了，另一件要同步办"),
    "target": ("目标", "到哪一天要有几个、多少万元、百分之几"),
    "tier": ("分档门槛", "按金额分档；或不足多少不能入库"),
    "total": ("下级合计", "下级几行一共多少、有几次、最近一次是什么，算成上级这一行的一个值"),
    "unique": ("不能重复", "同样的代码、名称不能有两个"),
    "variance": ("进度差", "完成数比计划数、比序时进度差多少"),
    "window": ("固定日子", "方案的阶段、某日前要报备、某日前要做完"),
    "worst": ("下级最急的", "下级几行里最要紧的一个状态，显示到上级这一行"),
}  # fmt: skip

TITLES: dict[str, str] = {
    "id": "编号", "kind": "种类", "title": "名称", "table": "表", "when": "条件", "modality": "语气",
    "responsible": "责任单位", "section": "依据章节", "sentence": "填报人读到的话", "shown": "写进节点状态",
    "trial": "试行", "severity": "问题程度", "item": "政策条目", "name": "英文名", "aliases": "别的叫法", "code": "代码",
    "note": "说明",
    "Scheme.title": "方案名称", "Scheme.id": "方案编号", "version": "版本号", "effective_from": "从哪天执行",
    "effective_to": "执行到哪天", "version_by": "按哪天选版本", "ends": "收数到哪天", "year": "目标年度", "year_from": "年度从几月起",
    "district": "区县", "Scheme.within": "区县在哪里", "Source.document": "文件全称",
    "Source.issuer": "发文单位", "Source.issued": "发文日期", "Source.note": "文本说明", "source": "政策文件",
    "conventions": "约定", "Conventions.suffix": "语气的后缀", "Conventions.suffix_on": "哪些状态带后缀",
    "Conventions.leads": "提前几天显示临期", "Conventions.words": "状态换个说法", "Conventions.palette": "状态的颜色",
    "Unit.code": "单位代码", "Unit.name": "单位名称", "Unit.kind": "类别", "Unit.parent": "上级",
    "Unit.region": "行政区划代码", "valid_from": "从哪天起报", "valid_to": "报到哪天",
    "Department.code": "部门代码", "Department.name": "部门名称", "Department.commission": "牵头",
    "Department.group": "共用的词",
    "Sight.departments": "哪些部门", "Sight.named_in": "哪些列写着本部门", "Sight.where": "哪些行",
    "Sight.duties": "管到的才看", "sights": "部门看什么",
    "Choice.value": "值", "Choice.aliases": "别的写法", "Choice.note": "说明",
    "Choice.effective_from": "从哪天起能选", "Choice.effective_to": "能选到哪天", "LeadsChange.effective_from": "从哪天起",
    "LeadsChange.leads": "提前几天", "Conventions.changes": "提前天数的变动", "LookupChange.effective_from": "从哪天起",
    "LookupChange.rows": "内容", "Lookup.changes": "变动",
    "Lookup.title": "对照表名称", "Lookup.fallback": "查不到时", "Lookup.rows": "内容",
    "Node.title": "节点", "Node.table": "表", "Node.planned": "计划日期列", "Node.actual": "实际日期列",
    "Node.definition": "原文怎样才算",
    "Table.title": "标签名", "Table.filler": "谁的簿子", "Table.note": "表的说明", "Table.keys": "凭哪几列认同一行",
    "Table.name_field": "名称列", "Table.parent": "上级表", "Table.parent_field": "填上级名称的列",
    "Table.periodic": "按期开行", "Table.ended": "终止日期列", "Table.resumed": "又回来的日期列", "Table.rows": "预留行数", "Table.answers": "显示系统哪几列",
    "Table.fields": "列", "Periodic.kind": "多久一期", "Periodic.field": "期次列", "Periodic.unchanged": "无变化列",
    "Field.title": "列名", "Field.group": "上层表头", "Field.type": "怎么读", "Field.unit": "单位", "Field.owner": "谁填",
    "Field.required": "必填", "Field.choices": "下拉", "Field.strict": "只能选下拉", "Field.minimum": "最小值",
    "Field.maximum": "最大值", "Field.pattern": "格式（正则）", "Field.max_length": "最多几个字", "Field.at_most": "最多几个",
    "Field.precision": "日期写到", "Field.hint": "提示", "Field.example": "例子", "Field.width": "列宽",
    "Field.carry": "带出上期", "Field.dated": "留下改动日期", "Field.sensitive": "打星号", "Field.print": "打印", "Field.effective_from": "从哪天起必填", "Field.effective_to": "必填到哪天",
    "AnswerColumn.name": "哪一列", "AnswerColumn.title": "列名", "AnswerColumn.side": "左还是右", "AnswerColumn.width": "列宽",
    "AnswerColumn.hidden": "隐藏",
    "Report.id": "报表编号", "Report.title": "标签名", "Report.kind": "怎么列", "Report.where": "哪些行", "Report.group_by": "按什么分",
    "Report.measures": "指标", "Report.columns": "列出哪些", "Report.cadence": "多久出一次",
}  # fmt: skip

LABELS: dict[str, str] = {
    "text": "文字", "long_text": "长文字", "project_name": "项目名称", "company": "企业名称", "person": "姓名",
    "phone": "电话", "uscc": "统一社会信用代码", "projcode": "投资项目统一代码", "township": "单位", "industry": "行业",
    "date": "日期", "date_plan": "计划日期", "date_actual": "实际日期", "period": "期次", "month": "月", "quarter": "季",
    "half": "半年", "week": "周", "year": "年", "day": "日", "ten_days": "旬", "half_month": "半月", "money_wan": "金额（万元）",
    "money_yi": "金额（亿元）", "number": "数", "integer": "整数", "pct_invest": "投资百分比", "pct_progress": "进度百分比",
    "yesno": "是/否", "stage": "阶段", "choice": "单选", "choices": "多选", "photo": "照片",
    "id": "编号", "check": "校验结果", "status": "节点状态", "deadline": "下一期限", "remaining": "剩余天数",
    "flag": "考核标识", "updated": "更新时间", "problems": "问题字段", "echo": "内容标识",
    "left": "左", "right": "右", "both": "两边都", "apart": "两边不能都有", "list": "一行一个", "group": "分组",
    "participants": "企业和人员", "units": "各单位", "none": "不顺延", "next_workday": "顺延到下一工作日",
    "previous_workday": "提前到上一工作日", "broken": "算数据异常", "ignore": "不理会", "done": "算完成",
    "unit": "单位", "record": "每一行", "responsible": "责任单位", "one": "一家一份", "all": "全部",
    "consecutive": "连续的", "parent": "上级行", "above": "上级单位", "worst": "最坏的", "best": "最好的", "first": "最早的", "most": "最多的",
    "ask": "要补", "zero": "当作0", "skip": "略过", "member": "在库", "outside": "不在库", "entry_pending": "申请入库",
    "exit_pending": "申请退出", "left_library": "已退出", "to_confirm": "待确认", "overdue": "逾期",
    "should_have_started": "应开工未开工", "desc": "大的在前", "asc": "小的在前", "share": "并列占位", "dense": "并列不占位",
    "kind": "同类单位", "include": "都算", "exclude": "都不算", "found": "有数的", "break": "断开", "not_bad": "不坏就解除",
    "never": "不解除", "scheme": "全区一个", "low": "下限", "high": "上限", "others": "别的单位", "last": "最晚的",
    "sum": "合计", "mean": "平均", "max": "最大", "min": "最小", "whole": "整段在内", "different": "算不同", "curve": "按曲线",
    "span": "按起止日期",
    "": "",
}  # fmt: skip

SPECIAL: dict[tuple[str, ...], dict[str, str]] = {  # where one word means different things
    ("member", "outside", "entry_pending", "exit_pending", "left", "to_confirm"): {"left": "已退出"},
    ("both", "left", "right", "apart"): {"left": "只在左表", "right": "只在右表", "both": "两表都有"},
    ("", "left", "right", "both"): {"left": "左表", "right": "右表", "both": "两表"},
    ("both", "left", "right"): {"left": "左表的行", "right": "右表的行", "both": "两表的行"},
    ("period", "year", "all", "whole"): {"period": "本期", "year": "本年到期末", "all": "到期末为止"},
    ("sum", "last", "mean", "max", "min", "trimmed"): {"last": "最近一行", "trimmed": "去掉最高最低再平均"},
    ("", "previous", "year"): {"previous": "上一期", "year": "上年同期"},
    ("down", "up", "half"): {"down": "舍去", "up": "算一名", "half": "四舍五入"},
    ("unit", "all", "others"): {"unit": "同一单位内", "all": "全部"},
    ("sum", "mean", "max", "min", "first", "last"): {"first": "最早一行", "last": "最近一行"},
    ("scheme", "unit"): {"unit": "每家一个"},
    ("unit", "record", "responsible", "departments"): {"unit": "每个单位", "departments": "几个部门各报各的"},
    ("one", "all"): {"all": "每行一份"},
    ("found", "unit"): {"unit": "每个单位"},
    ("consecutive", "year"): {"year": "同一年的"},
    ("worst", "best", "first", "most"): {"first": "排在前面的"},
    ("broken", "done"): {"done": "算按期完成"},
    ("parent", "unit"): {"unit": "单位"},
    ("month", "day", "curve", "span"): {"month": "按月", "day": "按日"},
    ("week", "ten_days", "half_month", "month", "quarter", "half", "year"): {
        "week": "每周", "ten_days": "每旬", "half_month": "每半月", "month": "每月", "quarter": "每季", "half": "每半年", "year": "每年"
    },
    ("", "kind"): {"kind": "同类单位一起排"},
    ("", "day", "month"): {"day": "写到日", "month": "写到月"},
}  # fmt: skip


def special_of_types(values: tuple[str, ...]) -> dict[str, str]:
    """Reading a period's kind as a field type is a month, a quarter …: a column holds one of them."""
    return (
        {
            "month": "月份",
            "quarter": "季度",
            "year": "年度",
            "week": "周次",
            "half": "半年度",
            "ten_days": "旬次",
            "half_month": "半月次",
        }
        if "uscc" in values
        else {}
    )
