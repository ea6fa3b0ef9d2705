"""What a book's own texts say of the place it lives in: a file that is saved and closed, or a spreadsheet that is shared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts that differ by place. `{todo}` is the title of 待改清单, `{title}` and `{name}` a tab and its name column."""

    welcome: str  # the banner before the first sync
    steps: tuple[str, ...]
    folding: tuple[str, ...]  # of tabs so wide that groups can be folded
    ours: str  # what grey cells are
    stale: tuple[str, str]  # a row changed since its answer: sample and meaning
    todo_notes: tuple[str, ...]


_FILL = (
    "在各张填报表的白格里填写，一个对象占一行；可以排序、筛选、插入行、删除行、加自己的列和颜色，系统都认得。",
    "灰格由系统填写，请勿填写；绿格由系统先带出，有误可以改。",
    "日期写成 2025-03-15；金额只填数字，单位看表头；没有的空着，不要填“无”“0”或估计数。",
)
_SEVERITIES = "程度：必改——改好之前这一格不采用；须说明——可能没错，请在“情况说明”里写一句；提示、试行——供参考。"

FILE = Wording(
    welcome="填好保存、关闭文件即可。系统在灰色列里答复：红格必须改，黄格请核对；要改的都列在“待改清单”。",
    steps=(
        *_FILL,
        "填好保存、关闭文件即可，不用另外上报。系统随后在灰色列里答复，并把要改的列在“{todo}”。",
        "红格改好、再次保存后，红色自动消失。认为系统说得不对的，请在该行“情况说明”里写明。",
        "文件可以改名，但不要另存成两份分开填；不要改动隐藏的行、列和表。",
    ),
    folding=(
        "“{title}”栏目多，按颜色分组：表上方的“－”“＋”可把一组收起、展开，左上角的 1、2、3 分别是只看每组第一栏、"
        "看主要栏目、看全部。收起的栏目不打印；粘贴整行之前请先点 3 全部展开。",
        "只想打印有内容的行：在“{name}”的筛选里去掉“空白”再打印。",
    ),
    ours="由系统回写，请勿填写；填了会被系统的答复覆盖。",
    stale=("灰字删除线", "这一行在系统答复之后又改过（或答复被复制、移到了别的行），下次同步后更新。"),
    todo_notes=(
        "本表由系统在每次同步后整张更新，请勿在此填写；改正请到“位置”一栏所指的格子里改，改好保存后本表相应减少。",
        _SEVERITIES,
    ),
)

SHARED = Wording(
    welcome="直接填写即可，改动自动生效。系统几分钟内在灰色列里答复：红格必须改，黄格请核对；要改的都列在“待改清单”。",
    steps=(
        *_FILL,
        "填好即可，不用另外上报。系统几分钟内在灰色列里答复，并把要改的列在“{todo}”；还没看过现在的内容时显示“待同步”。",
        "红格改好，答复更新后红色自动消失。认为系统说得不对的，请在该行“情况说明”里写明。",
        "表格可以改名，但不要复制成两份分开填；不要改动隐藏的行、列和工作表；不要在灰色列里打字，打了会使整列显示不出来。",
    ),
    folding=(),
    ours="由系统答复，请勿填写；填了会使整列显示不出来，系统发现后会清掉。",
    stale=("待同步", "这一行的内容刚改过，系统还没有看过；几分钟后自动换成答复。"),
    todo_notes=(
        "本表由系统在每次同步后整张更新，请勿在此填写；改正请到“位置”一栏所指的格子里改，改好后本表相应减少。",
        _SEVERITIES,
    ),
)
