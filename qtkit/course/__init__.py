"""The course in a student's hands: `content` finds it, `copying` brings it to a folder, `jupyter` opens it there.

`links` are the addresses under which others open it: Binder, Colab, a JupyterHub.
"""

from qtkit.course.content import course_files, course_folder

__all__ = ["course_files", "course_folder"]
