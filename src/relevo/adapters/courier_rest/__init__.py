"""A courier with a plain REST interface: parcels are ordered and mended, scans are fetched."""
