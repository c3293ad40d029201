"""The part of /state that the rules know."""

from a_station import Floor, config

from station.core.report import state


def report(floor) -> dict:
    floor.light.update(floor.station, floor.now)
    return state(floor.station, floor.now, floor.light)


def test_a_quiet_station():
    floor = Floor()
    said = report(floor)
    assert said["source"] == "/acme/assembly/line-1/st-04"
    assert (said["boot"], said["uptime"], said["time"]) == (1, 0, "2026-11-20T17:56:03.412Z")
    assert said["clock"] == {"state": "synced", "error_ms": 250}
    assert said["calls"] == [] and said["faults"] == [] and said["sound"] == "" and not said["muted"]
    assert said["line"] == {"state": "running", "permit": True}
    assert said["row"] == "running" and said["light"] == "tower"
    assert said["takt"] == {"takt_ms": 60000, "cycle_ms": 0, "count": 0, "ahead_ms": 0}


def test_without_a_clock_or_a_takt_they_are_missing():
    settings = config()
    settings["takt"] = None
    said = report(Floor(settings, connected=False))
    assert "time" not in said and "takt" not in said
    assert said["clock"] == {"state": "unset", "error_ms": None}


def test_a_call_with_its_id_phase_level_and_mark():
    floor = Floor()
    floor.press("cord-1")
    floor.wait(5000)
    floor.station.receipt(floor.now, len(floor.events))
    assert report(floor)["calls"] == [
        {
            "id": floor.call().id,
            "category": "quality",
            "phase": "called",
            "stored": True,
            "plant": True,
            "level": 0,
            "age_ms": 5000,
            "stop": "pending",
            "mark_ms": 15000,
            "by": "",
            "test": False,
        }
    ]


def test_a_felt_call_has_no_id_yet():
    floor = Floor()
    floor.press("cord-2", record=False)
    call = report(floor)["calls"][0]
    assert call["id"] is None and not call["stored"] and call["mark_ms"] is None


def test_the_mark_is_never_below_zero():
    floor = Floor()
    floor.press("cord-1")
    floor.now += 60000
    assert report(floor)["calls"][0]["mark_ms"] == 0


def test_a_closed_call_is_gone():
    floor = Floor()
    floor.press("cord-2")
    floor.press("resolve", record=False)
    assert report(floor)["calls"] == []


def test_a_stop_with_its_age():
    floor = Floor()
    floor.press("cord-3")
    floor.wait(2000)
    said = report(floor)
    assert said["line"] == {"state": "stopped", "permit": False, "age_ms": 2000}
    assert said["row"] == "stopped" and said["sound"] == "stop"


def test_faults_are_listed():
    floor = Floor()
    floor.station.fault(0, "cord-1", "open")
    assert report(floor)["faults"] == [{"input": "cord-1", "fault": "open"}]


def test_a_mode_goes_before_the_rows():
    floor = Floor()
    floor.command("identify")
    assert report(floor)["row"] == "service"
