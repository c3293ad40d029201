"""Cards, trials, audits, stock, purchases and suppliers over HTTP, from a real database."""

import pytest

from tests.host_tools.line.events import NOW
from tests.host_tools.pull.a_plant import A, B
from tests.host_tools.web.test_pull_routes import ask, tap

__all__ = ["ask"]
HOUR = 3_600_000


async def post(client, path, key=None, **body):
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.post(f"/api{path}", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def get(client, path):
    answer = await client.get(f"/api{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def states(client):
    return {card["card"]: card["state"] for card in (await get(client, "/loops/bolt"))["cards"]}


async def test_a_container_is_held_let_go_lost_and_replaced(ask):
    async with ask() as client:
        client.line.commit(tap(1, "signal", B, NOW))
        await post(client, f"/cards/{A}/hold", by="maria", reason="burr")
        assert await states(client) == {A: "on_hold", B: "released"}
        await post(client, f"/cards/{A}/release", reason="sorted")
        await post(client, f"/cards/{B}/lost", reason="fell into the river")
        spare = "04a1b2c3d400ee"
        await post(client, f"/cards/{B}/replace", replaced_by=spare, full=False)
        assert await states(client) == {A: "full", B: "retired", spare: "released"}
        await post(client, f"/cards/{A}/retire", reason="too many")
        assert (await get(client, "/loops/bolt"))["total"] == 1


async def test_a_signal_is_begun_with(ask):
    async with ask() as client:
        client.line.commit(tap(1, "signal", A, NOW))
        (waiting,) = (await get(client, "/queues"))["store"]
        assert (waiting["card"], waiting["work"]) == (A, "fetch")
        await post(client, f"/signals/{waiting['signal']}/start", by="mill 2")
        assert (await states(client))[A] == "in_process"


async def test_a_trial_is_begun_shown_and_ended(ask):
    async with ask() as client:
        client.line.commit(tap(1, "signal", B, NOW))
        assert (await get(client, "/loops/bolt/one-fewer"))["why"] == "1 round trip; 5 are needed"
        await post(client, "/loops/bolt/trials", card=A, reason="always full", by="maria")
        (trial,) = await get(client, "/trials")
        assert (trial["card"], trial["by"], trial["kept"]) == (A, "maria", None)
        assert [finding["kind"] for finding in await get(client, "/findings")] == ["stock_out"]
        await post(client, f"/trials/{trial['trial']}/end", keep=False, exposed="the store is an hour away")
        (trial,) = await get(client, "/trials")
        assert (trial["kept"], trial["exposed"]) == (False, "the store is an hour away")
        assert (await states(client))[A] == "full"


async def test_an_audit_from_a_phone(ask):
    async with ask() as client:
        await post(client, "/audits", audit="week-47", loops=["bolt"], by="jonas")
        await post(client, "/audits/week-47/cards", card=A, place="acme/assembly/line-1/st-04")
        await post(client, "/audits/week-47/cards", card="04ffffffffff01")
        await post(client, "/audits/week-47/end")
        (audit,) = await get(client, "/audits")
        verdicts = {card["card"]: card["verdict"] for card in audit["cards"]}
        assert verdicts == {A: "right", B: "missing", "04ffffffffff01": "unknown"}


async def test_stock_is_counted_bought_received_and_issued(ask):
    async with ask() as client:
        client.line.projector.catch_up()
        (item,) = await get(client, "/stock")
        assert (item["item"], item["recorded"], item["accuracy"]["pieces"]) == ("bolt", 40, None)
        await post(client, "/stock/bolt/counts", counted=38, reason="two were missing", by="maria")
        await post(client, "/orders", order="PO-1", item="bolt", supplier="store", quantity=100, due_at=NOW + HOUR)
        assert (await post(client, "/orders/PO-1/receipts", key="d-1", quantity=60))["repeated"] is False
        assert (await post(client, "/orders/PO-1/receipts", key="d-1", quantity=60))["repeated"] is True
        await post(client, "/stock/bolt/issues", key="job-7", quantity=8, reference="job 7")
        (item,) = await get(client, "/stock")
        assert (item["recorded"], item["ordered"], item["accuracy"]["right"]) == (90, 40, 0)
        (count,) = await get(client, "/stock/bolt/counts")
        assert (count["difference"], count["by"], count["reason"]) == (-2, "maria", "two were missing")
        (order,) = await get(client, "/orders")
        assert (order["received"], order["outcome"]) == (60, None)
        await post(client, "/orders/PO-1/cancel", reason="enough")
        assert await get(client, "/orders") == []
        assert [row["outcome"] for row in await get(client, "/orders?every=true")] == ["cancelled"]
        assert await get(client, "/proposals") == []


async def test_policies_and_suppliers(ask):
    async with ask() as client:
        client.line.projector.catch_up()
        await post(client, "/items/bolt/policy", policy="hybrid", reason="one store", by="maria")
        (policy,) = await get(client, "/policies")
        assert (policy["policy"], policy["policy_by"], policy["proposed"]) == ("hybrid", "maria", "lean")
        client.line.commit(tap(1, "signal", A, NOW), tap(2, "receive", A, NOW + HOUR))
        (supplier,) = await get(client, "/suppliers")
        assert (supplier["supplier"], supplier["delivered"], supplier["on_time"]) == ("store", 1, None)
        assert supplier["mean_days"] == pytest.approx(1 / 24)
        assert await get(client, "/material-calls?days=31") == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/cards/04ffffffffff01/hold", {}, 404),
        ("/loops/nut/trials", {"card": A}, 404),
        ("/trials/plant-1/end", {"keep": True}, 404),
        ("/stock/nut/counts", {"counted": 1, "reason": "x"}, 404),
        ("/stock/bolt/counts", {"counted": 1}, 422),
        ("/stock/bolt/counts", {"counted": -1, "reason": "x"}, 422),
        ("/stock/bolt/issues", {"quantity": 1}, 422),  # without a key
        ("/orders", {"order": "PO", "item": "bolt", "supplier": "s", "quantity": 0}, 422),
        ("/items/bolt/policy", {"policy": "fat"}, 422),
        ("/proposals/none/drop", {}, 404),
        ("/audits/week/cards", {"card": "nonsense"}, 422),
        (f"/cards/{A}/replace", {"replaced_by": "nonsense"}, 422),
    ],
)
async def test_what_makes_no_sense_is_refused(ask, path, body, status):
    async with ask() as client:
        assert (await client.post(f"/api{path}", json=body)).status_code == status
        assert client.line.database.read_log(1, 10) == []


@pytest.mark.parametrize("path", ["/loops/nut", "/loops/nut/one-fewer"])
async def test_a_loop_that_is_not_there_is_not_found(ask, path):
    async with ask() as client:
        answer = await client.get(f"/api{path}")
        assert (answer.status_code, "there is no loop nut" in answer.text) == (404, True)


async def test_an_earlier_moment(ask):
    async with ask(log=True) as client:
        client.line.commit(tap(1, "signal", A, NOW - HOUR))
        for asked, full in ((f"true_at={NOW}", 1), (f"known_at={NOW}", 2), ("position=2", 1), ("position=1", 2)):
            found = await get(client, f"/history?{asked}")
            assert found["loops"][0]["full"] == full, asked
        assert (await client.get("/api/history")).status_code == 422
