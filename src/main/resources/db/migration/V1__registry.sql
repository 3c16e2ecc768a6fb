-- Model versions known to this database; the untrained base is one of them.
create table model_version (
    id          text primary key,
    base        text        not null,
    parent      text references model_version (id),
    created_at  timestamptz not null
);

-- One row: which version answers as "hone".
create table active_version (
    singleton   boolean primary key default true check (singleton),
    version     text        not null references model_version (id),
    since       timestamptz not null
);
