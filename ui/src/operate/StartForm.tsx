import { type FormEvent, useEffect, useState } from 'react';
import { RequestError } from '../api/http.ts';
import { countPreferences, type PreferenceCounts } from '../api/preferences.ts';
import { listRecipes, type PairSource, type Plan, type Round, startRound } from '../api/rounds.ts';
import { SettingFields } from './SettingFields.tsx';
import { useAction } from './useAction.ts';
import { bySource, kindsOf, planLabel } from './words.ts';

interface Props {
  /** The round that runs; there is one at a time. */
  running: Round | null;
  onStarted: (round: Round) => void;
}

interface Offer {
  recipes: Plan[];
  counts: PreferenceCounts;
}

const SOURCES: { source: PairSource; label: string }[] = [
  { source: 'imported', label: 'Imported' },
  { source: 'votes', label: 'From votes' },
];

/** The plan that the data allows, by its name in the API. */
const AUTO = 'auto';

export function StartForm({ running, onStarted }: Props) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  const [include, setInclude] = useState<PairSource[]>(['imported', 'votes']);
  const [mixture, setMixture] = useState('');
  const [settings, setSettings] = useState<Record<string, string>>({});
  const action = useAction();
  const [chosen, setChosen] = useState(AUTO);
  const plan = offer?.recipes.find(({ name }) => name === chosen);
  const kinds = (sources: PairSource[]) => {
    if (offer === null) return '';
    const sum = (counts: Record<string, number>) =>
      sources.reduce((total, source) => total + bySource(counts)[source], 0);
    const { pairs, unpaired, demonstrations } = offer.counts;
    return kindsOf(sum(pairs), sum(unpaired), sum(demonstrations));
  };

  useEffect(() => {
    let current = true;
    Promise.all([listRecipes(), countPreferences()]).then(
      ([recipes, counts]) => {
        if (!current) return;
        setOffer({ recipes, counts });
        setTrouble(null);
      },
      (cause: unknown) => {
        if (!(cause instanceof RequestError)) throw cause;
        if (current) setTrouble(cause.message);
      },
    );
    return () => {
      current = false;
    };
  }, [asked]);

  const toggle = (source: PairSource, on: boolean) =>
    setInclude((chosen) => SOURCES.map((each) => each.source).filter((s) => (s === source ? on : chosen.includes(s))));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const mixed = include.length > 1 && mixture.trim() !== '' ? { mixture: mixture.trim() } : {};
    await action.run(async () => onStarted(await startRound({ recipe: chosen, settings, include, ...mixed })));
  };

  return (
    <form className="panel start" aria-label="Start a round" onSubmit={(event) => void submit(event)}>
      <div className="start-row">
        <fieldset className="start-pairs">
          <legend>To learn from</legend>
          {SOURCES.map(({ source, label }) => (
            <label key={source} className="check">
              <input
                type="checkbox"
                checked={include.includes(source)}
                onChange={(event) => toggle(source, event.target.checked)}
              />
              {label}
              <span className="beside">{kinds([source])}</span>
            </label>
          ))}
          <label className="start-mixture">
            Proportions
            <input
              value={mixture}
              placeholder="all there is"
              title="Such as votes:2,imported:1 for two from votes to each that was imported"
              disabled={include.length < SOURCES.length}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setMixture(event.target.value)}
            />
          </label>
        </fieldset>
        <label className="start-recipe">
          Recipe
          <select
            value={chosen}
            disabled={offer === null}
            onChange={(event) => {
              setChosen(event.target.value);
              setSettings({});
            }}
          >
            <option value={AUTO}>Whichever the data allows</option>
            {offer?.recipes.map((each) => (
              <option key={each.name} value={each.name}>
                {planLabel(each)}
              </option>
            ))}
          </select>
        </label>
        <div className="start-go">
          <button
            type="submit"
            className="primary"
            disabled={offer === null || include.length === 0 || running !== null || action.busy}
          >
            {action.busy ? 'Starting…' : 'Start the round'}
          </button>
          <span className="hint">
            {running === null
              ? offer !== null && `${kinds(include)}, of which a fifth is held out to measure on`
              : `${running.id} is running; one runs at a time`}
          </span>
        </div>
      </div>
      {plan !== undefined && (
        <details className="advanced">
          <summary>Advanced</summary>
          <SettingFields key={plan.name} plan={plan} changed={settings} onChange={setSettings} />
        </details>
      )}
      {trouble !== null && (
        <div className="note note-bad" role="alert">
          <span>What a round can be made of could not be read: {trouble}</span>
          <button type="button" className="small" onClick={() => setAsked(asked + 1)}>
            Try again
          </button>
        </div>
      )}
      {action.error !== null && (
        <p className="note note-bad" role="alert">
          The round was not started: {action.error}
        </p>
      )}
    </form>
  );
}
