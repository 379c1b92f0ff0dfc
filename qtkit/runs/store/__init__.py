"""Runs on disk: folders that are written whole or not at all, never by two at once, and never by mistake.

`stored` is the run in its folder, `record_log` its records, `identity` its name, `lock` who is at it,
`provenance` how it came about, `packing` how it travels.
"""
