ALTER TABLE orders ADD COLUMN released_at timestamptz;
