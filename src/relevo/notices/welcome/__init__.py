"""The welcome letter as a document: the contract of record, line by line, to keep and to print."""
