CREATE TABLE authorisations (
    authorisation uuid PRIMARY KEY,
    customer_id   text NOT NULL,
    amount_minor  integer NOT NULL CHECK (amount_minor > 0),
    currency      char(3) NOT NULL,
    state         text NOT NULL
);

CREATE TABLE payments (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id      bigint NOT NULL REFERENCES orders (id),
    authorisation uuid NOT NULL REFERENCES authorisations (authorisation),
    state         text NOT NULL
);
