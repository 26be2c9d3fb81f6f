"""What changed between captures: new, edited, missing and removed statements."""
