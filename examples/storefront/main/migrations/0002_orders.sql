CREATE TABLE orders (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id     text NOT NULL,
    currency        char(3) NOT NULL,
    total_minor     integer NOT NULL,
    shipping_region text NOT NULL,
    placed_at       timestamptz NOT NULL
);

CREATE TABLE order_lines (
    order_id         bigint NOT NULL REFERENCES orders (id),
    sku              text NOT NULL REFERENCES products (sku),
    quantity         integer NOT NULL CHECK (quantity > 0),
    unit_price_minor integer NOT NULL,
    PRIMARY KEY (order_id, sku)
);
