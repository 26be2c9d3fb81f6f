"""One HTTP exchange after another: sent politely and safely, recorded byte for byte."""
