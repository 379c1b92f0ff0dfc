"""`CandidateGallery`: the twelve candidates side by side.

`panel` describes the circuits to the page, and `gallery.js` simulates them there, all on one Θ.
"""
