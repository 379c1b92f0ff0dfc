"""The command line, one file a command; everything here can be had from Python too.

`main` is the group of all commands; `display` shows how runs go on.
"""
