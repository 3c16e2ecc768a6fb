-- What OpenAI's Responses API gave and may be asked to go on from.
create table response (
    id         text primary key,
    owner      text        not null,
    messages   jsonb       not null,               -- the conversation with its answer, without instructions
    body       text        not null,               -- as it was sent
    created_at timestamptz not null
);
