"""Where a parcel is."""
