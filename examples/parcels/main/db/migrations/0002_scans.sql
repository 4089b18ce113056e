CREATE TABLE scans (
    parcel text NOT NULL,
    depot  text NOT NULL,
    at     timestamptz NOT NULL
);
CREATE INDEX scans_by_parcel ON scans (parcel, at);
