"""`CandidateGallery`: the twelve candidates side by side."""
