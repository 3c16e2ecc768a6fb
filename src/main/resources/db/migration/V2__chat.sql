create table conversation (
    id          uuid primary key,
    owner       text        not null,
    title       text        not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    deleted_at  timestamptz                        -- its owner sees it no more; turns and votes stay
);
create index conversation_owner on conversation (owner, updated_at desc);

-- One answer of a model with all that training needs later.
create table turn (
    id                 text primary key,           -- <completion>-<choice>
    completion         text        not null,
    choice             integer     not null,
    conversation       uuid references conversation (id),
    exchange           integer,                    -- position within the conversation
    version            text        not null,
    owner              text        not null,
    messages           jsonb       not null,       -- what was really sent: [{"role","content"}]
    prompt_token_ids   integer[]   not null,
    prompt_hash        text        not null,       -- SHA-256 over prompt_token_ids
    response           text        not null,
    response_token_ids integer[]   not null,
    logprobs           real[]      not null,       -- of the raw model
    sampled_logprobs   real[]      not null,       -- of the distribution drawn from
    sampling           jsonb       not null,
    seed               bigint      not null,
    finish_reason      text        not null,
    created_at         timestamptz not null,
    unique (completion, choice),
    check ((conversation is null) = (exchange is null))
);
create index turn_conversation on turn (conversation);
create index turn_prompt on turn (prompt_hash);

-- A user's message in a conversation and the answer that the conversation goes on with.
create table exchange (
    conversation uuid        not null references conversation (id),
    position     integer     not null,
    message      text        not null,
    chosen       text references turn (id),
    created_at   timestamptz not null,
    primary key (conversation, position)
);
