-- A round does the stages of a plan, each with a method and its settings. Until now it had one: the
-- recipe.
alter table round add column plan jsonb;                             -- {"name","stages","reason"}

update round set plan = jsonb_build_object(
    'name', recipe,
    'stages', jsonb_build_array(jsonb_build_object(
        'name', recipe,
        'method', recipe,
        'learnsFrom', case recipe when 'kto' then 'judged answers' when 'sft' then 'demonstrations' else 'pairs' end,
        'examples', (snapshot ->> 'train')::int * case recipe when 'kto' then 2 else 1 end,
        'settings', settings,
        'changed', jsonb_build_array())),
    'reason', null);

alter table round alter column plan set not null;
alter table round drop column recipe;
alter table round drop column settings;
