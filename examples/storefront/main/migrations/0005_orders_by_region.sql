CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_region ON orders (shipping_region, placed_at);
