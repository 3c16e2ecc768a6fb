import type { Round } from '../api/rounds.ts';
import { setting, UNKNOWN } from './format.ts';
import { SETTINGS } from './words.ts';

/** What the round was set to. */
export function RoundSettings({ round: { settings, compute } }: { round: Round }) {
  return (
    <details className="advanced">
      <summary>Settings</summary>
      <dl className="settings">
        {Object.entries(settings).map(([name, value]) => (
          <div key={name} className="setting">
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {setting(value)}
              {name === 'compute' && ` (here ${compute ?? UNKNOWN})`}
              <small>{SETTINGS[name]}</small>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
