"""Whether a response is the page that was asked for, or a block page, a soft 404, a login."""
