-- Null unless the round's worker ended without a word, as a killed one does: DUE until the next server
-- has gone on with the round by itself, DONE from then on. A person who resumes it begins anew.
alter table round add column retry text check (retry in ('DUE', 'DONE'));
