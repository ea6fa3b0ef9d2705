"""填报任务 on the page and by the API: seen by whom it concerns, ruled on by the commission, told at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from sync.closed import close_period
from tests.web.conftest import MINE, OTHER, post, signed_in, token

API = "/api/v1"
DUTY = {"unit": "commission", "rule": "T-4", "period": "2025-06"}


def duty(client: FlaskClient, **more: str) -> dict[str, Any]:
    query = {"rule": "T-4", "period": "2025-06", **more}
    found: list[dict[str, Any]] = client.get(f"{API}/obligations", query_string=query).json or []
    assert len(found) == 1
    return found[0]


def rulings(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{API}/rulings").json or []
    return found


def test_the_page_says_what_is_owed_and_why(admin: FlaskClient) -> None:
    page = admin.get("/obligations?period=2025-06").text
    assert "逾期未报" in page and "签约项目库每月更新" in page and "应于2025-06-30前" in page


def test_an_extension_by_the_commission_is_seen_at_once(app: Flask) -> None:
    client = signed_in(app, "commission")
    post(client, "/obligations/extend", {**DUTY, "until": "2025-07-31", "why": "换系统"})
    found = duty(client)
    assert (found["code"], found["extended"]) == ("not_due", "2025-07-31")
    page = client.get("/obligations?period=2025-06").text
    assert "延期至2025-07-31（commission 先生批准：换系统）" in page
    ruling = rulings(client)[0]
    post(client, f"/obligations/rulings/{ruling['id']}/withdraw", {"why": "写错"})
    assert duty(client)["code"] == "missing"
    assert rulings(client) == []
    assert "撤销延期、免报或零报告" in client.get("/audit").text


@pytest.mark.parametrize(
    ("more", "said"),
    [({"until": ""}, "请写明延到哪一天"), ({"until": "2025-06-01"}, "延期要晚于这一天"), ({"why": ""}, "谁批准的")],
)
def test_what_does_not_fit_is_said_on_the_page(admin: FlaskClient, more: dict[str, str], said: str) -> None:
    post(admin, "/obligations/extend", {**DUTY, "until": "2025-07-31", "why": "换系统", **more})
    assert said in admin.get("/obligations").text
    assert rulings(admin) == []


def test_exempting_and_nil_reports(admin: FlaskClient) -> None:
    post(admin, "/obligations/exempt", {**DUTY, "why": "汛期"})
    assert duty(admin)["text"] == "免报"
    post(admin, "/obligations/nil", {**DUTY, "period": "2025-05"})
    assert duty(admin, period="2025-05")["code"] == "reported_late"
    assert {item["what"] for item in rulings(admin)} == {"免报", "零报告"}


@pytest.mark.parametrize("name", ["unit", "leader", "department"])
def test_only_the_commission_rules_and_reminds(app: Flask, name: str) -> None:
    client = signed_in(app, name)
    assert client.get("/obligations").status_code == 200
    assert client.get("/obligations/remind").status_code == 403
    assert client.get(f"{API}/reminders").status_code == 403
    assert post(client, "/obligations/extend", {**DUTY, "until": "2025-07-31", "why": "x"}).status_code == 403
    assert post(client, "/obligations/exempt", {**DUTY, "why": "x"}).status_code == 403


def test_a_unit_sees_its_own_duties_only(app: Flask) -> None:
    client = signed_in(app, "unit")
    assert client.get(f"{API}/obligations?records=true&unit={OTHER}").json == []
    lines = client.get(f"{API}/obligations?records=true").json
    assert lines and {line["unit"] for line in lines} == {MINE}
    assert post(client, "/obligations/nil", DUTY).status_code == 403


def test_a_text_for_each_unit_to_be_copied(admin: FlaskClient) -> None:
    page = admin.get("/obligations/remind").text
    assert "【催办】" in page and page.count("data-copy=") == page.count("【催办】")
    lines = admin.get(f"{API}/reminders").json or []
    assert len(lines) == page.count("【催办】")
    only = admin.get("/obligations/remind?only=overdue&period=2025-06").text
    assert "快到期的" not in only and "应于2025年6月30日前报" in only


def test_what_a_clerk_wrote_is_text_on_the_page(admin: FlaskClient) -> None:
    post(admin, "/obligations/exempt", {**DUTY, "why": "<script>alert(1)</script>"})
    page = admin.get("/obligations").text
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_by_the_api(admin: FlaskClient) -> None:
    """The same acts for machines, refused in the same words."""
    send = {"headers": {"X-CSRFToken": token(admin)}}
    body = {"unit": "区发改委", "rule": "T-4", "period": "2025-06", "until": "2025-07-31", "why": "换系统"}
    made = admin.post(f"{API}/rulings/extension", json=body, **send)
    assert made.status_code == 200 and made.json["what"] == "延期"
    refused = admin.post(f"{API}/rulings/extension", json={**body, "until": "2025-06-01"}, **send)
    assert refused.status_code == 409 and "延期要晚于这一天" in refused.text
    assert admin.post(f"{API}/rulings/extension", json={**body, "more": 1}, **send).status_code == 400
    gone = admin.post(f"{API}/rulings/{made.json['id']}/withdraw", json={"why": "写错"}, **send)
    assert gone.json["message"] == "已撤销：延期"
    exempted = admin.post(
        f"{API}/rulings/exemption", json={k: body[k] for k in ("unit", "rule", "period", "why")}, **send
    )
    assert exempted.json["what"] == "免报"
    nil = admin.post(f"{API}/rulings/nil", json={**{k: body[k] for k in ("unit", "rule")}, "period": "2025-04"}, **send)
    assert nil.json["what"] == "零报告"


def test_a_closed_period_is_shown_and_offers_nothing_more(desk: Desk, admin: FlaskClient) -> None:
    close_period(desk.office.parts, "2025-06", by="王", note="六月通报")
    desk.live.bump()
    page = admin.get("/obligations?period=2025-06").text
    assert "六月通报" in page and "已关账" in page
    assert "延期、免报</summary>" not in page
    assert duty(admin)["frozen"]
    assert (admin.get(f"{API}/closings").json or [])[0]["period"] == "2025-06"
