import type { Round, Stage } from '../api/rounds.ts';
import { counted, setting, UNKNOWN } from './format.ts';
import { SETTINGS, stageLabel } from './words.ts';

/** What the round was set to, stage by stage. */
export function RoundSettings({ round: { plan, compute } }: { round: Round }) {
  return (
    <details className="advanced">
      <summary>Settings</summary>
      {plan.stages.map((stage, index) => (
        <StageSettings key={stage.name} stage={stage} heading={stageLabel(plan, index + 1)} compute={compute} />
      ))}
    </details>
  );
}

interface Props {
  stage: Stage;
  /** Nothing where it is the only one. */
  heading: string | null;
  compute: string | null;
}

function StageSettings({ stage, heading, compute }: Props) {
  const { learnsFrom, examples, settings, changed } = stage;
  return (
    <>
      {heading !== null && <h3 className="stage-head">{heading}</h3>}
      <p className="section-note">
        Learns from {examples === null ? learnsFrom : counted(examples, learnsFrom.replace(/s$/, ''))}.
      </p>
      <dl className="settings">
        {Object.entries(settings).map(([name, value]) => (
          <div key={name} className="setting">
            <dt>
              <code>{name}</code>
              {changed.includes(name) && <span className="changed">changed</span>}
            </dt>
            <dd>
              {setting(value)}
              {name === 'compute' && ` (here ${compute ?? UNKNOWN})`}
              <small>{SETTINGS[name]}</small>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
