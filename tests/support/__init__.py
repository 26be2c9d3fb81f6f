"""What tests stand on: invented publishers and servers, builders of values, whole archives."""
