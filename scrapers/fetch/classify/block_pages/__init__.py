"""Block pages as data: one TOML file a vendor; see docs/outcomes.md."""
