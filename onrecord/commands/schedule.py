"""Install a timer for `run`; list due sources; pause a source"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from onrecord.schedule.timer_units import Job

_cron = click.option("--cron", is_flag=True, help="Use a crontab line, not a systemd timer.")
_minutes = click.option(
    "--minutes",
    default=15,
    show_default=True,
    type=click.IntRange(1, 60),
    help="Call `run` every so many minutes; a call visits only what is due.",
)
_folder = click.option(
    "--units",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for units.  [default: the user's systemd folder]",
)


@click.group("schedule")
def command() -> None:
    """Install a timer that calls `onrecord run`, list when sources are due, pause a source."""


@command.command("install")
@_cron
@_minutes
@_folder
@click.option("--no-start", is_flag=True, help="Write the units without enabling the timer.")
@click.pass_obj
def install(
    context: Context, cron: bool, minutes: int, folder: Path | None, no_start: bool
) -> None:
    """Install and enable a systemd user timer, or a crontab line."""
    from onrecord.schedule import install

    job = _job(context, minutes)
    if cron:
        install.install_cron(job)
        context.say(f"crontab: calls `onrecord run` every {minutes} minutes")
        return
    paths = install.install_units(job, folder or install.unit_folder())
    for path in paths:
        click.echo(str(path))
    if no_start:
        return
    if not (
        install.systemctl("daemon-reload") and install.systemctl("enable", "--now", paths[1].name)
    ):
        context.warn(
            f"written, but systemd refused it; enable it with: "
            f"systemctl --user enable --now {paths[1].name}"
        )
        raise SystemExit(1)
    context.say("enabled; `loginctl enable-linger` lets it run while you are logged out")


@command.command("show")
@_cron
@_minutes
@click.option("--unit", is_flag=True, help="Print the systemd units.")
@json_option
@click.pass_obj
def show(context: Context, cron: bool, minutes: int, unit: bool, as_json: bool) -> None:
    """Show when each source is due, or what `install` would write.

    With --cron or --unit, print the crontab line or the systemd units.
    """
    from onrecord.schedule.timer_units import cron_line, service_unit, timer_unit

    job = _job(context, minutes)
    if cron:
        click.echo(cron_line(job))
    elif unit:
        click.echo(service_unit(job) + "\n" + timer_unit(job), nl=False)
    else:
        _show_due(context, as_json)


@command.command("remove")
@_cron
@_folder
@click.pass_obj
def remove(context: Context, cron: bool, folder: Path | None) -> None:
    """Remove the timer, or the crontab line (--cron).

    Exit code 1: there is none for this archive.
    """
    from onrecord.schedule import install

    job = _job(context, 15)
    if cron:
        if not install.remove_cron(job):
            context.warn("crontab: no line for this archive")
            raise SystemExit(1)
        return
    install.systemctl("disable", "--now", f"{job.name}.timer")
    removed = install.remove_units(job, folder or install.unit_folder())
    install.systemctl("daemon-reload")
    for path in removed:
        click.echo(str(path))
    if not removed:
        context.warn("no units for this archive")
        raise SystemExit(1)


@command.command("pause")
@click.argument("names", metavar="SOURCE...", nargs=-1, required=True)
@click.pass_obj
def pause(context: Context, names: tuple[str, ...]) -> None:
    """Stop visiting each SOURCE until it is resumed."""
    _set_paused(context, names, True)


@command.command("resume")
@click.argument("names", metavar="SOURCE...", nargs=-1, required=True)
@click.pass_obj
def resume(context: Context, names: tuple[str, ...]) -> None:
    """Resume each SOURCE: it is due at once, whatever its host asked for."""
    _set_paused(context, names, False)


def _job(context: Context, minutes: int) -> "Job":
    from onrecord.schedule.install import program_command
    from onrecord.schedule.timer_units import Job

    return Job(program=program_command(), archive=context.home.root.resolve(), minutes=minutes)


def _set_paused(context: Context, names: tuple[str, ...], paused: bool) -> None:
    from dataclasses import replace

    from archive.catalogue.monitoring import host_waits, schedule_table
    from onrecord.collect.ingest import now
    from onrecord.collect.run_sources import find_source
    from onrecord.run.run_due import update_schedule

    sources = [find_source(context, name) for name in names]
    with context.home.lock_with_others(), context.catalogue() as catalogue:
        planned = update_schedule(catalogue, context.sources.values(), now())
        entries = {entry.source: entry for entry in planned}
        selected = [entries[source.name] for source in sources if source.name in entries]
        if not paused:
            host_waits.forget_waits(catalogue, [entry.source for entry in selected])
        schedule_table.save_schedule_entries(
            catalogue,
            [
                replace(entry, paused=paused, next_due=entry.next_due if paused else now())
                for entry in selected
            ],
        )


def _show_due(context: Context, as_json: bool) -> None:
    from archive.json_objects import format_utc
    from onrecord.collect.ingest import now
    from onrecord.run.run_due import planned_schedule

    with context.catalogue() as catalogue:
        entries = planned_schedule(catalogue, context.sources.values(), now())
    if as_json:
        for entry in entries:
            print_json(
                {
                    "source": entry.source,
                    "next_due": format_utc(entry.next_due),
                    "not_before": format_utc(entry.not_before) if entry.not_before else "",
                    "rhythm_hours": entry.rhythm.total_seconds() / 3600,
                    "last_try": format_utc(entry.last_try) if entry.last_try else "",
                    "last_good": format_utc(entry.last_good) if entry.last_good else "",
                    "failures": entry.failures,
                    "problem": entry.problem,
                    "paused": entry.paused,
                }
            )
        return

    from rich.table import Table
    from rich.text import Text

    table = Table("source", "due", "every", "last good", "problem")
    for entry in entries:
        table.add_row(
            entry.source,
            "paused" if entry.paused else f"{entry.next_due:%Y-%m-%d %H:%M}Z",
            f"{entry.rhythm.total_seconds() / 3600:.1f} h",
            f"{entry.last_good:%Y-%m-%d %H:%M}Z" if entry.last_good else "never",
            Text(clean(entry.problem)),
        )
    console().print(table)
