"""Changes between captures: new, edited, missing and removed statements."""
