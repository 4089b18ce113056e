CREATE TABLE products (
    sku         text PRIMARY KEY,
    name        text NOT NULL,
    price_minor integer NOT NULL CHECK (price_minor >= 0),
    currency    char(3) NOT NULL,
    in_stock    integer NOT NULL DEFAULT 0
);
