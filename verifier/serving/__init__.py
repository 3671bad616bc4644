"""The same answers over HTTP, for a team: limits, a page, and what was counted."""
