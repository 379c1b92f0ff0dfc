"""The command line, one file a command; everything here can be had from Python too.

`main` puts the commands together, `common` is what they share. `display` shows how runs go on, on a `terminal` or in a
pipe. Modules are light to import: what computes is imported by the command that needs it.
"""
