"""Official fiches, imported from the State's open data: read, cut, stored, searched, quoted with care."""
