"""Words about people: titles, surnames, and what stands in a column of names without being one."""

from __future__ import annotations

import re

from validators.parsers.base import spelled

TITLES = spelled(
    "人大常委会副主任 人大主任 政协主席 政协副主席 政法委书记 纪委书记 组织部长 宣传部长 统战部长 "
    "常务副区长 常务副县长 常务副市长 区委常委 县委常委 市委常委 副总经理 总经理 副董事长 董事长 副区长 "
    "副县长 副市长 副镇长 副乡长 副主任 副书记 副局长 副部长 副科长 副所长 副站长 副处长 副主席 副秘书长 "
    "区长 县长 市长 镇长 乡长 主任 书记 局长 部长 科长 所长 站长 处长 主席 秘书长 经理 厂长 院长 校长 "
    "主管 组长 队长 工程师 会计 干事 科员 专员 同志 先生 女士 老师 常委 委员 总"
)  # fmt: skip
COMPOUND = frozenset(spelled(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 宇文 夏侯 端木 南宫 独孤 百里 东郭 南门 "
    "呼延 轩辕 澹台 公冶 太叔 申屠 钟离 鲜于 闾丘 司空 第五 万俟 闻人 赫连"
))  # fmt: skip
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵欧解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_NOBODY = frozenset(spelled(
    "企业 业主 项目部 办公室 公司 单位 部门 本单位 政府 领导 区领导 县领导 市领导 班子 专班 全体 各单位 党委 党组 党支部 支部 指挥部 领导小组 "
    "干部 村干部 职工 员工 工人 群众 村民 党员 开发区 经开区 高新区 在建 开工 竣工 完工 投产 达产 签约 前期 停工 离职 退休 调离 调走 辞职 空缺 "
    "空岗 无人 男 女 先生 女士 本人 自己 我 我本人 牵头 负责 分管 联系 电话 手机 组织 人员 名单 大户 股东 老板 待岗"
))  # fmt: skip
_NO_NAME = re.compile(
    r"(?:已|未|拟|暂|尚未|正在|各|该|原任|本(?:单位|企业|公司|部门|[区县市镇乡村局]))[\u4e00-\u9fff]*|"
    r"[\u4e00-\u9fff]*(?:变动|空缺|退休|离职|调离|辞职|调整中|干部|职工|员工|工人|企业|业主|项目部|办公室|政府|委员会|[村居管]委会?|街道办?|指挥部|社区)|"
    rf"[\u4e00-\u9fff]{{2,}}村|[\u4e00-\u9fff]*法人(?:代表)?|[省市区县镇乡](?:党?委|纪委|人大|政协)|[区县市镇乡村]*(?:党?委|政府)?(?:{'|'.join(TITLES)})"
)
_PENDING = re.compile(r"待.{1,4}|[未不暂]定|未明确|未确定|未落实|不详|暂缺|缺|待")


def nobody(word: str) -> bool:
    """Whether a word is surely no name: 企业, 王圩村, 已退休, 副镇长."""
    return word in _NOBODY or _NO_NAME.fullmatch(word) is not None or undecided(word)


def undecided(word: str) -> bool:
    """未定, 待定: there will be a name."""
    return _PENDING.fullmatch(word) is not None
