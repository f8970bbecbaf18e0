"""For tests, of this program and of plug-ins: databases, laws and vocabularies."""
