"""What a source is: its TOML format, validated. docs/sources.md is the user's description."""
