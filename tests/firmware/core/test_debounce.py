"""A contact counts when it has been stable for N ms."""

from station.core.debounce import Debounce


def test_a_level_counts_once_it_was_stable():
    contact = Debounce(20)
    assert not contact.sample(100, True)
    assert not contact.sample(119, True)
    assert contact.sample(120, True)
    assert contact.level
    assert not contact.sample(140, True), "it is said once"


def test_a_bounce_starts_the_wait_again():
    contact = Debounce(20)
    contact.sample(0, True)
    contact.sample(10, False)
    contact.sample(12, True)
    assert not contact.sample(31, True)
    assert contact.sample(32, True)


def test_a_spike_never_counts_and_is_counted_as_rejected():
    contact = Debounce(20)
    for start in range(0, 1000, 100):
        assert not contact.sample(start, True)
        assert not contact.sample(start + 5, False)
    assert not contact.level
    assert contact.rejected == 10


def test_letting_go_is_debounced_too():
    contact = Debounce(20, True)
    assert not contact.sample(0, False)
    assert contact.sample(20, False)
    assert not contact.level


def test_it_says_how_long_it_still_has_to_wait():
    contact = Debounce(20)
    assert contact.wait_ms(0) is None
    contact.sample(5, True)
    assert contact.wait_ms(10) == 15
    assert contact.wait_ms(100) == 0
    contact.sample(100, True)
    assert contact.wait_ms(100) is None


def test_what_was_seen_before_and_after_nobody_could_look_counts():
    debounce = Debounce(20)
    assert not debounce.sample(1000, True)
    assert debounce.sample(1045, False) and debounce.level is True
    assert not debounce.sample(1050, False)
    assert debounce.sample(1065, False) and debounce.level is False
    assert debounce.rejected == 0


def test_a_short_excursion_while_everybody_looks_does_not_count():
    debounce = Debounce(20)
    for now, raw in ((1000, True), (1005, True), (1019, False), (1045, False)):
        assert not debounce.sample(now, raw)
    assert debounce.rejected == 1


def test_a_press_that_counted_while_nobody_could_look_is_one_however_it_bounces_on():
    debounce = Debounce(20)
    debounce.sample(1000, True)
    assert debounce.sample(1025, False) and debounce.level is True, "this look fell into a bounce"
    assert not debounce.sample(1050, True), "and its record took as long again"
    assert not debounce.sample(1300, False)
    assert debounce.sample(1320, False) and debounce.level is False
    debounce.sample(2000, True)
    assert debounce.sample(2045, False) and debounce.level is True, "the next press is one again"
