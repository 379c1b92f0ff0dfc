"""Scripts and style sheets: how a panel's or a page's files become one, and what panels and pages share."""
