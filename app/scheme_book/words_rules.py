"""What an office calls the parameters of rules: `kind.key`, `Model.key` or `key`, then title ｜ what to write there."""

from __future__ import annotations

_TEXT = """
from: 从哪一天起｜起算的日期：列名、算式，或 {最晚: 甲、乙}
to: 到哪一天止｜办完的日期：列名、算式
n: 期限｜几个单位时间；空着表示原文没写数，只显示天数、不判断
unit: 时间单位｜日和周是自然日；同年是起算那年的12月31日
roll: 遇休息日｜最后一天是休息日怎么办
lead: 提前几天临期｜不写就用约定里的
value: 取什么值｜数字列或算式
into: 结果叫什么｜算出来的值的名字，别的条件里可以用
flags: 挂什么标识｜一行一个：结果: 标识
flag: 考核标识｜挂什么标识
measure: 计量单位｜说明里写在数后面，如 个、万元
period: 期的种类｜多久一期
subject: 说的是谁｜谁来担
rows: 下级表｜看哪张下级表的行
where: 哪些行｜行的条件
evidence: 凭哪张表｜哪张表的行算报了
evidence_when: 凭据的条件｜哪些行算数
evidence_date: 凭据的日期｜列或算式，按它落在哪一期
since: 从什么时候｜日期
until: 到什么时候｜日期
start: 开始日期｜从这天起
end: 结束日期｜到这天止
keep: 列出几期｜0是平常的期数
closed: 只看已结束的期｜“是”：显示最近一个已经过完的期
result: 结果列｜写着结果的列或算出的值
bad: 算坏的结果｜哪几种
by: 按哪几列｜列或算式
fields: 哪些列｜列名，几个用顿号隔开
name: 叫什么｜人看到的词
text: 怎么说｜显示的话
uncovered: 没有归到时｜说什么
bands: 各档｜一行一档：叫什么、界限
key: 凭什么对上｜凭哪几列认出同一个
list_table: 名单表｜哪张表是名单
list_when: 名单的条件｜名单里哪些行算数
day: 日期列｜金额的日期
goal: 目标｜要达到的数；空着是还没下达
date: 日期列｜哪个日期
cap: 封顶｜最多几分
floor: 保底｜最少几分
tag_table: 标识也挂到哪张表｜由企业名称找到的行
tag_unit: 那一行在谁的簿子｜写着单位的列，名称有重复时用
criteria_required: 各自的项必填｜“是”：角色自己的几项都要填
of: 针对哪条｜规则编号
units: 哪些单位｜单位名称、代码，或类别（如 镇：所有的镇）；不写是全部
pauses: 不计入的日子｜每年哪几段不算，一行一段，如 11-15~03-15
extend: 顺延多少｜批准顺延的数：列名或算式；空着不顺延
extend_unit: 顺延的单位｜顺延的数是几日、几个工作日还是几个月
deadline_into: 期限叫什么｜算出的期限起个名字，别的规则可以用
late_into: 逾期数叫什么｜逾期几天起个名字，分档可以用；没逾期是0
measures: 看哪些数｜一行一个：名称: 怎么取
escalate.bad_when: 怎样算坏｜看这些数的条件，如 末位 = 1 且 得分 < 60
escalate.per: 期的种类｜看单位的多久算一期
score.vetoes: 压等次的情形｜一行一个：有安全事故的不得评优秀
score.group: 和谁比｜最高、最低是同类单位里的，或同一个上级单位下面的
score.groups: 分组｜组名: 单位
cadence.times: 每期几次｜每期要有几行才算报了
Veto.name: 什么情形｜如 发生安全事故
Veto.value: 取什么值｜数字列或算式
Veto.measure: 怎么取｜从哪里数
Veto.when: 怎样算｜对“值”的条件
Veto.becomes: 改成什么等次｜等次: 改成的等次；* 是其余各等
Prize.share: 占几成｜如 0.3；与“几名”二选一
Prize.rounding: 不足一名｜舍去、算一名，或四舍五入
total.value: 取什么值｜下级行的列或算式；不写是数行数
total.where: 哪些行｜下级行的条件
total.day: 日期列｜下级行的日期；今天以后的还不算
total.period: 期次列｜下级行写着期次的列
total.take: 怎么合成一个｜合计、平均、最大、最小、最早或最近一行
total.gives: 得出什么｜数、日期或文字
bands.value: 看哪个数｜数字列或算出的值
cadence.period: 多久一次｜日、周、旬、月、季、半年、年
cadence.every: 几期合一次｜2和“周”就是两周一次
cadence.subject: 谁来报｜每个单位、表里每一行、第一个责任单位，或几个部门各报各的
cadence.departments: 哪些部门｜几个部门各报各的时写：名称、代码或它们共用的 group；不写是全部责任单位
cadence.coverage: 报几份｜一家一份，或范围内每行一份
cadence.uncovered: 没报的行显示｜如 本月未核查
cadence.since: 从哪天起该报｜那一行的日期；进来的那一期免报
cadence.until: 到哪天不用报｜那一行的日期；下一期起不用报
cadence.entry_counts: 进来那期也报｜“是”：进来的那一期也要报
cadence.evidence_period: 凭据的期次列｜写着期次的列
cadence.evidence_link: 凭据写着哪一行｜写着项目名称的列；不写就是上级行
cadence.evidence_unit: 凭据写着哪家｜写着单位的列，名称有重复时用；一家报一份的，几家的报告记在一本簿子里时用
cadence.evidence_part: 凭据是哪一部分｜写着哪一部分的列
cadence.evidence_parts: 要有哪几部分｜都要来，如 谋划、签约、开工
cadence.updates: 改动也算报｜“是”：表里任何改动都算
cadence.nil: 零报告的条件｜凭据里这样的行是零报告
cadence.bulletin: 出通报就算报｜“是”：做了这一期的通报就算报了
cadence.due_day: 哪天截止｜几号，或星期几（1到7）；0是期末那天
cadence.due_month: 第几个月｜季、半年、年里的第几个月，-1是最后一个月；0是本期最后一个月，晚几期的是头一个月
cadence.due_offset: 晚几期｜1是下个月的那天
cadence.due_n: 再加几天｜在那天以后再加
cadence.due_unit: 加的单位｜日或工作日
cadence.due_days: 各旬（半月）截止日｜上、中、下旬各是几号，如 9、19、28；半月报写两个，如 14、28
cadence.due_dates: 个别期的截止日｜一行一个：期: 日期
cadence.due_event: 从哪件事算起｜那一期的哪件事以后再加几天
cadence.due_hour: 截止的钟点｜如 15:00
cadence.skip_idle: 没有工作日免报｜“否”：照样要报
closure.raised: 提出日期｜从哪天算起
closure.done: 办结日期｜逾不逾期按它
closure.verified: 核验日期｜销号的日期；没有这一列，办结就是销号
closure.begun: 接办日期｜空着显示未办
closure.early: 办结早于提出时｜怎么算
closure.due: 限办日期｜写着哪天前办结的列
closure.reopened: 退回的条件｜核验没有通过
consequence.subject: 参建单位列｜先信哪一列写在前面；不写只说这一行
consequence.period: 期次列｜写着期次的列
consequence.unless: 有这些就不挂｜同一家同一期另有这些结果
consequence.on_row: 这一行也挂｜“否”：只挂到别处
elapsed.limits: 分情况的期限｜按行里的值查：按哪几列、各是多少
elapsed.due: 到哪一天｜列或算式，写了就不用期限和单位，如 月末(开工日期 + 1个月)
elapsed.orphan: 没有起点时｜有办完日期、没有起算日期
elapsed.early: 终点早于起点｜怎么算
elapsed.open_text: 没期限未办时说｜可用{n}，如 待补齐{n}
elapsed.done_text: 没期限已办时说｜可用{n}
escalate.suggest: 建议的条件｜什么情况下建议
escalate.manual: 人勾选的条件｜如 提请调度 = 是
escalate.name: 建议什么｜如 建议提请专题调度
escalate.start: 第一级从哪天起｜日期
escalate.stop: 办结日期｜填了就停
escalate.steps: 各级督办单｜轻的在前，一行一级
escalate.into: 在哪一级叫什么｜算出的值的名字，如 督办
escalate.levels: 连续不好怎么办｜轻的在前，一行一级
escalate.period: 期次列｜写着期次的列
escalate.counting: 怎么算连续｜连续的，或同一年的
escalate.of: 说的是谁的｜上级行或单位
escalate.by: 按哪一列归｜写着是谁的列
excuse.of: 免哪几条规则｜规则编号
excuse.why: 理由列｜写着理由的列
excuse.accepted: 认定的条件｜不写就是填了就算
excuse.rows: 填在哪张下级表｜不写就是这一行
excuse.value: 换哪个值｜列或算出的值，如 总灯
excuse.among: 哪些值可以免｜不写是全部
excuse.becomes: 换成什么｜如 绿灯
horizon.period: 期次列｜下级表里写着期次的列
horizon.present: 怎样算排了｜条件
horizon.fields: 各期在哪一列｜一行一个：期: 列
horizon.unit: 期的种类｜年、季、月
horizon.count: 要排几期｜含第一期
horizon.base: 从哪天的期起｜不写是今天
horizon.until: 到哪天的期止｜代替几期
horizon.text: 缺的怎么叫｜可用{period}
horizon.date: 看哪个日期｜和今年比
horizon.most: 最多早几年｜空着没有上限
horizon.least: 最少早几年｜空着没有下限
horizon.over: 太远时说｜如 超出10年
horizon.under: 太近时说｜说什么
integrity.checks: 要成立的条件｜一行一个：条件、不成立时说什么
integrity.ordered: 日期的先后｜一行一组，后面的不能早于前面的
integrity.ordered_text: 先后不对时说｜不写是“节点顺序”
integrity.to_day: 要写到日的列｜只写月份不行
integrity.to_day_text: 没写到日时说｜不写是“需细化到日”
integrity.not_future: 不能在将来的列｜* 是全部实际日期
lights.lights: 哪几盏灯｜算出的值的名字
lights.order: 颜色的好坏｜好的在前
lights.merge: 怎么合｜最坏的、最好的……
lights.raises: 几盏升一级｜如 两个黄灯算红灯
lights.blank: 空着的灯｜不算，或要补
lights.streaks: 连续几期的灯｜一行一条：规则: 连续几期的那条；亮什么灯；没有连续的亮什么
lookup.lookup: 哪个对照表｜对照表的英文名
lookup.by: 凭哪几列查｜列或算式，几个合成一个键
lookup.field: 人填了以它为准的列｜哪一列
lookup.number: 值是数｜“是”：查到的是数，可以拿来算
lookup.required: 必须查得到｜“是”：每一行都要有
lookup.list_date: 名单的生效日期列｜最近的一行算数
lookup.value: 取名单的哪一列｜列名
lookup.at: 按哪天查｜这一行的日期；不写是今天
membership.entered: 自动入库的日期｜事情发生的那天
membership.enter: 自动入库的条件｜同时要成立
membership.applied: 申请入库日期｜列名
membership.approved: 同意入库日期｜列名
membership.exit_applied: 申请退出日期｜列名
membership.exit_approved: 同意退出日期｜从这天起不在库
membership.since_into: 入库日期叫什么｜别的规则可以从它算起
membership.words: 状态怎么说｜一行一个：状态: 词
membership.list_period: 名单的期次列｜不写就是一直有效
membership.unit: 名单多久一期｜年、季、月
planned.planned: 计划日期列｜列名
planned.actual: 实际日期列｜列名
planned.nodes: 几个节点｜一行一个：计划、实际
planned.late: 过了计划怎么说｜逾期，或应开工未开工
precondition.action: 做了什么的日期｜空着不检查；不写就由条件决定
precondition.conditions: 前面要办好的｜一行一项
precondition.unless: 例外的条件｜成立就不检查
rank.by: 按什么排｜单位的数：表、值、规则
rank.value: 取什么值｜一行一行排时：数字列或算式
rank.also: 还要看的数｜一行一个：叫什么: 怎么来
rank.order: 大小先后｜大的在前，或小的在前
rank.blank: 没有数的｜要补，或当作0（数行的总是0）
variance.blank: 没有数的｜要补，或当作0（数行的总是0）
rank.then: 相同的再按什么排｜also 里的叫法；一行一行排时：数字列或算式
rank.into: 名次叫什么｜一行一行排时，给连续、累次用
rank.won_into: 得了什么叫什么｜一行一行排时，前几名末几名得的；没得是“—”
rank.ties: 并列怎么排｜1、1、3 或 1、1、2
rank.groups: 分几组｜一行一组：组: 单位
rank.group: 按类别分组｜同类单位一起排，或同一个上级单位下面的一起排
rank.group_by: 按哪一列分组｜列或算式
rank.exempt: 不排的单位｜名称或代码
rank.exempt_when: 不排的条件｜可用 值
rank.top: 前几名得什么｜一行一种
rank.bottom: 末几名得什么｜一行一种
rank.period: 多久排一次｜月、季、年
rating.period: 期次列｜不写就是只评一次
rating.subject: 评的是谁｜几列合起来；代码和名称用 | 隔开
rating.dimensions: 各项得分列｜有一项就都要填
rating.role: 角色列｜写着施工、监理的列
rating.criteria: 各角色的项｜一行一个：角色: 列
reach.amount: 金额列｜数字列或算式
reach.day: 金额的日期列｜列名
reach.period: 金额的期次列｜代替日期
reach.cumulative: 是累计数｜“是”：填的是累计
reach.goal: 到多少算到｜如 25% * 总投资
reach.due: 到期日｜代替起算日和期限
reconcile.right: 另一张表｜和哪张表比
reconcile.right_when: 另一张表的条件｜哪些行算数
reconcile.has: 或凭什么算在另一边｜条件
reconcile.keys: 凭哪几列对上｜可靠的在前，一行一种
reconcile.similar: 名称相近｜多像算疑似
reconcile.compare: 哪些栏要一致｜一行一栏
reconcile.expect: 应当在哪边有｜两表都有、只在左表……
reconcile.many: 哪边可以多行｜同一个可以有几行
reconcile.tell: 结果写在哪边｜哪张表的行
reconcile.missing: 另一边没有时说｜不写是“应统未统”
reconcile.extra: 另一边多出来时说｜不写是“漏入库”
reconcile.keyless: 没代码要提醒｜“否”：当作没找到
reconcile.differs: 不一致怎么说｜可用{what}；不写是“字段不一致”
reconcile.delivered: 凭什么知道名单报来了｜哪几列说明是哪家的名单，如 {左表列: 填报单位；右表列: 属地}
reconcile.awaited: 名单没报来时说｜那家一行也没有时
reconcile.left_book: 左表取哪家的簿子｜同一张表两家各填一本时，部门名称
reconcile.right_book: 右表取哪家的簿子｜部门名称
required.fields: 要填哪些｜一行一个列名，或 {列: …；条件: …}
required.window: 只在这之前多久起要｜离哪个日期多久
required.text: 缺了怎么说｜不写是“缺项:…”
score.base: 基本分｜人人都有的
score.terms: 各项怎么算｜一行一项
score.digits: 几位小数｜显示的
score.grades: 等次｜一行一个：叫什么、界限
score.grade_into: 等次叫什么｜算出的值的名字
score.period: 多久打一次｜月、季、年
score.each: 给谁打｜有数的，或每个单位
series.period: 期次列｜写着期次的列
series.rising: 只增不减的列｜累计数
series.prior: 上期数在哪一列｜一行一个：累计列: 上期列
series.same: 不该原样的列｜和上期一样要说明
series.unchanged: 无变化列｜填了“是”就不问
series.explanation: 说明写在哪一列｜填了就不再问
stage_entry.stages: 各阶段｜早的在前，一行一个：叫什么、条件
stage_entry.otherwise: 都不符合时｜如 未入阶段
stage_entry.track: 另一条线叫什么｜空着就是“当前阶段”
stage_entry.blank: 空着的格子｜当作没有到（按填了哪些栏定阶段），或要补（按几样定级别）
stale.since: 从哪天数起｜日期
stale.touched: 看哪些列的改动｜* 是整行
stale.until: 等的是什么日期｜填了就不数
stale.n: 过几天提醒｜空着只显示天数
stale.word: 提醒怎么说｜可用{n}，如 {n}未推送
stale.fresh_text: 没到时怎么说｜可用{n}，如 停留{n}
streak.period: 期次列｜写着期次的列
streak.subject: 参建单位列｜先信哪一列写在前面；不写的说上级表的那一行
streak.n: 连续几期｜几期就挂
streak.gap: 缺评的期｜断开，或略过
streak.release: 什么时候解除｜不坏就解除，或不解除
streak.notice: 缺评怎么说｜不写是“缺评”
streak.tag: 别的表显示什么｜可用{flag}
streak.tag_field: 哪一列写着那一行｜写着项目名称的列
streak.tag_by: 那张表凭哪几列认｜一行一种，先信的在前
sync.trigger: 先发生的日期｜从哪天起
sync.companion: 要同步的日期｜哪一天要跟上
sync.n: 允许晚多久｜空着只看硬期限
sync.stop: 硬期限的日期｜下一个主要节点：晚于它就是未同步
target.where: 哪些行算数｜行的条件
target.date_field: 凭哪个日期｜落在起止之间的才算；不写是全部
target.value: 加什么｜要加起来的算式；不写是数个数
target.distinct: 同样的只数一次｜按哪一列
target.goal: 目标数｜空着是还没下达，显示“目标未设定”
target.at_most: 不得超过｜“是”：目标是上限
target.of: 分母｜数，或至少几个
target.of_table: 分母在哪张表｜不写是本表
target.of_where: 分母哪些行｜条件
target.of_date: 分母的日期列｜列名
target.open_where: 哪些行还没到期｜条件成立的行结果还没出来，过完的一期只是暂计
target.since: 从哪天起算｜不写是1月1日
target.until: 算到哪天｜不写是12月31日
target.period: 多久一个目标｜不写是一个窗口
target.by: 谁的目标｜全区一个，或每家一个
target.unit_goals: 个别单位的目标｜一行一个：单位: 数
target.none_text: 一个也没有时说｜如 本月无对接
target.freeze: 期末定数｜“否”：过期以后照样重算
tier.inclusive: 界限算哪边｜“以上”含本数是下限
tier.minimum: 门槛｜最少多少，如 1亿元
tier.text: 不够怎么说｜如 不足1亿元
unique.severity: 问题程度｜不写是“必改”
unique.fields: 哪几列不能重｜合起来
unique.within: 在哪里查重｜同一单位内、全部、别的单位
variance.actual: 实际完成｜数字列或算式
variance.expected: 到这时应完成｜数字列或算式
variance.goal: 全部目标｜再按进度折算
variance.pace: 进度怎么折算｜按月、按日、按曲线
variance.at: 是哪一期的数｜写着期次或日期的列
variance.gather: 实际由哪里汇总｜表、值、条件
variance.gather_expected: 应完成由哪里汇总｜表、值、条件
variance.goals: 目标由哪里汇总｜表、值、条件
variance.at_least: 至少完成几成｜如 0.9；空着只显示
variance.below: 落后怎么说｜可用{points}{ratio}{pace}{short}
variance.points_into: 差几个点叫什么｜算出的值的名字
variance.ratio_into: 完成率叫什么｜算出的值的名字
variance.said_into: 那句话叫什么｜算出的值的名字
window.first: 第一天｜不写是一直以来
window.last: 最后一天｜这天还算按期
window.lead: 提前几天临期｜最后一天之前
window.phases: 几个阶段｜一行一个：叫什么、起、止
window.outside: 不在阶段里时说｜如 已结束
window.running: 期间内怎么说｜代替“进行中”
window.done: 做完的日期｜不能晚于最后一天
window.filing: 要报备｜“是”：最后一天前要有报备
window.each_unit: 每家都要｜“否”：全区一次
worst.child: 哪张下级表｜看它的行
worst.of: 下级哪条规则｜规则编号
worst.unit: 天数的单位｜和那条规则一样
worst.latest: 只看最近一期｜下级表的期次或日期列
worst.flags: 标识也带上来｜“是”：下级的标识这里也挂
NamedRange.name: 叫什么｜如 黄灯
NamedRange.range: 界限｜如 [0, 10)、60以上
Among.rows: 下级表｜
Among.date: 日期列｜
Among.where: 哪些行｜
Among.take: 取哪个｜
Pick.all: 都有才取最晚｜
Pick.latest: 最晚｜
Pick.earliest: 最早｜
DueEvent.table: 事件表｜
DueEvent.period: 期次列｜
DueEvent.date: 日期列｜
DueEvent.when: 条件｜
LimitTable.by: 按哪几列｜
LimitTable.rows: 各是多少｜
LimitTable.lookup: 用哪个对照表｜
Step.issued: 签发日期｜
Step.to: 发给谁｜
Step.done: 办完的条件｜
Step.unless: 不适用的条件｜
Level.n: 几期｜
Level.to: 找谁｜
Check.test: 条件｜
Check.text: 不成立时说｜
Check.fields: 标出哪些列｜
Check.when: 什么时候查｜
Raise.light: 哪种颜色｜
Raise.n: 几个｜
Raise.to: 算成｜
StreakLight.rule: 哪条规则｜连续几期（streak）的规则编号
StreakLight.light: 亮什么灯｜标识挂着的时候
StreakLight.otherwise: 没有连续的｜评过、没挂标识的亮什么；不写就不算
Key.left: 左表列｜
Key.right: 右表列｜
Key.sure: 对上就算｜
Pair.planned: 计划｜
Pair.actual: 实际｜
Pair.title: 节点｜
Pair.when: 条件｜
Gate.label: 叫什么｜
Gate.by: 不晚于｜
Gate.test: 条件｜
Gate.when: 什么时候查｜
Gate.fields: 标出哪些列｜
Measure.table: 表｜
Measure.value: 加什么｜
Measure.where: 哪些行｜
Measure.date: 日期列｜
Measure.period: 期次列｜
Measure.span: 哪段时间｜
Measure.take: 怎么合｜
Measure.by: 归到谁｜
Measure.to: 归到上级｜上级单位：所辖单位的归到上级（单位的“上级”一栏），没有上级的归自己；不写归自己
Measure.ago: 早一期的数｜上一期（环比）或上年同期（同比）的数
Measure.of: 除以｜
Measure.rule: 取哪条规则｜
Measure.codes: 哪些状态｜
Measure.values: 哪几级、哪几档｜只数到了这几级的，如 红单；不写都数
Measure.pick: 取哪个数｜
Measure.fixed: 各单位的数｜
Prize.n: 几名｜
Prize.flag: 得什么｜
Prize.when: 还要｜
Prize.ties: 并列超出时｜
Prize.least: 至少几家才给｜
Similar.left: 左表名称列｜
Similar.right: 右表名称列｜
Similar.least: 至少像百分之几｜
Similar.within: 同时要一致的｜
Compare.left: 左表栏｜
Compare.right: 右表栏｜
Compare.tolerance: 允许差｜
Compare.title: 怎么叫｜
Compare.blank: 一边空着｜
Compare.each: 逐行比｜
Compare.least: 不少于就算一致｜
Need.field: 列｜
Need.when: 条件｜
Need.title: 缺了叫什么｜
Need.rows: 下级表｜
Need.where: 哪些行｜
Need.each: 每个值一行｜
Window.before: 哪个日期之前｜
Window.n: 多久｜
Term.name: 叫什么｜
Term.value: 取什么值｜
Term.measure: 怎么汇总｜
Term.formula: 怎么折分｜
Term.weight: 权重｜
Term.when: 什么时候算｜
Term.blank: 没有数时｜
Stage.name: 叫什么｜
Stage.id: 条目编号｜
Stage.progress: 办了几项｜
Band.name: 叫什么｜
Band.low: 从｜
Band.high: 到｜
Pace.by: 怎么算｜
Pace.curve: 哪条曲线｜
Pace.start: 起｜
Pace.finish: 止｜
Phase.name: 叫什么｜
Phase.first: 从哪天｜
Phase.last: 到哪天｜
Periodic.kind: 多久一期｜
"""


def _table() -> dict[str, tuple[str, str]]:
    found = {}
    for line in _TEXT.strip().splitlines():
        key, _, rest = line.partition(": ")
        title, _, hint = rest.partition("｜")
        found[key] = (title, hint)
    return found


RULE_WORDS: dict[str, tuple[str, str]] = _table()
