"""T22: a negative answer says what was searched."""

from tests.conftest import Run


def test_finding_nothing_names_the_sources_and_the_span(panel_archive: Run) -> None:
    result = panel_archive("search", '"words that nobody said"')

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "meridian_panel" in result.stderr
    assert "2024-03-04 to 2024-05-17" in result.stderr
