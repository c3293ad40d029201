"""What the wall board shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pullcord.line.board import CONFLICT_MS, BoardState
from tests.host_tools.line import events
from tests.host_tools.line.events import JOURNAL, NOW, PATH, call, called, state

OTHER = "acme/assembly/line-1/st-05"


@pytest.fixture
def board():
    return BoardState("s1")


def view(board, path=PATH):
    return board.station(path)


def test_a_station_of_the_plant_is_there_before_it_was_ever_heard():
    board = BoardState("s1", {PATH: "Door left"})
    shown = board.snapshot()["stations"]
    assert [(s["path"], s["name"], s["online"], s["state"], s["heard_ms"]) for s in shown] == [
        (PATH, "Door left", None, None, None)
    ]


def test_an_unknown_station_appears_under_the_end_of_its_path(board):
    board.take_state(NOW, PATH, state())
    assert view(board)["name"] == "st-04"


def test_the_state_is_shown_as_sent(board):
    sent = state()
    board.take_state(NOW + 5, PATH, sent)
    assert view(board)["state"] == sent
    assert (view(board)["state_ms"], view(board)["heard_ms"]) == (NOW + 5, NOW + 5)


def test_a_retained_state_is_as_old_as_it_says(board):
    board.take_state(NOW + 600_000, PATH, state(at=NOW), retained=True)
    assert (view(board)["state_ms"], view(board)["heard_ms"]) == (NOW, NOW)


def test_the_last_will_is_no_sign_of_life(board):
    board.take_online(NOW, PATH, {"online": True, "uid": "a"})
    board.take_online(NOW + 20_000, PATH, {"online": False, "uid": "a"})
    assert (view(board)["online"], view(board)["heard_ms"]) == (False, NOW)


def test_a_call_starts_its_age_before_the_state_came(board):
    board.take_state(NOW, PATH, state(calls=[call(3, age_ms=1_500)]))
    shown = view(board)["calls"][0]
    assert shown["started_ms"] == NOW - 1_500
    assert "age_ms" not in shown


def test_a_late_state_does_not_make_a_call_younger(board):
    board.take_state(NOW, PATH, state(calls=[call(3, age_ms=1_000)]))
    board.take_state(NOW + 5_000, PATH, state(calls=[call(3, age_ms=4_000)]))
    assert view(board)["calls"][0]["started_ms"] == NOW - 1_000


def test_a_felt_call_keeps_its_start_when_it_is_stored(board):
    board.take_state(NOW, PATH, state(calls=[call(None, age_ms=10)]))
    board.take_state(NOW + 100, PATH, state(calls=[call(3, age_ms=50)]))
    assert view(board)["calls"][0]["started_ms"] == NOW - 10


def test_two_calls_of_one_category_are_two(board):
    board.take_state(NOW, PATH, state(calls=[call(3, age_ms=1_000)]))
    board.take_state(NOW + 60_000, PATH, state(calls=[call(9, age_ms=0)]))
    assert view(board)["calls"][0]["started_ms"] == NOW + 60_000


def test_the_recorded_event_gives_the_true_start(board):
    board.take_state(NOW, PATH, state(calls=[call(3, age_ms=0)]))
    board.take_event(PATH, called(3), true_ms=NOW - 250)
    board.take_state(NOW + 900, PATH, state(calls=[call(3, age_ms=2_000)]))
    assert view(board)["calls"][0]["started_ms"] == NOW - 250


def test_a_replayed_event_of_a_call_that_is_over_shows_nothing(board):
    board.take_state(NOW, PATH, state())
    before = board.revision
    board.take_event(PATH, called(3), true_ms=NOW - 3_600_000)
    assert (view(board)["calls"], board.revision) == ([], before)


def test_the_mark_is_given_as_a_moment(board):
    pending = call(3, stop="pending", mark_ms=5_000)
    board.take_state(
        NOW, PATH, state(calls=[pending, call(4, category="help", stop="pending", mark_ms=None)])
    )
    first, second = view(board)["calls"]
    assert first["mark_at_ms"] == NOW + 5_000
    assert "mark_at_ms" not in second


def test_an_unreadable_state_is_told_and_the_last_good_one_stays(board):
    board.take_state(NOW, PATH, state())
    board.take_problem(PATH, "/state is not JSON")
    assert (view(board)["problem"], view(board)["state"]) == ("/state is not JSON", state())
    board.take_state(NOW, PATH, state())
    assert view(board)["problem"] == ""


def test_refused_messages_are_counted_by_station(board):
    board.take_quarantined(PATH)
    board.take_quarantined(PATH)
    assert view(board)["quarantined"] == 2


# Two boards, one identity


def test_two_boards_in_turns_are_a_conflict(board):
    for offset, uid in ((0, "a"), (5_000, "b"), (10_000, "a")):
        board.take_state(NOW + offset, PATH, state(uid=uid))
    assert view(board)["conflict"] == {"uids": ["a", "b"], "since_ms": NOW + 10_000}


def test_a_swapped_board_is_no_conflict(board):
    for offset, uid in ((0, "a"), (30_000, "a"), (60_000, "b"), (90_000, "b")):
        board.take_state(NOW + offset, PATH, state(uid=uid))
    assert view(board)["conflict"] is None


def test_a_retained_state_of_the_old_board_is_no_conflict(board):
    board.take_state(NOW, PATH, state(uid="b"))
    board.take_state(NOW + 1, PATH, state(uid="a"), retained=True)
    board.take_state(NOW + 2, PATH, state(uid="b"))
    assert view(board)["conflict"] is None


def test_a_conflict_ends_when_one_board_is_silent(board):
    for offset, uid in ((0, "a"), (5_000, "b"), (10_000, "a")):
        board.take_state(NOW + offset, PATH, state(uid=uid))
    board.take_state(NOW + 5_001 + CONFLICT_MS, PATH, state(uid="a"))
    assert view(board)["conflict"] is None


# Snapshot and deltas


def test_since_gives_what_changed_after_an_id_in_order(board):
    board.take_state(NOW, PATH, state())
    seen = board.snapshot()["id"]
    board.take_state(NOW, OTHER, state(path=OTHER))
    board.take_state(NOW, PATH, state())
    assert [delta["station"]["path"] for delta in board.since(seen)] == [OTHER, PATH]
    assert board.since(board.since(seen)[-1]["id"]) == []


def test_a_station_that_changed_often_is_told_once(board):
    seen = board.snapshot()["id"]
    for offset in range(100):
        board.take_state(NOW + offset, PATH, state())
    assert [delta["station"]["state_ms"] for delta in board.since(seen)] == [NOW + 99]


@pytest.mark.parametrize("other", ["", "s1", "s2-0", "s1-x", "s1-99", "s1--1"])
def test_an_id_of_another_session_needs_a_snapshot(board, other):
    assert board.since(other) is None


def test_the_plants_own_condition_is_a_delta_too(board):
    seen = board.snapshot()["id"]
    board.take_plant({"database": ""})
    board.take_plant({"database": ""})
    assert [delta["plant"] for delta in board.since(seen)] == [{"database": ""}]
    assert board.revision == 1


steps = st.lists(
    st.tuples(
        st.sampled_from([PATH, OTHER]),
        st.sampled_from(["state", "online", "event", "quarantined"]),
        st.integers(1, 3),
        st.integers(0, 5_000),
    ),
    max_size=20,
)


@given(steps, st.sets(st.integers(0, 20)))
def test_whoever_follows_the_deltas_sees_what_a_snapshot_shows(taken, looks):
    board = BoardState("s1")
    snapshot = board.snapshot()
    seen, picture = snapshot["id"], {s["path"]: s for s in snapshot["stations"]}
    for count, step in enumerate(taken):
        take(board, count, *step)
        if count in looks:
            seen = follow(board, seen, picture)
    follow(board, seen, picture)
    assert picture == {s["path"]: s for s in board.snapshot()["stations"]}


def take(board, count, path, what, sequence, age_ms):
    if what == "state":
        board.take_state(NOW + count, path, state(calls=[call(sequence, age_ms=age_ms)]))
    elif what == "online":
        board.take_online(NOW + count, path, {"online": bool(sequence % 2), "uid": "a"})
    elif what == "event":
        board.take_event(path, called(sequence), NOW - age_ms)
    else:
        board.take_quarantined(path)


def follow(board, seen, picture):
    for delta in board.since(seen):
        seen = delta["id"]
        picture[delta["station"]["path"]] = delta["station"]
    return seen


def test_the_helper_makes_valid_messages():
    from pullcord.line import schemas

    strict = schemas.shipped(strict=True)
    assert strict.validate_message("state", state(calls=[call(3), call(None)])) == []
    for made in (events.event(1), called(2), events.clock_set(3), events.event(4, at=None)):
        assert strict.validate(made) == []
    assert called(3)["id"] == f"{JOURNAL}-3"


def test_a_call_that_a_badge_took_is_shown_with_its_owners_name():
    board = BoardState("s1", people={"04b0b1b2b30002": "jonas"})
    board.take_state(NOW, PATH, state(calls=[call(1, by="04b0b1b2b30002"), call(2, category="help", by="Ann")]))
    assert [c["by"] for c in board.station(PATH)["calls"]] == ["jonas", "Ann"]
