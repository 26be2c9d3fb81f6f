"""Run the command line: `python -m onrecord` is `onrecord`."""

from onrecord.cli import main

main()
