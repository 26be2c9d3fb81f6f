from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.findings import Grade
from archive.log.checkpoints import StoredCheckpoint
from archive.timestamps import renewal
from archive.timestamps.rfc3161 import Authority
from tests.support.filled_logs import new_log
from tests.support.timestamp_authority import post, serving, unreachable

NOW = datetime.now(UTC)


def held(folder: Path) -> StoredCheckpoint:
    with new_log(folder, captures=3) as log:
        return log.checkpoint()


def grades(held: StoredCheckpoint, authority: Authority, now: datetime) -> list[tuple[str, Grade]]:
    trusted = {authority.name: authority.roots}
    return [(found.object, found.grade) for found in renewal.check(held, trusted, now)]


def test_only_the_newest_checkpoint_is_stamped_once_by_each_authority(tmp_path: Path) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "one") as one,
        serving(tmp_path / "b", "two") as two,
    ):
        wanted = renewal.pending_requests(log.checkpoints, [one, two], NOW)
        done = renewal.obtain_timestamp(log, wanted, post, NOW)

        assert [want.path.name for want in wanted] == [
            "000000000004.one.tsr",
            "000000000004.two.tsr",
        ]
        assert [found.grade for found in done] == [Grade.OK, Grade.OK]
        assert renewal.pending_requests(log.checkpoints, [one, two], NOW) == []


def test_without_a_network_the_stamp_stays_wanted(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        wanted = renewal.pending_requests(log.checkpoints, [authority], NOW)
        offline = renewal.obtain_timestamp(log, wanted, unreachable, NOW)

        assert [found.grade for found in offline] == [Grade.NOTED]
        assert renewal.pending_requests(log.checkpoints, [authority], NOW) == wanted
        assert [found.grade for found in renewal.obtain_timestamp(log, wanted, post, NOW)] == [
            Grade.OK
        ]


def test_a_token_good_for_long_is_not_renewed(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )

        assert renewal.pending_requests(log.checkpoints, [authority], NOW) == []
        assert grades(log.checkpoints.load(4), authority, NOW) == [
            ("000000000004.local.tsr", Grade.OK)
        ]


def test_a_token_running_out_is_stamped_again_and_outlives_its_certificate(
    tmp_path: Path,
) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "short", days=30) as short,
        serving(tmp_path / "b", "long") as long,
    ):
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [short], NOW), post, NOW
        )
        again = renewal.pending_requests(log.checkpoints, [short, long], NOW)
        names = [want.path.name for want in again]
        renewals = [want for want in again if "tsr.long" in want.path.name]
        renewal.obtain_timestamp(log, renewals, post, NOW)
        checkpoint = log.checkpoints.load(4)

    assert "000000000004.short.tsr.long.tsr" in names
    trusted = {"short": short.roots, "long": long.roots}
    much_later = NOW + timedelta(days=400)
    found = {one.object: one.grade for one in renewal.check(checkpoint, trusted, much_later)}
    assert found == {
        "000000000004.short.tsr": Grade.OK,
        "000000000004.short.tsr.long.tsr": Grade.OK,
    }


def test_a_token_that_ran_out_and_was_not_renewed_is_noted(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", days=30) as authority:
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)

    later = NOW + timedelta(days=31)
    assert grades(checkpoint, authority, later) == [("000000000004.local.tsr", Grade.NOTED)]


def test_a_token_of_an_unknown_authority_fails(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", "stranger") as stranger:
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [stranger], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)

    (found,) = renewal.check(checkpoint, {}, NOW)

    assert found.grade is Grade.FAILED
    assert "expected" not in found.detail
    assert "a trusted authority (none), found stranger" in found.detail


def test_an_answer_that_does_not_verify_is_not_kept(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a") as authority:
        wanted = renewal.pending_requests(log.checkpoints, [authority], NOW)

        (found,) = renewal.obtain_timestamp(
            log, wanted, lambda *_: b"<html>please log in</html>", NOW
        )

        assert found.grade is Grade.FAILED
        assert not wanted[0].path.exists()


@pytest.mark.parametrize("name", ["000000000004.local.tsr", "x.tsr.other.tsr"])
def test_a_tokens_file_name_says_whose_it_is(name: str) -> None:
    assert renewal.authority_of(Path(name)) in {"local", "other"}


def test_a_chain_of_renewals_holds_as_long_as_its_last_link(tmp_path: Path) -> None:
    with (
        new_log(tmp_path, captures=3) as log,
        serving(tmp_path / "a", "first", days=30) as first,
        serving(tmp_path / "b", "second", days=60) as second,
        serving(tmp_path / "c", "third") as third,
    ):
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [first], NOW), post, NOW
        )
        for name in ("first.tsr.second", "first.tsr.second.tsr.third"):
            wanted = renewal.pending_requests(log.checkpoints, [first, second, third], NOW)
            renewals = [want for want in wanted if want.path.name.endswith(f"{name}.tsr")]
            assert len(renewals) == 1
            renewal.obtain_timestamp(log, renewals, post, NOW)
        assert not [
            want
            for want in renewal.pending_requests(log.checkpoints, [first, second, third], NOW)
            if ".tsr." in want.path.name
        ]
        checkpoint = log.checkpoints.load(4)

    trusted = {one.name: one.roots for one in (first, second, third)}
    later = NOW + timedelta(days=300)
    found = {one.object: one.grade for one in renewal.check(checkpoint, trusted, later)}
    assert set(found.values()) == {Grade.OK}
    assert len(found) == 3
    too_late = NOW + timedelta(days=3652)
    assert {one.grade for one in renewal.check(checkpoint, trusted, too_late)} == {Grade.NOTED}


def test_a_renewal_that_does_not_verify_renews_nothing(tmp_path: Path) -> None:
    with new_log(tmp_path, captures=3) as log, serving(tmp_path / "a", days=30) as authority:
        renewal.obtain_timestamp(
            log, renewal.pending_requests(log.checkpoints, [authority], NOW), post, NOW
        )
        checkpoint = log.checkpoints.load(4)
    token = next(checkpoint.path.parent.glob("*.tsr"))
    token.with_name(f"{token.name}.local.tsr").write_bytes(b"forged")

    later = NOW + timedelta(days=31)
    found = dict(grades(checkpoint, authority, later))
    assert found == {
        f"{token.name}.local.tsr": Grade.FAILED,
        token.name: Grade.NOTED,
    }
