"""The nearest of what is known is found for the first different texts, each of them once."""

from lib.nearness import MOST_COMPARED, Nearest


def test_a_slip_leads_to_what_was_meant():
    nearest = Nearest({"acora": "Ácora", "zorritos": "Zorritos"})
    assert nearest.to("acoraa") == "Ácora"
    assert nearest.to("otra") == ""


def test_so_many_different_texts_are_compared_and_no_more():
    nearest = Nearest({"acora": "Ácora"})
    told = [nearest.to(f"acora{number}") for number in range(MOST_COMPARED + 1)]
    assert (told[0], told[-1]) == ("Ácora", "")
    assert nearest.to("acora0") == "Ácora"


def test_a_text_of_any_length_is_compared_by_its_beginning():
    nearest = Nearest({"a" * 200: "Ácora"})
    assert nearest.to("a" * 100_000) == "Ácora"
