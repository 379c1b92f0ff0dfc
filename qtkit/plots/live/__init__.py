"""What live panels show, without widgets: whole figures, and the data of their traces as a training goes on.

One module a panel, of the parts in `parts`.
"""
