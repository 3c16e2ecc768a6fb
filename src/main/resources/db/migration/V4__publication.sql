-- What a published version's files must be. Null for an untrained base, whose manifest is its own.
alter table model_version
    add column round           text,    -- that made it
    add column manifest_sha256 text,    -- of manifest.json, which holds the checksums of the other files
    add check ((parent is null) = (round is null)),
    add check ((parent is null) = (manifest_sha256 is null));

-- What operators and rounds did: who, when, what, before, after. Rows are never changed.
create table audit_entry (
    sequence     bigint generated always as identity primary key,
    at           timestamptz not null,
    who          text        not null,
    action       text        not null,
    subject      text        not null,
    state_before text,
    state_after  text,
    why          text
);

create trigger audit_entry_is_append_only
    before update or delete or truncate on audit_entry
    for each statement execute function refuse_change();
