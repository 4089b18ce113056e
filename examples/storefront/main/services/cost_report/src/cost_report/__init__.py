"""What each region cost, month by month, for finance."""
