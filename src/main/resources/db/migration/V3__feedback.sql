-- What people said of answers, in the order in which it was said. Rows are never changed; who takes
-- a vote back adds a row that says so.
create table feedback (
    sequence        bigint generated always as identity unique, -- "later" means a higher one
    id              uuid primary key,
    owner           text        not null,
    vote            jsonb       not null,     -- {"kind", ...} as the API takes it, turns by their full ids
    withdraws       uuid unique references feedback (id), -- one withdrawal at most
    idempotency_key text,
    fingerprint     bytea       not null,     -- SHA-256 of the vote as it was sent
    created_at      timestamptz not null,
    unique (owner, idempotency_key),
    check ((vote ->> 'kind' = 'withdrawal') = (withdraws is not null))
);

-- The turns a vote speaks of, in its order.
create table feedback_turn (
    feedback uuid    not null references feedback (id),
    position integer not null,
    turn     text    not null references turn (id),
    primary key (feedback, position),
    unique (feedback, turn)
);
create index feedback_turn_turn on feedback_turn (turn);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op);
end $$;

create trigger feedback_is_append_only
    before update or delete or truncate on feedback
    for each statement execute function refuse_change();
create trigger feedback_turn_is_append_only
    before update or delete or truncate on feedback_turn
    for each statement execute function refuse_change();

-- A file of preferences that someone brought in.
create table preference_import (
    id          uuid primary key,
    owner       text        not null,
    file_name   text        not null,
    format      text        not null,
    sha256      text        not null,         -- of the bytes as they came
    total       integer     not null,         -- lines but for empty ones
    imported    integer     not null,
    duplicates  integer     not null,
    rejected    integer     not null,
    created_at  timestamptz not null,
    check (total = imported + duplicates + rejected)
);

-- One line of such a file in canonical form; the same content is kept once.
create table imported_preference (
    import  uuid    not null references preference_import (id) deferrable initially deferred,
    line    integer not null,
    kind    text    not null check (kind in ('pairs', 'unpaired', 'demonstrations')),
    example text    not null,                 -- TRL's JSON
    sha256  bytea   not null unique,          -- of example
    primary key (import, line)
);
create index imported_preference_order on imported_preference (kind, import, line);
