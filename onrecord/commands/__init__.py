"""The commands of the tool, one file each; a file defines `command` and is found by its name."""
