-- A round of improvement: from the pairs there are to a version that answers, or to the reason why
-- there is none. What its worker writes lies in the data folder under rounds/r<number>.
create table round (
    number      bigint primary key,
    recipe      text        not null,
    state       text        not null check (state in ('COLLECT', 'POLICY', 'EVALUATE', 'GATE', 'PUBLISHED',
                    'REFUSED', 'NEEDS_HUMAN', 'FAILED', 'CANCELLED', 'ROLLED_BACK')),
    settings    jsonb       not null,                                -- every setting of the recipe, as text
    parent      text        not null references model_version (id),
    version     text unique,                                         -- the candidate, once it is trained
    snapshot    jsonb       not null,                                -- {"sha256","train","heldOut","dropped"}
    compute     text,                                                -- chosen by the first worker, kept on resume
    metrics     jsonb,
    gate        jsonb,
    why         text,
    started_by  text        not null,
    started_at  timestamptz not null,
    ended_at    timestamptz
);

-- One round at a time.
create unique index round_running on round ((true)) where state in ('COLLECT', 'POLICY', 'EVALUATE', 'GATE');

-- How it came to where it is.
create table round_transition (
    round       bigint      not null references round (number),
    position    integer     not null,
    from_state  text,                                                -- null for the first
    to_state    text        not null,
    why         text,
    at          timestamptz not null,
    primary key (round, position)
);
