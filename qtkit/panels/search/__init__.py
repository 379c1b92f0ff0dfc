"""`SearchPanel`: an architecture search on images, live."""
