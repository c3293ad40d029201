"""Descriptions of JSON, and problems that say what would be right."""

from station.core.schema import check, nearest, problem


def problems(value, what) -> list:
    out = []
    check(value, what, "at", out)
    return out


def test_a_whole_number_has_bounds_and_is_no_truth():
    what = ("int", 1, 5)
    assert problems(1, what) == problems(5, what) == []
    for bad in (0, 6, True, 1.5, "1", None):
        assert problems(bad, what) == ["at: %r: does not fit: a whole number from 1 to 5" % (bad,)]


def test_a_text_has_a_longest_length():
    assert problems("abc", ("text", 3)) == []
    assert problems("abcd", ("text", 3)) == ["at: 'abcd': does not fit: a text of at most 3 characters"]
    assert problems(3, ("text", 3))


def test_one_of_several_suggests_what_was_meant():
    what = ("one", ("cord", "button"))
    assert problems("cord", what) == []
    assert problems("buton", what) == [
        "at: 'buton': does not fit: did you mean button? (one of cord, button)"
    ]
    assert problems("zzzzzz", what) == ["at: 'zzzzzz': does not fit: one of cord, button"]
    assert problems(["cord"], what) == ["at: ['cord']: does not fit: one of cord, button"]


def test_a_truth_and_a_maybe():
    assert problems(True, ("bool",)) == []
    assert problems(1, ("bool",)) == ["at: 1: does not fit: true or false"]
    assert problems(None, ("maybe", ("bool",))) == []
    assert problems(1, ("maybe", ("bool",))) == ["at: 1: does not fit: true or false"]


def test_a_list_names_its_place():
    assert problems([1, 2], ("list", ("int", 0, 5))) == []
    assert problems([1, 9], ("list", ("int", 0, 5))) == ["at[1]: 9: does not fit: a whole number from 0 to 5"]
    assert problems({}, ("list", ("int", 0, 5))) == ["at: {}: does not fit: must be a list"]


def test_a_map_has_free_keys():
    assert problems({"red": 1}, ("map", ("int", 0, 5))) == []
    assert problems({"red": 9}, ("map", ("int", 0, 5))) == [
        "at.red: 9: does not fit: a whole number from 0 to 5"
    ]
    assert problems([], ("map", ("int", 0, 5))) == ["at: []: does not fit: must be an object"]


def test_an_object_says_what_is_missing_and_what_nobody_knows():
    what = ("object", {"name": ("text", 9)}, {"pin": ("maybe", ("int", 0, 9)), "on": ("bool",)})
    assert problems({"name": "a", "pin": 1}, what) == []
    assert problems({}, what) == ["at.name: None: is missing: a text of at most 9 characters"]
    assert problems({"name": "a", "pni": 1}, what) == ["at.pni: 1: nobody knows this key: did you mean pin?"]
    assert problems({"name": "a", "zzzzz": 1}, what) == [
        "at.zzzzz: 1: nobody knows this key: one of name, on, pin"
    ]
    assert problems([], what) == ["at: []: does not fit: must be an object"]


def test_what_is_missing_is_described_whatever_it_is():
    for what, right in (
        (("int", 0, 9), "a whole number from 0 to 9"),
        (("one", ("a", "b")), "one of a, b"),
        (("maybe", ("int", 0, 9)), "a whole number from 0 to 9 or null"),
        (("bool",), "true or false"),
        (("list", ("bool",)), "a list"),
        (("map", ("bool",)), "an object"),
    ):
        assert problems({}, ("object", {"k": what}, {})) == ["at.k: None: is missing: " + right]


def test_all_problems_are_said_at_once():
    what = ("object", {"a": ("bool",), "b": ("bool",)}, {})
    assert len(problems({"a": 1, "c": 1}, what)) == 3


def test_a_typing_error_is_recognised():
    known = ("escalate_s", "stop", "name")
    assert nearest("escalte_s", known) == "escalate_s"
    assert nearest("sotp", known) == "stop"
    assert nearest("xname", known) == "name"
    assert nearest("colour", known) == ""
    assert nearest("ab", ("x",)) == ""


def test_a_long_value_is_cut_and_the_root_has_a_name():
    assert problem("", "x" * 60, "is wrong", "better") == "config: '" + "x" * 36 + "...: is wrong: better"
