-- A round whose plan ends in a reward model leaves no version to be judged: it is done.
alter table round drop constraint round_state_check;
alter table round add constraint round_state_check check (state in ('COLLECT', 'POLICY', 'EVALUATE', 'GATE',
    'DONE', 'PUBLISHED', 'REFUSED', 'NEEDS_HUMAN', 'FAILED', 'CANCELLED', 'ROLLED_BACK'));
