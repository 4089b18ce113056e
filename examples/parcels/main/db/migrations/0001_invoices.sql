CREATE TABLE invoices (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer    text NOT NULL,
    cents       integer NOT NULL,
    legacy_zone text,
    sent_at     timestamptz
);
