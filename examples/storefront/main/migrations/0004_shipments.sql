CREATE TABLE shipments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id   bigint NOT NULL REFERENCES orders (id),
    cost_minor integer NOT NULL,
    shipped_at timestamptz NOT NULL
);
