"""Runs on disk: folders that are written whole or not at all, never by two at once, and never by mistake.

`stored` is the run in its folder, `writing` who computes it, `earlier` what it was before it was computed anew,
`record_log` its records, `shapes` what its files are like, `errors` what is said of them, `identity` its name, `lock`
who is at it, `provenance` how it came about, `packing` how it travels.
"""
