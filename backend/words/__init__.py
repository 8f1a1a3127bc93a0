"""The catalogues as files: gathered from the source, brought up to date, checked."""
