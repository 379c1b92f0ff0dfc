"""One gallery of the whole paper: Figures 1 to 14 and Tables I and II, live, with claims, verdicts and commands.

`entries` gathers what there is of each item, `drawings` has those that come from circuits, `sources` the files of
stored runs; `words` and `page` write it as one HTML page that needs neither a kernel nor a network, moved by
`gallery.js` and the scripts that it imports.
"""

from qtkit.claims.gallery.entries import Entry, View, gather
from qtkit.claims.gallery.page import Gallery, gallery_page, write_gallery

__all__ = ["Entry", "Gallery", "View", "gallery_page", "gather", "write_gallery"]
