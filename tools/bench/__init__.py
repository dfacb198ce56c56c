"""`make bench`: how long the dashboard takes beside an empty page, measured over HTTP."""
