import { useId } from 'react';
import { setting } from './format.ts';
import { SETTINGS } from './words.ts';

interface Props {
  defaults: Record<string, string>;
  /** Those that are not at their defaults. */
  changed: Record<string, string>;
  onChange: (changed: Record<string, string>) => void;
}

/** Every setting of a recipe. A field that is left empty, or given its default, is not sent. */
export function SettingFields({ defaults, changed, onChange }: Props) {
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = changed;
    onChange(
      value.trim() === '' || setting(value.trim()) === setting(defaults[name] ?? '')
        ? others
        : { ...others, [name]: value.trim() },
    );
  };
  return (
    <div className="settings">
      {Object.entries(defaults).map(([name, standard]) => (
        <SettingField key={name} name={name} standard={setting(standard)} onChange={(value) => set(name, value)} />
      ))}
    </div>
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
