import { useId } from 'react';
import type { Plan, Stage } from '../api/rounds.ts';
import { setting } from './format.ts';
import { SETTINGS, stageLabel } from './words.ts';

interface Props {
  plan: Plan;
  /** Those that were given, by the names under which they are sent. */
  changed: Record<string, string>;
  onChange: (changed: Record<string, string>) => void;
}

/** Every setting of a plan. A field that is left empty is not sent: one default may follow from another setting. */
export function SettingFields({ plan, changed, onChange }: Props) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = changed;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  return plan.stages.map((stage, index) => (
    <StageFields
      key={stage.name}
      stage={stage}
      legend={stageLabel(plan, index + 1)}
      onChange={(name, value) => set(plan.stages.length === 1 ? name : `${stage.name}.${name}`, value)}
    />
  ));
}

interface StageProps {
  stage: Stage;
  /** Nothing where it is the only one. */
  legend: string | null;
  onChange: (name: string, value: string) => void;
}

function StageFields({ stage, legend, onChange }: StageProps) {
  const fields = (
    <div className="settings">
      {Object.entries(stage.settings).map(([name, standard]) => (
        <SettingField
          key={name}
          name={name}
          standard={setting(standard)}
          onChange={(value) => onChange(name, value.trim())}
        />
      ))}
    </div>
  );
  return legend === null ? (
    fields
  ) : (
    <fieldset className="stage-settings">
      <legend>{legend}</legend>
      {fields}
    </fieldset>
  );
}

interface FieldProps {
  name: string;
  standard: string;
  onChange: (value: string) => void;
}

function SettingField({ name, standard, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="setting">
      <label htmlFor={id}>
        <code>{name}</code>
      </label>
      <input
        id={id}
        placeholder={standard}
        aria-describedby={`${id}-note`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <small id={`${id}-note`}>
        {SETTINGS[name]} Default {standard}.
      </small>
    </div>
  );
}
