"""What a parcel costs, and who pays."""
