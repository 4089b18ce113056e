"""Labels, routing, tracking and billing for parcels."""
