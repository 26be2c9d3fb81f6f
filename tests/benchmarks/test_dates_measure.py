from benchmarks.reading.dates import Tally


def test_a_day_is_right_or_wrong_and_none_is_neither() -> None:
    tally = Tally()
    for day, true in (("2024-03-05", "2024-03-05"), ("2024-03-06", "2024-03-05"), ("", "2024")):
        tally.add(day, true)

    assert (tally.right, tally.wrong) == (1, 1)
    assert tally.row("ours", 4) == "| ours | 1 | 1 | 0.500 | 0.250 |"
