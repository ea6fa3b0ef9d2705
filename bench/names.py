"""Made-up enterprises, people, codes and telephone numbers that pass every check and belong to nobody.

The demo's own, by its plain catalogue: what a scheme's demo.yaml brings along changes nothing of what is measured.
"""

from __future__ import annotations

import random

from app.demo.names import Catalogue, Enterprise, person, phone, project_code, uscc

_CATALOGUE = Catalogue()


def enterprise(rng: random.Random) -> Enterprise:
    """安徽淮河恒泰智能装备有限公司, 恒泰年产500套智能装备项目, 专用设备制造业."""
    return _CATALOGUE.enterprise(rng)


__all__ = ["Enterprise", "enterprise", "person", "phone", "project_code", "uscc"]
