"""Have the machine call `run`: a systemd timer or a line for cron"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option

if TYPE_CHECKING:
    from onrecord.schedule.timer_units import Job

_cron = click.option("--cron", is_flag=True, help="A line for cron, not a systemd timer.")
_minutes = click.option(
    "--minutes",
    default=15,
    show_default=True,
    type=click.IntRange(1, 60),
    help="How often `run` is called. What is due is visited, mostly nothing.",
)
_folder = click.option(
    "--units",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where units go.  [default: the user's systemd folder]",
)


@click.group("schedule")
def command() -> None:
    """Have the machine call `onrecord run`, see what is due when, and pause a source."""


@command.command("install")
@_cron
@_minutes
@_folder
@click.option("--no-start", is_flag=True, help="Only write the units, do not enable the timer.")
@click.pass_obj
def install(
    context: Context, cron: bool, minutes: int, folder: Path | None, no_start: bool
) -> None:
    """Write and enable a systemd user timer, or add a line to your crontab (--cron)."""
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
            f"written, but systemd did not take it; enable it with: "
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
    """Show what is due when; with --cron or --unit, print what `install` would write."""
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
    """Take the timer, or the line in your crontab (--cron), away again. Exit code 1: none there."""
    from onrecord.schedule import install

    job = _job(context, 15)
    if cron:
        if not install.remove_cron(job):
            context.warn("crontab: no line for this archive")
            raise SystemExit(1)
        return
    install.systemctl("disable", "--now", f"{job.name}.timer")
    gone = install.remove_units(job, folder or install.unit_folder())
    install.systemctl("daemon-reload")
    for path in gone:
        click.echo(str(path))
    if not gone:
        context.warn("no units for this archive")
        raise SystemExit(1)


@command.command("pause")
@click.argument("names", metavar="SOURCE...", nargs=-1, required=True)
@click.pass_obj
def pause(context: Context, names: tuple[str, ...]) -> None:
    """Visit these sources no more until they are resumed."""
    _set_paused(context, names, True)


@command.command("resume")
@click.argument("names", metavar="SOURCE...", nargs=-1, required=True)
@click.pass_obj
def resume(context: Context, names: tuple[str, ...]) -> None:
    """Visit paused sources again, at once."""
    _set_paused(context, names, False)


def _job(context: Context, minutes: int) -> "Job":
    from onrecord.schedule.install import program_command
    from onrecord.schedule.timer_units import Job

    return Job(program=program_command(), archive=context.home.root.resolve(), minutes=minutes)


def _set_paused(context: Context, names: tuple[str, ...], paused: bool) -> None:
    from dataclasses import replace

    from archive.catalogue.monitoring import schedule_table
    from onrecord.collect.ingest import now
    from onrecord.collect.run_sources import find_source
    from onrecord.run.run_due import update_schedule

    chosen = [find_source(context, name) for name in names]
    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        lines = {
            line.source: line
            for line in update_schedule(catalogue, context.sources.values(), now())
        }
        found = [lines[source.name] for source in chosen if source.name in lines]
        schedule_table.save_schedule_entries(
            catalogue,
            [
                replace(line, paused=paused, next_due=line.next_due if paused else now())
                for line in found
            ],
        )


def _show_due(context: Context, as_json: bool) -> None:
    from archive.json_objects import format_utc
    from onrecord.collect.ingest import now
    from onrecord.run.run_due import update_schedule

    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        lines = update_schedule(catalogue, context.sources.values(), now())
    if as_json:
        for line in lines:
            emit(
                {
                    "source": line.source,
                    "next_due": format_utc(line.next_due),
                    "rhythm_hours": line.rhythm.total_seconds() / 3600,
                    "last_try": format_utc(line.last_try) if line.last_try else "",
                    "last_good": format_utc(line.last_good) if line.last_good else "",
                    "failures": line.failures,
                    "problem": line.problem,
                    "paused": line.paused,
                }
            )
        return

    from rich.table import Table
    from rich.text import Text

    table = Table("source", "due", "every", "last good", "problem")
    for line in lines:
        table.add_row(
            line.source,
            "paused" if line.paused else f"{line.next_due:%Y-%m-%d %H:%M}Z",
            f"{line.rhythm.total_seconds() / 3600:.1f} h",
            f"{line.last_good:%Y-%m-%d %H:%M}Z" if line.last_good else "never",
            Text(clean(line.problem)),
        )
    console().print(table)
