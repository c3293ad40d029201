"""Whatever people, time, network, flash and power do: the promises of a station hold."""

import json

from a_station import BADGE, FULL, JOURNAL, UNIX, WORKER, Floor, config
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lamp_model import PHASES, Facts, expected

from station.core import checkpoint, lamps, restore
from station.core.station import Station

CLOSED = ("resolved", "cancelled")
LIFE = ("called", "acknowledged", "arrived", "resolved")
POLICY = {item["name"]: item["stop"] for item in config()["andon"]["categories"]}
PRESSED = (
    "cord-1",
    "cord-2",
    "cord-3",
    "machine",
    "ack",
    "arrive",
    "resolve",
    "restart",
    "cancel",
    "mute",
    "cycle",
)
DOES = ("acknowledge", "arrive", "resolve", "cancel", "restart", "mute", "lamp_test", "identify", "dance")
MARK_MS = 20000


class StationMachine(RuleBasedStateMachine):
    """`real` is the true time of day; drafts are recorded only when a rule says so."""

    @initialize(connected=st.booleans())
    def begin(self, connected):
        self.through = 0
        self.cards = 0
        self.kept = []  # drafts that the last checkpoint carries
        self.real_at_boot = UNIX
        self.floor = Floor(connected=connected, running=False)
        self.record(1000)

    @property
    def station(self) -> Station:
        return self.floor.station

    # what happens

    @rule(name=st.sampled_from(PRESSED))
    def press(self, name):
        self.floor.press(name, record=False)

    @rule(name=st.sampled_from(PRESSED))
    def hold_or_let_go(self, name):
        self.station.input(self.floor.now, name, name not in self.station.active)

    @rule(ms=st.sampled_from((1, 150, 300, 1000, 2000, 5000, 20000, 60000, 200000)), heartbeat=st.booleans())
    def wait(self, ms, heartbeat):
        self.floor.wait(ms, heartbeat and self.station.clock.unix_ms(0) is not None, record=False)

    @rule(count=st.integers(1, 6))
    def record(self, count):
        for _ in range(count):
            if self.station.drafts:
                self.kept = [self.identity(draft) for draft in self.station.drafts[1:]]
                self.floor.record(most=1)

    @rule()
    def the_flash_fails(self):
        if self.station.drafts:
            self.station.not_stored(self.floor.now)

    @rule(connected=st.booleans())
    def the_link_changes(self, connected):
        self.station.link(self.floor.now, connected)

    @rule()
    def the_plant_tells_the_time(self):
        self.station.time(self.floor.now, self.real_at_boot + self.floor.now, 250)

    @rule(behind=st.integers(0, 5))
    def the_plant_has(self, behind):
        self.through = max(self.through, len(self.floor.events) - behind)
        self.station.receipt(self.floor.now, self.through)

    @rule(do=st.sampled_from(DOES), which=st.integers(0, 4))
    def command(self, do, which):
        calls = [call.id for call in self.station.andon.calls.values() if call.id] + [
            "6f1c9a2e41d07b35-999999"
        ]
        command = {"id": f"c-{self.cards}-{self.floor.now}", "do": do, "expires": "2027-01-01T00:00:00Z"}
        command["call"] = calls[which % len(calls)]
        self.station.command(self.floor.now, json.dumps(command).encode())

    @rule()
    def a_card_is_tapped(self):
        self.cards += 1
        self.floor.card(self.cards.to_bytes(4, "big"), FULL, record=False)

    @rule()
    def a_badge_is_tapped(self):
        self.floor.card(BADGE, WORKER, "badge-1", record=False)
        self.floor.card(None, None, "badge-1", record=False)

    @rule()
    def a_route_full_of_cards_is_refused(self):
        for number in range(30):
            self.floor.card(bytes([9, 9, 9, number]), None, record=False)

    @rule(off_ms=st.sampled_from((0, 1000, 30000, 3600000)), still=st.booleans())
    def the_power_is_cut(self, off_ms, still):
        held = sorted(self.station.active) if still else []
        self.real_at_boot += self.floor.now + off_ms
        self.floor.start(held)
        drafts = [draft for draft in self.station.drafts if draft.boot < self.floor.boot]
        restored = [self.identity(draft) for draft in drafts]
        assert restored == self.kept[: len(restored)], "what waited is there again, once and in order"
        full = self.floor.saved and len(self.floor.saved) > checkpoint.LONGEST - 300
        assert full or len(restored) == len(self.kept)
        self.station.receipt(0, self.through)

    # what always holds

    @invariant()
    def at_most_one_open_call_a_category(self):
        open_now = {}
        for event in self.andon_events():
            kind, data = event["type"][15:-3], event["data"]
            if kind == "called":
                assert data["call"] not in open_now, "called twice"
                open_now[data["call"]] = event["id"]
            elif kind in CLOSED:
                assert open_now.pop(data["category"]) == data["call"]

    @invariant()
    def each_call_lives_once_and_in_order(self):
        drafts = [draft for draft in self.station.drafts if draft.call is not None]
        waiting = {draft.call.id or draft.data.get("call") for draft in drafts}
        for id, kinds in self.lives().items():
            steps = [kind for kind in kinds if kind in LIFE]
            assert steps == sorted(set(steps), key=LIFE.index)
            ends = [kind for kind in kinds if kind in CLOSED]
            assert len(ends) <= 1 and (not ends or kinds[-1] in CLOSED)
            assert not ("stopped" in kinds and "cancelled" in kinds)
            if "acknowledged" in kinds:
                assert "escalated" not in kinds[kinds.index("acknowledged") :]
            if self.station.andon.find(id) is None and id not in waiting:
                assert len(ends) == 1, "closed here, and the record does not know it"

    @invariant()
    def the_record_has_no_holes_and_no_doubles(self):
        assert [event["id"] for event in self.floor.events] == [
            f"{JOURNAL}-{number + 1}" for number in range(len(self.floor.events))
        ]
        cards = [data["card"] for data in self.floor.all("kanban.tapped")]
        assert len(set(cards)) == len(cards)

    @invariant()
    def a_stop_only_by_the_policy(self):
        category = {
            event["id"]: event["data"]["call"] for event in self.andon_events() if "input" in event["data"]
        }
        for data in self.floor.all("andon.stopped"):
            assert data["policy"] == POLICY[category[data["call"]]] == POLICY[data["category"]]
        for call in self.station.andon.calls.values():
            if call.stop == "stopped":
                assert POLICY[call.category] != "never"
                assert POLICY[call.category] == "immediate" or self.floor.now - call.called_at >= MARK_MS

    @invariant()
    def the_permit_is_off_from_a_stop_or_boot_to_the_restart(self):
        if self.station.lost or self.floor.all("station.gap"):
            assert self.station.permit() == (self.station.andon.line() == "running")
            return
        said = [event["type"][9:-3] for event in self.floor.events] + [
            draft.type for draft in self.station.drafts
        ]
        said = [type for type in said if type in ("station.started", "andon.stopped", "andon.restarted")]
        assert self.station.permit() == (said[-1] == "andon.restarted")

    @invariant()
    def the_lamps_show_what_is_recorded(self):
        if self.station.mode:
            return
        self.floor.light.update(self.station, self.floor.now)
        for light, (rhythm, wink) in expected(self.facts()).items():
            pattern = lamps.RHYTHMS[rhythm]
            if wink == "own":
                pattern = lamps.CUT_OFF_WINK
            elif wink == "dark":
                pattern = bytes(35 if a == b == 35 else 46 for a, b in zip(pattern, lamps.DARK, strict=True))
            assert self.floor.light.patterns[light] == pattern, light

    @invariant()
    def a_checkpoint_brings_everything_back(self):
        now = self.floor.now
        again = Station(self.floor.config, JOURNAL, 99)
        packed = checkpoint.pack(self.station, now)
        assert len(packed) <= checkpoint.LONGEST
        restore.restore(again, 0, packed)
        assert (again.andon.line() == "running") == (self.station.andon.line() == "running")
        waiting = [self.identity(draft) for draft in self.station.drafts]
        kept = [self.identity(draft) for draft in again.drafts]
        assert kept == waiting[: len(kept)]
        if kept != waiting:
            return  # what it had no room for was never confirmed
        assert again.andon.rows(400) >= self.station.andon.rows(now + 400) - {"call_plant", "material_plant"}
        assert again.andon.line() == self.station.andon.line()
        assert again.andon.pack(0) == self.station.andon.pack(now)
        assert again.takt.pack(0) == self.station.takt.pack(now)
        assert again.faults == self.station.faults and again.was_on == sorted(self.station.active)

    # facts

    @staticmethod
    def identity(draft) -> tuple:
        return draft.type, draft.boot, draft.uptime, draft.call.serial if draft.call else 0

    def andon_events(self) -> list[dict]:
        return [event for event in self.floor.events if event["type"].startswith("pullcord.andon.")]

    def lives(self) -> dict[str, list[str]]:
        """What is recorded of each call, by its id."""
        lives = {event["id"]: ["called"] for event in self.andon_events() if "input" in event["data"]}
        for event in self.andon_events():
            if "category" in event["data"]:
                lives[event["data"]["call"]].append(event["type"][15:-3])
        return lives

    def facts(self) -> Facts:
        station, lives, now = self.station, self.lives(), self.floor.now
        calls, stopped, escalated = [], [], False
        for call in station.andon.calls.values():
            kinds = lives.get(call.id, [])
            said = [kind for kind in kinds if kind in PHASES]
            taken = bool(said)
            phase = said[-1] if said else "plant" if call.sequence <= self.through else "stored"
            if not kinds or now - call.called_at < 300:
                phase = "felt"
            calls.append((call.category, phase))
            escalated = escalated or (call.level > 0 and not taken)
            if call.stop == "stopped" and call.open():
                stopped.append(taken)
        waiting = not stopped and not station.permit()
        heard = station._heard_at is not None and now - station._heard_at < 10000
        cut_off = not (station.connected and heard)
        return Facts(calls, stopped, escalated, waiting, station.failed, bool(station.faults), cut_off)


StationMachine.TestCase.settings = settings(
    max_examples=120, stateful_step_count=50, deadline=None, report_multiple_bugs=False
)
TestStation = StationMachine.TestCase
