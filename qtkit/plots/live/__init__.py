"""What live panels show, without widgets: whole figures, and the data of their traces as a training goes on.

A `LivePicture` a panel, one module each, of the parts in `parts` and `circuits`.
"""
