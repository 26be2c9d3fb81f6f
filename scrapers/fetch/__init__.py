"""HTTP fetching: throttled, restricted to public addresses, recorded byte for byte."""
