-- Model versions known to this database; the untrained base is one of them. What a version is made
-- of (adapter or full weights, data, settings) is its manifest in the model store.
create table model_version (
    id          text primary key   check (id <> '' and id not in ('hone', 'base')),
    base        text        not null references model_version (id), -- the untrained model it comes from; its own id for that model
    parent      text references model_version (id),                 -- the version it was trained from; null for an untrained model
    created_at  timestamptz not null,
    check ((parent is null) = (id = base))
);

-- One row: which version answers as "hone".
create table active_version (
    singleton   boolean primary key default true check (singleton),
    version     text        not null references model_version (id),
    since       timestamptz not null
);
