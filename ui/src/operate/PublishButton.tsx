import { useState } from 'react';
import { publishVersion } from '../api/versions.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

interface Props {
  version: string;
  /** Which version answers now; null where that is not known. */
  active: string | null;
  /** What the gate said; null of the base and of a version that has been published before. */
  objection: keyof typeof OBJECTIONS | null;
  onDone: () => void;
}

const OBJECTIONS = {
  REFUSED: 'The gate refused this version: at least one check failed.',
  NEEDS_HUMAN: 'The gate left this version to a person. Its report says what was measured.',
};

/** Lets a version answer, over the gate where the gate did not pass it. */
export function PublishButton({ version, active, objection, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  const verb = objection === null ? 'Let it answer' : 'Publish anyway';
  return (
    <>
      <button type="button" className="small" onClick={() => setAsking(true)}>
        {verb}
      </button>
      {asking && (
        <ConfirmDialog
          title={objection === null ? `Let ${version} answer?` : `Publish ${version}?`}
          verb={verb}
          whyLabel={objection === null ? 'Why it should answer' : 'Why it should answer all the same'}
          act={(why) => publishVersion(version, objection !== null, why)}
          onDone={onDone}
          onClose={() => setAsking(false)}
        >
          {objection !== null && <p>{OBJECTIONS[objection]}</p>}
          <p>
            New messages are answered by <code>{version}</code> at once. Answers under way finish on{' '}
            {active === null ? 'the version that began them' : <code>{active}</code>}. It can be rolled back.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
